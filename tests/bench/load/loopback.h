#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

// A listening socket on a free port of this machine, for workloads that are both ends themselves.
namespace mini::bench {

inline int listen_on_loopback(sockaddr_in& at) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof at;
  ::bind(fd, reinterpret_cast<sockaddr*>(&at), length);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &length);
  ::listen(fd, 1);
  return fd;
}

}  // namespace mini::bench

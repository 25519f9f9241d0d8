// The least that can be called a broker for the load generator: one thread, plain epoll, one listener,
// checksums checked, one copy of every batch into a ring, old versions only. What a broker is held against.
//
//   bench-answerer PORT TOPIC PARTITIONS
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <map>

#include "protocol/frame.h"
#include "protocol/messages/list_offsets.h"
#include "protocol/messages/metadata.h"
#include "protocol/messages/produce.h"
#include "protocol/records/batch.h"

namespace mini::bench {
namespace {

using namespace protocol;

constexpr std::size_t ring_size = 8u << 20;
constexpr std::size_t in_room = 4u << 20;

struct Partition {
  Bytes ring = Bytes(ring_size);
  std::size_t at = 0;
  std::int64_t next_offset = 0;
};

struct Connection {
  Bytes in = Bytes(in_room);
  std::size_t end = 0;
};

class Answerer {
 public:
  Answerer(std::uint16_t port, std::string topic, int partitions)
      : port_(port), topic_(std::move(topic)), partitions_(static_cast<std::size_t>(partitions)) {}

  void run() {
    const int listener = listen_on_port();
    const int events = ::epoll_create1(0);
    watch(events, listener);
    for (;;) {
      epoll_event ready[64];
      const int count = ::epoll_wait(events, ready, 64, -1);
      for (int i = 0; i < count; ++i) {
        const int fd = ready[i].data.fd;
        if (fd == listener) {
          const int accepted = ::accept(listener, nullptr, nullptr);
          const int on = 1;
          ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          watch(events, accepted);
        } else if (!serve(fd)) {
          connections_.erase(fd);
          ::close(fd);
        }
      }
    }
  }

 private:
  static void watch(int events, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(events, EPOLL_CTL_ADD, fd, &event);
  }

  int listen_on_port() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port_);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || ::listen(fd, 64) != 0) std::exit(1);
    return fd;
  }

  bool serve(int fd) {
    Connection& connection = connections_[fd];
    const ssize_t got = ::recv(fd, connection.in.data() + connection.end, in_room - connection.end, 0);
    if (got <= 0) return false;
    connection.end += static_cast<std::size_t>(got);
    std::size_t at = 0;
    while (connection.end - at >= 4) {
      std::uint32_t size = 0;
      std::memcpy(&size, connection.in.data() + at, 4);
      size = ntohl(size);
      if (size + 4 > in_room) return false;
      if (connection.end - at - 4 < size) break;
      if (!answer({connection.in.data() + at + 4, size})) return false;
      at += 4 + size;
    }
    std::memmove(connection.in.data(), connection.in.data() + at, connection.end - at);
    connection.end -= at;
    const Bytes out = out_.copy();
    out_ = {};
    return out.empty() ||
           ::send(fd, out.data(), out.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(out.size());
  }

  bool answer(BytesView frame) {
    const auto prefix = peek_request(frame);
    Reader in(frame);
    RequestHeader header;
    read_request_header(in, header, false);
    if (!prefix || !in.ok()) return false;
    switch (prefix->api) {
      case ApiKey::produce: return produce(in, *prefix);
      case ApiKey::metadata: return metadata(*prefix);
      case ApiKey::list_offsets: return list_offsets(in, *prefix);
      default: return false;
    }
  }

  bool produce(Reader& in, const RequestPrefix& prefix) {
    ProduceRequest request;
    read(in, request, prefix.api_version);
    if (!in.ok()) return false;
    const auto& data = request.topic_data.at(0).partition_data.at(0);
    const auto batch = BatchView::parse(data.records.view());
    if (!batch || !batch->crc_matches()) return false;
    Partition& partition = partitions_.at(static_cast<std::size_t>(data.index));
    if (partition.at + batch->bytes().size() > ring_size) partition.at = 0;
    std::memcpy(partition.ring.data() + partition.at, batch->bytes().data(), batch->bytes().size());
    partition.at += batch->bytes().size();
    ProduceResponse response;
    auto& topic = response.responses.emplace_back();
    topic.name = topic_;
    auto& stored = topic.partition_responses.emplace_back();
    stored.index = data.index;
    stored.base_offset = partition.next_offset;
    partition.next_offset += batch->header().record_count;
    write_response(out_, response, prefix.api_version, prefix.correlation_id);
    return true;
  }

  bool metadata(const RequestPrefix& prefix) {
    MetadataResponse response;
    auto& broker = response.brokers.emplace_back();
    broker.host = "127.0.0.1";
    broker.port = port_;
    auto& topic = response.topics.emplace_back();
    topic.name = topic_;
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition_index = static_cast<std::int32_t>(i);
      partition.leader_id = 0;
    }
    write_response(out_, response, prefix.api_version, prefix.correlation_id);
    return true;
  }

  // Nothing is ever read back from here: beginning and end are both the end.
  bool list_offsets(Reader& in, const RequestPrefix& prefix) {
    ListOffsetsRequest request;
    read(in, request, prefix.api_version);
    if (!in.ok()) return false;
    ListOffsetsResponse response;
    auto& topic = response.topics.emplace_back();
    topic.name = topic_;
    auto& found = topic.partitions.emplace_back();
    found.partition_index = request.topics.at(0).partitions.at(0).partition_index;
    found.offset = partitions_.at(static_cast<std::size_t>(found.partition_index)).next_offset;
    write_response(out_, response, prefix.api_version, prefix.correlation_id);
    return true;
  }

  const std::uint16_t port_;
  const std::string topic_;
  std::vector<Partition> partitions_;
  std::map<int, Connection> connections_;
  OutBuffer out_;
};

}  // namespace
}  // namespace mini::bench

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  mini::bench::Answerer(static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2], std::atoi(argv[3])).run();
}

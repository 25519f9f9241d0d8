#pragma once

#include <memory>
#include <thread>

namespace mini::client {

// Owns a face. Its last owner may go away inside a callback, on the face's own thread, which cannot wait for
// its own end: then a thread that nobody waits for ends it, after the callback.
template <class Face>
std::shared_ptr<Face> owned(std::unique_ptr<Face> face) {
  return std::shared_ptr<Face>(face.release(), [](Face* last) {
    std::unique_ptr<Face> mine(last);
    if (mine->on_own_thread()) std::thread([ending = std::move(mine)] {}).detach();
  });
}

}  // namespace mini::client

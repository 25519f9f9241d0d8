#pragma once

#include <memory>
#include <vector>

#include "client/producer/page_pool.h"
#include "protocol/wire/bytes.h"

// The bytes of a sealed batch, in one piece or a few, which never change. Whoever sends them shares this; the
// last one to let go gives the memory back to the pool.
namespace mini::client {

class SealedBytes {
 public:
  SealedBytes(std::shared_ptr<PagePool> pool, Page* pages);          // takes the pages
  SealedBytes(std::shared_ptr<PagePool> pool, protocol::Bytes own);  // counts as the pool's memory too
  ~SealedBytes();
  SealedBytes(const SealedBytes&) = delete;
  SealedBytes& operator=(const SealedBytes&) = delete;

  const std::vector<protocol::BytesView>& pieces() const { return pieces_; }
  std::size_t size() const { return size_; }
  protocol::Bytes copy() const;

 private:
  const std::shared_ptr<PagePool> pool_;
  Page* const pages_ = nullptr;
  const protocol::Bytes own_;
  std::vector<protocol::BytesView> pieces_;
  std::size_t size_ = 0;
};

}  // namespace mini::client

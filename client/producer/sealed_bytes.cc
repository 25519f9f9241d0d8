#include "client/producer/sealed_bytes.h"

namespace mini::client {

SealedBytes::SealedBytes(std::shared_ptr<PagePool> pool, Page* pages)
    : pool_(std::move(pool)), pages_(pages) {
  for (Page* page = pages; page; page = page->next) {
    if (page->filled == 0) continue;
    pieces_.emplace_back(page->bytes(), page->filled);
    size_ += page->filled;
  }
}

SealedBytes::SealedBytes(std::shared_ptr<PagePool> pool, protocol::Bytes own)
    : pool_(std::move(pool)), own_(std::move(own)), pieces_{own_}, size_(own_.size()) {
  pool_->charge(size_);
}

SealedBytes::~SealedBytes() {
  if (!own_.empty()) pool_->discharge(own_.size());
  pool_->put_all(pages_);
}

protocol::Bytes SealedBytes::copy() const {
  protocol::Bytes all;
  all.reserve(size_);
  for (const protocol::BytesView piece : pieces_) all.insert(all.end(), piece.begin(), piece.end());
  return all;
}

}  // namespace mini::client

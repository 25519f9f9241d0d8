#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "protocol/wire/bytes.h"

// A piece of immutable bytes that may keep its memory alive, and the `records` field made of such pieces.
//
//   Slice in_the_log(view, chunk);      // shared: lives as long as any slice of the chunk does
//   Slice in_the_frame(view);           // borrowed: valid only while the frame is
//
// Whoever keeps a slice beyond the call that gave it checks `shared()`, or copies.
namespace mini::protocol {

class Slice {
 public:
  Slice() = default;
  explicit Slice(BytesView view) : view_(view) {}
  Slice(BytesView view, std::shared_ptr<const void> owner) : view_(view), owner_(std::move(owner)) {}

  BytesView view() const { return view_; }
  std::size_t size() const { return view_.size(); }
  bool shared() const { return owner_ != nullptr; }

  Slice part(std::size_t offset, std::size_t size) const {
    return Slice(view_.subspan(offset, size), owner_);
  }

 private:
  BytesView view_;
  std::shared_ptr<const void> owner_;
};

// The value of a `records` field: null, or record batches that lie one behind the other in `pieces`.
// A decoded field has one borrowed piece; a Fetch answer has pieces of the log, which are sent without a
// copy.
class Records {
 public:
  Records() = default;
  explicit Records(Slice piece) { add(std::move(piece)); }
  static Records null() {
    Records records;
    records.null_ = true;
    return records;
  }

  bool is_null() const { return null_; }
  std::size_t size() const { return size_; }
  const std::vector<Slice>& pieces() const { return pieces_; }
  void add(Slice piece) {
    size_ += piece.size();
    pieces_.push_back(std::move(piece));
  }

  // The bytes where they lie in one piece: always so for a decoded field.
  BytesView view() const { return pieces_.empty() ? BytesView{} : pieces_.front().view(); }
  Bytes copy() const;

  friend bool operator==(const Records& a, const Records& b) {
    return a.null_ == b.null_ && a.copy() == b.copy();
  }

 private:
  std::vector<Slice> pieces_;
  std::size_t size_ = 0;
  bool null_ = false;
};

inline Bytes Records::copy() const {
  Bytes all;
  all.reserve(size_);
  for (const Slice& piece : pieces_) all.insert(all.end(), piece.view().begin(), piece.view().end());
  return all;
}

}  // namespace mini::protocol

#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

// A move-only callable that takes one argument and is called at most a few times. 32 bytes of captures lie
// inside it; a larger one costs an allocation.
//
//   mini::Callback<const Delivery&> done = [&](const Delivery& delivery) { ... };
//   if (done) done(delivery);
namespace mini {

template <class Argument>
class Callback {
 public:
  Callback() = default;

  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Callback> && std::is_invocable_v<F&, Argument>)
      Callback(F&& f) {
    using Held = std::remove_cvref_t<F>;
    if constexpr (fits<Held>) {
      ::new (room()) Held(std::forward<F>(f));
      table_ = &inline_table<Held>;
    } else {
      ::new (room()) Held*(new Held(std::forward<F>(f)));
      table_ = &heap_table<Held>;
    }
  }

  Callback(Callback&& other) noexcept { take(other); }
  Callback& operator=(Callback&& other) noexcept {
    if (this == &other) return *this;
    reset();
    take(other);
    return *this;
  }
  ~Callback() { reset(); }

  explicit operator bool() const noexcept { return table_ != nullptr; }
  void operator()(Argument argument) { table_->invoke(room(), static_cast<Argument>(argument)); }

 private:
  static constexpr std::size_t room_size = 32;

  struct Table {
    void (*invoke)(void*, Argument);
    void (*relocate)(void* from, void* to) noexcept;  // nullptr: the bytes are copied
    void (*destroy)(void*) noexcept;                  // nullptr: nothing to do
  };

  template <class F>
  static constexpr bool fits =
      sizeof(F) <= room_size &&
      alignof(F) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<F>;

  template <class F>
  static constexpr bool plain = std::is_trivially_copyable_v<F>&& std::is_trivially_destructible_v<F>;

  template <class F>
  static void invoke_inline(void* at, Argument argument) {
    (*static_cast<F*>(at))(static_cast<Argument>(argument));
  }
  template <class F>
  static void relocate_inline(void* from, void* to) noexcept {
    ::new (to) F(std::move(*static_cast<F*>(from)));
    static_cast<F*>(from)->~F();
  }
  template <class F>
  static void destroy_inline(void* at) noexcept {
    static_cast<F*>(at)->~F();
  }

  template <class F>
  static constexpr Table inline_table{&invoke_inline<F>, plain<F> ? nullptr : &relocate_inline<F>,
                                      plain<F> ? nullptr : &destroy_inline<F>};

  template <class F>
  static constexpr Table heap_table{
      [](void* at, Argument argument) { (**static_cast<F**>(at))(static_cast<Argument>(argument)); }, nullptr,
      [](void* at) noexcept { delete *static_cast<F**>(at); }};

  void* room() noexcept { return room_; }
  void take(Callback& other) noexcept {
    table_ = std::exchange(other.table_, nullptr);
    if (!table_) return;
    if (table_->relocate)
      table_->relocate(other.room(), room());
    else
      std::memcpy(room_, other.room_, room_size);
  }
  void reset() noexcept {
    if (!table_) return;
    if (const Table* table = std::exchange(table_, nullptr); table->destroy) table->destroy(room());
  }

  alignas(std::max_align_t) std::byte room_[room_size];
  const Table* table_ = nullptr;
};

}  // namespace mini

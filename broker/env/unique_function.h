#pragma once

#include <cassert>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

// A function that can be moved but not copied, so that it may own what it needs (a reply, a buffer).
//
//   UniqueFunction<void(int)> say = [out = std::move(writer)](int n) mutable { out.write(n); };
//   if (say) say(3);
//
// Callables up to 48 bytes live inside the object; larger ones on the heap. Calling an empty one is our own
// mistake.
namespace mini::broker {

template <typename Signature>
class UniqueFunction;

template <typename R, typename... Args>
class UniqueFunction<R(Args...)> {
 public:
  static constexpr std::size_t inline_bytes = 48;

  UniqueFunction() = default;
  UniqueFunction(std::nullptr_t) {}

  template <typename F>
  requires(!std::is_same_v<std::decay_t<F>, UniqueFunction> &&
           std::is_invocable_r_v<R, std::decay_t<F>&, Args...>) UniqueFunction(F&& callable) {
    using Callable = std::decay_t<F>;
    if constexpr (fits<Callable>) {
      ::new (static_cast<void*>(room_)) Callable(std::forward<F>(callable));
    } else {
      ::new (static_cast<void*>(room_)) Callable*(new Callable(std::forward<F>(callable)));
    }
    actions_ = &actions_of<Callable>;
  }

  UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this == &other) return *this;
    reset();
    take(other);
    return *this;
  }
  ~UniqueFunction() { reset(); }

  explicit operator bool() const { return actions_ != nullptr; }

  R operator()(Args... args) {
    assert(actions_ != nullptr);
    return actions_->call(room_, std::forward<Args>(args)...);
  }

 private:
  struct Actions {
    R (*call)(void* room, Args&&... args);
    void (*move)(void* from, void* to) noexcept;  // leaves nothing in `from`
    void (*destroy)(void* room) noexcept;
  };

  template <typename F>
  static constexpr bool fits =
      sizeof(F) <= inline_bytes &&
      alignof(F) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<F>;

  template <typename F>
  static F& callable_in(void* room) {
    if constexpr (fits<F>) {
      return *std::launder(static_cast<F*>(room));
    } else {
      return **std::launder(static_cast<F**>(room));
    }
  }

  template <typename F>
  static R call(void* room, Args&&... args) {
    if constexpr (std::is_void_v<R>) {
      callable_in<F>(room)(std::forward<Args>(args)...);
    } else {
      return callable_in<F>(room)(std::forward<Args>(args)...);
    }
  }

  template <typename F>
  static void move(void* from, void* to) noexcept {
    F& callable = callable_in<F>(from);
    if constexpr (fits<F>) {
      ::new (to) F(std::move(callable));
      callable.~F();
    } else {
      ::new (to) F*(&callable);
    }
  }

  template <typename F>
  static void destroy(void* room) noexcept {
    F& callable = callable_in<F>(room);
    if constexpr (fits<F>) {
      callable.~F();
    } else {
      delete &callable;
    }
  }

  template <typename F>
  static constexpr Actions actions_of{&call<F>, &move<F>, &destroy<F>};

  void take(UniqueFunction& other) noexcept {
    if (!other.actions_) return;
    other.actions_->move(other.room_, room_);
    actions_ = std::exchange(other.actions_, nullptr);
  }

  void reset() noexcept {
    if (const Actions* actions = std::exchange(actions_, nullptr)) actions->destroy(room_);
  }

  alignas(std::max_align_t) std::byte room_[inline_bytes];
  const Actions* actions_ = nullptr;
};

}  // namespace mini::broker

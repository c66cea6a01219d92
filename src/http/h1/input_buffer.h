#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

/// The bytes a connection has received.
namespace barbacane::http::h1 {

/// Bytes read and not yet used. Grows only while nothing points into it.
class InputBuffer {
 public:
  /// simdjson may read this far behind the text it is given.
  static constexpr std::size_t kPadding = 64;
  static constexpr std::size_t kInitial = 16 * 1024;

  explicit InputBuffer(std::size_t capacity = kInitial)
      : bytes_(new char[capacity + kPadding]), capacity_(capacity) {}

  std::string_view unread() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void consume(std::size_t count) { begin_ += count; }

  char* free_space() { return bytes_.get() + end_; }
  std::size_t free_size() const { return capacity_ - end_; }
  void received(std::size_t count) { end_ += count; }

  std::size_t capacity() const { return capacity_; }
  bool grown() const { return capacity_ > kInitial; }

  /// Puts bytes behind those that are unread. Invalidates views.
  void append(std::string_view bytes);

  /// Moves what is unread to the front. Invalidates views.
  void compact();
  /// Makes room for at least `free` more bytes. Invalidates views.
  void grow(std::size_t free);

  /// The head that was just parsed stays in place; body bytes may come and go behind it.
  void pin_head(std::size_t length) {
    begin_ += length;
    pinned_ = begin_;
  }
  /// Forgets body bytes that were consumed, if all were. Views of the head stay good.
  void rewind_to_head() {
    if (begin_ == end_) begin_ = end_ = pinned_;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t pinned_ = 0;
};

}  // namespace barbacane::http::h1

#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// A text that the gateway handed out, or its absence.
///
///     if (const Value origin = request.header("origin")) use(*origin);
///
/// Texts up to 256 bytes lie in the value itself, so that reading a header neither allocates nor
/// asks twice; longer ones are on the heap. The view lives as long as the value.
namespace barbacane::plugin {

class Value {
 public:
  static constexpr std::size_t kInline = 256;

  Value() = default;
  /// Whatever `read(buffer, capacity)` gives: the full length, or less than 0 for absent.
  template <class Read>
    requires std::is_invocable_r_v<std::int32_t, Read, char*, std::uint32_t>
  explicit Value(Read read) : data_(inline_) {
    size_ = read(inline_, kInline);
    while (size_ > static_cast<std::int32_t>(capacity_)) {
      capacity_ = static_cast<std::uint32_t>(size_);
      heap_.reset(new char[capacity_]);
      data_ = heap_.get();
      size_ = read(heap_.get(), capacity_);
    }
  }
  /// Exactly `size` bytes that `read` gives once.
  template <class Read>
  Value(std::uint32_t size, Read read) : data_(inline_) {
    char* to = inline_;
    if (size > kInline) {
      heap_.reset(new char[size]);
      data_ = to = heap_.get();
    }
    size_ = size == 0 ? (read(to, 0), 0) : read(to, size);
  }
  /// A text that somebody else keeps for as long as the call lasts.
  static Value borrowed(std::string_view text) { return Value(text.data(), text.size()); }

  Value(Value&& other) noexcept { *this = std::move(other); }
  Value& operator=(Value&& other) noexcept {
    size_ = other.size_;
    capacity_ = other.capacity_;
    heap_ = std::move(other.heap_);
    data_ = other.data_;
    if (other.data_ == other.inline_) {
      data_ = inline_;
      if (size_ > 0) std::memcpy(inline_, other.inline_, static_cast<std::size_t>(size_));
    }
    return *this;
  }

  explicit operator bool() const { return size_ >= 0; }
  std::string_view operator*() const { return view(); }
  const std::string_view* operator->() const {
    view_ = view();
    return &view_;
  }
  /// The text; empty when absent.
  std::string_view view() const {
    return size_ > 0 ? std::string_view(data_, static_cast<std::size_t>(size_))
                     : std::string_view();
  }
  std::string str() const { return std::string(view()); }

 private:
  Value(const char* data, std::size_t size) : size_(static_cast<std::int32_t>(size)), data_(data) {}

  std::int32_t size_ = -1;
  std::uint32_t capacity_ = kInline;
  const char* data_ = nullptr;
  std::unique_ptr<char[]> heap_;
  mutable std::string_view view_;
  char inline_[kInline];  // NOLINT: left as it is until something is read into it
};

}  // namespace barbacane::plugin

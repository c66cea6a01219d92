#pragma once

#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <string_view>

/// Text that is built in the arena of an exchange and stays there.
///
/// Unlike a string it frees nothing when it goes out of scope, so that its view may outlive it,
/// until the exchange ends.
namespace barbacane::gateway {

class ArenaText {
 public:
  explicit ArenaText(std::pmr::memory_resource* arena, std::size_t capacity = 256)
      : arena_(arena), capacity_(capacity), data_(allocate(capacity)) {}

  void append(const char* begin, const char* end) {
    const auto length = static_cast<std::size_t>(end - begin);
    if (length == 0) return;
    if (capacity_ - size_ < length) grow(length);
    std::memcpy(data_ + size_, begin, length);
    size_ += length;
  }
  void append(std::string_view text) { append(text.data(), text.data() + text.size()); }
  void push_back(char c) { append(&c, &c + 1); }

  std::string_view view() const { return {data_, size_}; }

 private:
  char* allocate(std::size_t bytes) { return static_cast<char*>(arena_->allocate(bytes, 1)); }

  void grow(std::size_t more) {
    capacity_ = capacity_ * 2 + more;
    char* larger = allocate(capacity_);
    std::memcpy(larger, data_, size_);
    data_ = larger;
  }

  std::pmr::memory_resource* arena_;
  std::size_t capacity_;
  char* data_;
  std::size_t size_ = 0;
};

/// A copy that lives as long as the arena.
inline std::string_view copy_to(std::pmr::memory_resource* arena, std::string_view text) {
  if (text.empty()) return {};
  auto* bytes = static_cast<char*>(arena->allocate(text.size(), 1));
  std::memcpy(bytes, text.data(), text.size());
  return {bytes, text.size()};
}

}  // namespace barbacane::gateway

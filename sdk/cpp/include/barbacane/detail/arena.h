#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>

/// Memory that is given back all at once: a list of blocks, the newest filled from its front.
/// What is made in it is never destroyed, so only trivial types go in.
namespace barbacane::plugin::detail {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { clear(); }

  void* take(std::size_t size, std::size_t alignment) {
    const std::size_t begin = (used_ + alignment - 1) & ~(alignment - 1);
    if (newest_ == nullptr || begin > capacity_ || capacity_ - begin < size) {
      return take_from_new_block(size, alignment);
    }
    used_ = begin + size;
    return bytes() + begin;
  }
  template <class T>
  T* make() {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (take(sizeof(T), alignof(T))) T();
  }
  char* take_text(std::size_t size) { return static_cast<char*>(take(size, 1)); }
  std::string_view copy(std::string_view text) {
    char* kept = take_text(text.size());
    if (!text.empty()) std::memcpy(kept, text.data(), text.size());
    return {kept, text.size()};
  }
  /// Empties the arena; its newest block stays for the next use, unless it is large.
  void reset() {
    if (capacity_ > kKept) return clear();
    if (newest_ != nullptr) give_back(newest_->before);
    used_ = 0;
  }
  void clear() {
    give_back(newest_);
    used_ = capacity_ = 0;
  }

 private:
  struct alignas(std::max_align_t) Block {
    Block* before;
  };
  static constexpr std::size_t kFirst = 2048;
  static constexpr std::size_t kKept = 65536;

  static void give_back(Block*& block) {
    while (block != nullptr) {
      Block* before = block->before;
      ::operator delete(block);
      block = before;
    }
  }
  char* bytes() const { return reinterpret_cast<char*>(newest_ + 1); }
  void* take_from_new_block(std::size_t size, std::size_t alignment) {
    std::size_t next = newest_ == nullptr ? kFirst : capacity_ * 2;
    if (next > kKept) next = kKept;
    if (next < size + alignment) next = size + alignment;
    auto* block = static_cast<Block*>(::operator new(sizeof(Block) + next));
    block->before = newest_;
    newest_ = block;
    capacity_ = next;
    used_ = size;
    return bytes();
  }

  Block* newest_ = nullptr;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace barbacane::plugin::detail

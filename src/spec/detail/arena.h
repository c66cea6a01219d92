#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "spec/document.h"

namespace barbacane::spec {

/// Memory that lives exactly as long as its document. Nothing in it has a destructor.
class Document::Arena {
 public:
  template <class T>
  T* allocate(std::size_t count) {
    return static_cast<T*>(bytes(count * sizeof(T), alignof(T)));
  }

  template <class T>
  const T* copy(std::span<const T> values) {
    T* to = allocate<T>(values.size());
    std::ranges::copy(values, to);
    return to;
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return "";
    return {copy(std::span(text.data(), text.size())), text.size()};
  }

 private:
  static constexpr std::size_t kChunk = std::size_t{128} << 10;

  void* bytes(std::size_t size, std::size_t alignment) {
    used_ = (used_ + alignment - 1) & ~(alignment - 1);
    if (used_ + size > capacity_) {
      // Large pieces get a chunk of their own, so the rest of the current one is not lost.
      if (size > kChunk / 4) return add_chunk(size);
      current_ = add_chunk(kChunk);
      capacity_ = kChunk;
      used_ = 0;
    }
    void* out = current_ + used_;
    used_ += size;
    return out;
  }

  std::byte* add_chunk(std::size_t size) {
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    return chunks_.back().get();
  }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* current_ = nullptr;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace barbacane::spec

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "schema/json.h"

/// Strings kept once, at addresses that stay.
///
/// A program's property names, constants and places share one pool, so that the word `name` stands
/// in memory once however many schemas declare it.
namespace barbacane::schema::detail {

/// A string of a pool with its `name_hash`.
struct Text {
  const char* data = "";
  std::uint32_t size = 0;
  std::uint32_t hash = 0;

  std::string_view view() const { return {data, size}; }
};

class TextPool {
 public:
  Text intern(std::string_view text) { return intern(text, name_hash(text)); }

  Text intern(std::string_view text, std::uint32_t hash) {
    if (used_ * 4 >= slots_.size() * 3) grow();
    for (std::size_t i = hash;; ++i) {
      Text& slot = slots_[i & (slots_.size() - 1)];
      if (slot.data == nullptr) {
        slot = {store(text), static_cast<std::uint32_t>(text.size()), hash};
        ++used_;
        return slot;
      }
      if (slot.hash == hash && slot.view() == text) return slot;
    }
  }

  /// No more texts will come: forgets how to find them.
  void seal() { slots_ = {}; }
  std::size_t footprint() const { return bytes_ + slots_.capacity() * sizeof(Text); }

 private:
  static constexpr std::size_t kChunk = 32 * 1024;

  const char* store(std::string_view text) {
    if (text.empty()) return "";
    if (text.size() > left_) {
      const std::size_t size = text.size() > kChunk / 4 ? text.size() : kChunk;
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
      bytes_ += size;
      if (size != kChunk) {
        std::memcpy(chunks_.back().get(), text.data(), text.size());
        return chunks_.back().get();
      }
      next_ = chunks_.back().get();
      left_ = size;
    }
    char* at = next_;
    std::memcpy(at, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return at;
  }

  void grow() {
    std::vector<Text> old(slots_.empty() ? 256 : slots_.size() * 2, Text{nullptr, 0, 0});
    old.swap(slots_);
    for (const Text& text : old) {
      if (text.data == nullptr) continue;
      std::size_t i = text.hash;
      while (slots_[i & (slots_.size() - 1)].data != nullptr) ++i;
      slots_[i & (slots_.size() - 1)] = text;
    }
  }

  std::vector<Text> slots_;  ///< a power of two, never more than three quarters full
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace barbacane::schema::detail

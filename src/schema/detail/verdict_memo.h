#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "schema/json.h"

namespace barbacane::schema::detail {

/// Verdicts of one run, for schemas that ask the same of a value again and again: alternatives that
/// share a recursive part would take time exponential in the depth of the value.
///
/// Forgets: what falls into the same place replaces what was there. Takes memory when the first
/// verdict is kept, which ordinary values never come to.
class VerdictMemo {
 public:
  void clear() {
    if (!used_) return;
    std::ranges::fill(entries_, Entry());
    used_ = false;
  }

  std::optional<bool> find(std::uint32_t block, const Value::Node* node) const {
    if (!used_) return std::nullopt;
    const Entry& entry = entries_[place(block, node)];
    if (entry.node != node || entry.block != block) return std::nullopt;
    return entry.valid;
  }

  void keep(std::uint32_t block, const Value::Node* node, bool valid) {
    if (entries_.empty()) entries_.resize(std::size_t{1} << kBits);
    used_ = true;
    entries_[place(block, node)] = {node, block, valid};
  }

 private:
  static constexpr unsigned kBits = 14;

  struct Entry {
    const Value::Node* node = nullptr;
    std::uint32_t block = 0;
    bool valid = false;
  };

  static std::size_t place(std::uint32_t block, const Value::Node* node) {
    const auto address = reinterpret_cast<std::uintptr_t>(node) / sizeof(Value::Node);
    return (address * 0x9E3779B97F4A7C15U + std::uint64_t{block} * 0xD1B54A32D192ED03U) >>
           (64 - kBits);
  }

  std::vector<Entry> entries_;
  bool used_ = false;
};

}  // namespace barbacane::schema::detail

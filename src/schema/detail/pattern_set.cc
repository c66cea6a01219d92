#include "schema/detail/pattern_set.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace barbacane::schema::detail {
namespace {

constexpr CodePointRange kSurrogates = {0xD800, 0xDFFF};

/// Splits a range at the surrogates, which leave it.
void append_scalars(CodePointRange range, std::vector<CodePointRange>& out) {
  if (range.first < kSurrogates.first) {
    out.push_back({range.first, std::min<char32_t>(range.last, kSurrogates.first - 1)});
  }
  if (range.last > kSurrogates.last) {
    out.push_back({std::max<char32_t>(range.first, kSurrogates.last + 1), range.last});
  }
}

/// Next to each other, also across the surrogates, between which there is nothing.
bool touch(const CodePointRange& before, const CodePointRange& after) {
  if (after.first <= before.last + 1) return true;
  return before.last == kSurrogates.first - 1 && after.first == kSurrogates.last + 1;
}

}  // namespace

CodePointSet::CodePointSet(std::vector<CodePointRange> ranges) {
  std::vector<CodePointRange> scalars;
  scalars.reserve(ranges.size() + 1);
  for (const CodePointRange& range : ranges) append_scalars(range, scalars);
  std::sort(scalars.begin(), scalars.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const CodePointRange& range : scalars) {
    if (!ranges_.empty() && touch(ranges_.back(), range)) {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    } else {
      ranges_.push_back(range);
    }
  }
}

bool CodePointSet::contains(char32_t code_point) const {
  const auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), code_point,
                       [](char32_t value, const auto& range) { return value < range.first; });
  return after != ranges_.begin() && code_point <= std::prev(after)->last;
}

bool CodePointSet::intersects(const CodePointSet& other) const {
  auto a = ranges_.begin();
  auto b = other.ranges_.begin();
  while (a != ranges_.end() && b != other.ranges_.end()) {
    if (a->last < b->first) {
      ++a;
    } else if (b->last < a->first) {
      ++b;
    } else {
      return true;
    }
  }
  return false;
}

CodePointSet CodePointSet::complement() const {
  std::vector<CodePointRange> out;
  char32_t next = 0;
  for (const CodePointRange& range : ranges_) {
    if (range.first > next) out.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCodePoint) out.push_back({next, kLastCodePoint});
  return CodePointSet(std::move(out));
}

CodePointSet CodePointSet::united(const CodePointSet& other) const {
  std::vector<CodePointRange> all = ranges_;
  all.insert(all.end(), other.ranges_.begin(), other.ranges_.end());
  return CodePointSet(std::move(all));
}

const CodePointSet& ecma_digits() {
  static const CodePointSet set({{'0', '9'}});
  return set;
}

const CodePointSet& ecma_word() {
  static const CodePointSet set({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}});
  return set;
}

const CodePointSet& ecma_space() {
  // WhiteSpace and LineTerminator (ECMA-262, 12.2 and 12.3).
  static const CodePointSet set({{'\t', '\r'},
                                 {' ', ' '},
                                 {0xA0, 0xA0},
                                 {0x1680, 0x1680},
                                 {0x2000, 0x200A},
                                 {0x2028, 0x2029},
                                 {0x202F, 0x202F},
                                 {0x205F, 0x205F},
                                 {0x3000, 0x3000},
                                 {0xFEFF, 0xFEFF}});
  return set;
}

const CodePointSet& ecma_dot() {
  static const CodePointSet set =
      CodePointSet({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}).complement();
  return set;
}

const CodePointSet& every_code_point() {
  static const CodePointSet set({{0, kLastCodePoint}});
  return set;
}

}  // namespace barbacane::schema::detail

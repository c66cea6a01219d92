#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

/// Sets of code points, and those that ECMA-262 names.
namespace barbacane::schema::detail {

struct CodePointRange {
  char32_t first;
  char32_t last;  ///< inclusive
  bool operator==(const CodePointRange&) const = default;
};

constexpr char32_t kLastCodePoint = 0x10FFFF;

/// A set of scalar values: sorted ranges that neither overlap nor touch. Surrogates are never in
/// one, since no text in UTF-8 can hold them.
class CodePointSet {
 public:
  CodePointSet() = default;
  /// In any order, overlapping or not.
  explicit CodePointSet(std::vector<CodePointRange> ranges);
  static CodePointSet of(char32_t code_point) { return CodePointSet({{code_point, code_point}}); }

  bool contains(char32_t code_point) const;
  bool intersects(const CodePointSet& other) const;
  CodePointSet complement() const;
  CodePointSet united(const CodePointSet& other) const;

  bool empty() const { return ranges_.empty(); }
  std::span<const CodePointRange> ranges() const { return ranges_; }
  bool operator==(const CodePointSet&) const = default;

 private:
  std::vector<CodePointRange> ranges_;
};

const CodePointSet& ecma_digits();  ///< `\d`
const CodePointSet& ecma_word();    ///< `\w`
const CodePointSet& ecma_space();   ///< `\s`: white space and line terminators
const CodePointSet& ecma_dot();     ///< `.`: all but line terminators
const CodePointSet& every_code_point();

}  // namespace barbacane::schema::detail

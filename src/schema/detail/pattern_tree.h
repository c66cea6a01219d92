#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "schema/detail/ecma_property.h"
#include "schema/detail/pattern_set.h"

/// A regular expression, taken apart.
///
/// The parser has dealt with escapes, code points and classes; what is left is the same for every
/// engine.
namespace barbacane::schema::detail {

/// One character of a class: in the ranges or with one of the properties; or, negated, neither.
/// Without properties it is never negated.
struct CharacterClass {
  struct Property {
    UnicodeProperty property;
    bool negated = false;
  };
  CodePointSet ranges = {};
  std::vector<Property> properties = {};
  bool negated = false;
};

struct PatternNode {
  enum class Kind : std::uint8_t {
    kSequence,   ///< children in order; none match the empty text
    kChoice,     ///< one of the children
    kCharacter,  ///< `value` is the code point
    kClass,      ///< `value` is the index of the class
    kRepeat,     ///< the child `min` to `max` times
    kGroup,      ///< the child, captured as group `value`
    kReference,  ///< what group `value` captured
    kLookAhead,
    kLookBehind,
    kTextStart,
    kTextEnd,
    kWordBoundary,
  };
  Kind kind = Kind::kSequence;
  bool negated = false;  ///< of look-around and word boundaries
  bool lazy = false;
  std::uint32_t value = 0;
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  std::vector<PatternNode> children = {};
};

/// `max` of repeats without an upper bound. No text is that long, so that larger numbers in
/// patterns are the same.
constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();

struct PatternTree {
  PatternNode root;
  std::vector<CharacterClass> classes;
  std::uint32_t groups = 0;
  bool has_references = false;
};

}  // namespace barbacane::schema::detail

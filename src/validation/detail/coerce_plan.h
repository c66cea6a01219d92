#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program.h"
#include "validation/detail/name_patterns.h"

/// What text may turn into for a schema (data-plane contract, 6.4), worked out beforehand.
///
/// Parameters nest at most once: a list of primitives, or an object whose members are primitives or
/// (where a name may be repeated) lists of primitives.
namespace barbacane::validation::detail {

/// Kinds of values a schema allows, as far as text is concerned.
struct Kinds {
  enum Kind : std::uint8_t {
    kNumber = 1,
    kBoolean = 2,
    kNull = 4,
    kString = 8,
    kArray = 16,
    kObject = 32,
    /// No type, but numeric keywords: a number if the text is one, else a string.
    kNumberElseString = 64,
    kPrimitive = kNumber | kBoolean | kNull | kString | kNumberElseString,
  };
  std::uint8_t bits = kString;
  bool has(std::uint8_t kind) const { return (bits & kind) != 0; }
  bool only(std::uint8_t kind) const { return bits == kind; }

  /// How much a schema that says so takes: less where it names types, however many.
  unsigned width(bool typed) const {
    if (typed) return static_cast<unsigned>(std::popcount(bits));
    return has(kNumberElseString) ? 8 : 9;
  }
};

struct LeafPlan {
  std::optional<schema::SchemaId> schema;
  Kinds kinds;
};

struct ListPlan {
  std::vector<LeafPlan> prefix;
  LeafPlan rest;
  const LeafPlan& of(std::size_t index) const {
    return index < prefix.size() ? prefix[index] : rest;
  }
};

struct MemberPlan {
  std::string name;  ///< empty for undeclared members
  LeafPlan leaf;
  bool typed = false;
  ListPlan list;  ///< when `leaf.kinds` has arrays

  unsigned width() const { return leaf.kinds.width(typed); }
};

struct ValuePlan {
  std::optional<schema::SchemaId> schema;  ///< none accepts everything
  Kinds kinds;
  bool typed = false;
  ListPlan list;
  std::vector<MemberPlan> members;  ///< sorted by name
  std::vector<PatternPlan<MemberPlan>> patterns;
  std::optional<MemberPlan> additional;  ///< of all other members, where they have a schema
  bool open = true;                      ///< such members may be there

  unsigned width() const { return kinds.width(typed); }
  /// Null when nothing is said about the member.
  const MemberPlan* member(std::string_view name, NameMatcher& matcher) const;
};

ValuePlan plan_value(const schema::Program& program, std::optional<schema::SchemaId> schema);

}  // namespace barbacane::validation::detail

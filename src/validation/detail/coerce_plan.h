#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program.h"

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
  ListPlan list;  ///< when `leaf.kinds` has arrays
};

struct ValuePlan {
  std::optional<schema::SchemaId> schema;  ///< none accepts everything
  Kinds kinds;
  bool typed = false;
  ListPlan list;
  std::vector<MemberPlan> members;       ///< sorted by name
  std::optional<MemberPlan> additional;  ///< of undeclared members with a schema of their own
  bool open = true;                      ///< undeclared members may be there

  const MemberPlan* member(std::string_view name) const;
};

ValuePlan plan_value(const schema::Program& program, std::optional<schema::SchemaId> schema);

}  // namespace barbacane::validation::detail

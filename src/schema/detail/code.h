#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/detail/keyword.h"
#include "schema/detail/text_pool.h"
#include "schema/format.h"
#include "schema/json.h"
#include "schema/number.h"
#include "schema/pattern.h"
#include "schema/program.h"

/// What a program is made of.
///
/// Each schema is a `Block`: the types it takes and a run of instructions, sorted by the kind of
/// value they concern, so that a value runs only what is about it. `properties`, `required`,
/// `patternProperties` and `additionalProperties` of one schema are one instruction, one loop over
/// the members. Instructions name other blocks by number; a schema that only says a type (or
/// `true`, or `false`) has no instructions, and those that use it test its types in place.
namespace barbacane::schema::detail {

/// No block, no bound, no table.
constexpr std::uint32_t kNowhere = 0xFFFFFFFF;

enum class Op : std::uint8_t {
  // Numbers.
  kRange,         ///< a: of `ranges`
  kMultipleOf,    ///< a: of `divisors`
  kNumberFormat,  ///< n: bits
  // Strings.
  kLength,        ///< a, b: code points, at least and at most
  kPattern,       ///< a: of `patterns`
  kStringFormat,  ///< n: Format
  // Arrays.
  kArraySize,  ///< a, b: at least and at most
  kItems,      ///< a: of `lists`, c: how many of them; b: block of the rest
  kContains,   ///< a: block; b, c: at least and at most
  kUnique,
  // Objects.
  kObjectSize,         ///< a, b: at least and at most
  kMembers,            ///< a: of `tables`
  kDependentRequired,  ///< a: of `dependents`, b: how many
  kDependentSchemas,   ///< a: of `dependents`, b: how many
  // Anything.
  kEnum,        ///< a: of `enums`
  kConst,       ///< a: of `enums`
  kRef,         ///< a: block
  kDynamicRef,  ///< a: of `dynamic_anchors`, b: block when the scope has none
  kAllOf,       ///< a: of `lists`, b: how many
  kAnyOf,       ///< as kAllOf; c: of `discriminators`; n: 1 + of `switches`
  kOneOf,       ///< as kAnyOf
  kNot,         ///< a: block
  kIf,          ///< a, b, c: blocks
  // Behind all others of a block.
  kUnevaluatedItems,  ///< a: block
  /// a: block. When the schema tells what is left over: b, of `tables`, takes what is evaluated as
  /// it is and the rest by a; where c, of `tables`, declares all members, nothing is left.
  kUnevaluatedProperties,
};

struct Instruction {
  Op op;
  Keyword keyword;  ///< where several share an op
  std::uint16_t n = 0;
  std::uint32_t a = kNowhere;
  std::uint32_t b = kNowhere;
  std::uint32_t c = kNowhere;
};

/// Instructions of a block by what they concern, in the order they stand in.
enum Group : std::uint8_t { kNumbers, kStrings, kArrays, kObjects, kAnything, kLast, kGroups };

/// What is enough for a value to be valid, where little is: tested in place before anything is
/// called. A value that does not pass may still be valid.
struct Leaf {
  enum Kind : std::uint8_t {
    kNothing,   ///< the instructions must be run
    kTypes,     ///< the types are all there is: who does not pass is not valid
    kLength,    ///< strings of `low` to `high` code points
    kRange,     ///< numbers from `low` to `high`
    kIntegers,  ///< integers from `low` to `high`
    kWords,     ///< strings that are one of `high`, of `enum_strings` from `low` on
    kMembers,   ///< one instruction, kMembers, and nothing but objects
    kSwitch,    ///< one instruction with a `BranchSwitch`
    kDynamic,   ///< one instruction, kDynamicRef
    kElements,  ///< kItems behind all others, and nothing but arrays of `low` to `high` elements
  } kind = kNothing;
  std::uint8_t types = TypeSet::kAll;
  std::int32_t low = 0;
  std::int32_t high = 0;
};

struct Block {
  enum Flag : std::uint8_t {
    kFalse = 1,        ///< the schema `false`
    kUnevaluated = 2,  ///< has an `unevaluated…` keyword
    kScoped = 4,       ///< the program keeps the dynamic scope
    kNotes = 8,        ///< has one for which must be noted what was evaluated
  };
  std::uint32_t code = 0;           ///< of `code`, where the first group begins
  std::uint8_t ends[kGroups] = {};  ///< of each group, counted from `code`
  std::uint8_t types = TypeSet::kAll;
  std::uint8_t flags = 0;
  std::uint32_t place = kNowhere;     ///< of `places`
  std::uint32_t resource = kNowhere;  ///< of the dynamic scope
  Leaf leaf;

  bool plain() const { return ends[kLast] == 0; }  ///< `types` is all there is
};

/// Where a schema stands, as a step from another place. Spelled out only for messages.
struct Place {
  enum class Step : std::uint8_t {
    kDocument,  ///< `name` is its URI
    kPointer,   ///< `name` is a JSON Pointer
    kKeyword,
    kName,   ///< a keyword and a name in it
    kIndex,  ///< a keyword and an index in it
  } step = Step::kKeyword;
  Keyword keyword = Keyword::kNone;
  std::uint32_t from = kNowhere;
  std::uint32_t name = 0;  ///< of `names`, or the index
};

/// Bounds of a number. Where value and bounds are integers of at most 18 digits, two comparisons.
struct Range {
  std::int64_t low = INT64_MIN;
  std::int64_t high = INT64_MAX;
  bool small = true;  ///< `low` and `high` say it all
  struct Bound {
    Keyword keyword;
    Text literal;
  };
  std::uint32_t bounds = 0;  ///< of `Program::bounds`
  std::uint32_t count = 0;
};

struct Divisor {
  Text literal;
  std::int64_t small = 0;  ///< 0: not an integer of at most 18 digits
};

struct Slot {
  std::uint32_t hash;
  std::uint32_t property;  ///< counted from the table's first; kNowhere: free
};

/// Where strings are looked for by their hashes: open addressing, in `slots`.
struct SlotRange {
  std::uint32_t begin = kNowhere;  ///< kNowhere: there is no index
  std::uint32_t mask = 0;          ///< one less than how many there are
  std::uint8_t shift = 0;          ///< the hash's bits that choose a slot start here

  bool empty() const { return begin == kNowhere; }
};

/// Half a cache line: this is what the members of a value are looked up in.
struct alignas(32) Property {
  const char* name = "";  ///< of the pool
  std::uint32_t name_size = 0;
  std::uint32_t block = kNowhere;  ///< kNowhere: only required
  Leaf leaf;                       ///< of the block
  std::uint16_t required = 0;      ///< 1 + its bit

  std::string_view name_view() const { return {name, name_size}; }
};
static_assert(sizeof(Property) == 32);

struct PatternProperty {
  std::uint32_t pattern;
  std::uint32_t block;
};

/// What a schema says about members, all of it.
struct MemberTable {
  std::uint32_t properties = 0;  ///< of `Program::properties`
  std::uint32_t property_count = 0;
  SlotRange index;             ///< of the properties by name
  std::uint32_t patterns = 0;  ///< of `Program::pattern_properties`
  std::uint32_t pattern_count = 0;
  std::uint32_t additional = kNowhere;  ///< block
  std::uint32_t names = kNowhere;       ///< block of `propertyNames`
  std::uint16_t required_count = 0;
  bool plain = false;  ///< some properties, no patterns, no `propertyNames`, few names required
  Leaf additional_leaf;
};

/// A member whose presence asks for more.
struct Dependent {
  Text trigger;
  std::uint32_t a;          ///< block, or of `required_names`
  std::uint32_t count = 0;  ///< of `required_names`
  Keyword keyword;
};

/// Strings to find one among.
struct StringSet {
  std::uint32_t strings = 0;  ///< of `enum_strings`
  std::uint32_t count = 0;
  SlotRange index;  ///< when there are many
};

struct Enum {
  std::uint32_t values = 0;  ///< of `enum_values`
  std::uint32_t count = 0;
  StringSet strings;  ///< those among the values
};

/// Alternatives told apart by a member: all of them require it, each allows it other strings, and
/// none takes anything but objects. So at most one of them can hold, whatever else they say.
struct BranchSwitch {
  Text property;
  StringSet tags;
  std::uint32_t blocks = 0;  ///< of `lists`, one for each tag
};

struct Discriminator {
  Text property;
  std::uint32_t mapped = 0;  ///< of `mapped_branches`
  std::uint32_t count = 0;
};

struct MappedBranch {
  Text value;
  std::uint32_t branch;  ///< index in the list of branches
};

/// One resource's schema for a dynamic anchor.
struct DynamicTarget {
  std::uint32_t resource;
  std::uint32_t block;
};

struct DynamicAnchor {
  std::uint32_t targets = 0;  ///< of `dynamic_targets`
  std::uint32_t count = 0;
};

}  // namespace barbacane::schema::detail

namespace barbacane::schema {

struct Program::Impl {
  std::uint32_t schemas = 0;  ///< blocks that a SchemaId from `want` can name

  std::vector<detail::Block> blocks;
  std::vector<detail::Instruction> code;
  std::vector<std::uint32_t> lists;
  std::vector<detail::Range> ranges;
  std::vector<detail::Range::Bound> bounds;
  std::vector<detail::Divisor> divisors;
  std::vector<Pattern> patterns;
  std::vector<detail::MemberTable> tables;
  std::vector<detail::Property> properties;
  std::vector<detail::PatternProperty> pattern_properties;
  std::vector<detail::Slot> slots;
  std::vector<detail::Dependent> dependents;
  std::vector<detail::Text> required_names;
  std::vector<detail::Enum> enums;
  std::vector<std::uint32_t> enum_values;  ///< of `constants`
  std::vector<detail::Text> enum_strings;
  std::vector<Value::Node> constants;
  std::vector<detail::Discriminator> discriminators;
  std::vector<detail::BranchSwitch> switches;
  std::vector<detail::MappedBranch> mapped_branches;
  std::vector<detail::DynamicAnchor> dynamic_anchors;
  std::vector<detail::DynamicTarget> dynamic_targets;

  std::vector<detail::Place> places;
  std::vector<detail::Text> names;
  detail::TextPool pool;

  /// `URI#/pointer` of a place.
  std::string spell(std::uint32_t place) const;
  /// Gives back what only building needed.
  void shrink();

  Value constant(std::uint32_t index) const { return Value(&constants[index]); }
};

}  // namespace barbacane::schema

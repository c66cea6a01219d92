#include "schema/detail/keyword.h"

#include <array>

#include "schema/json.h"

namespace barbacane::schema::detail {
namespace {

constexpr std::array<std::string_view, kKeywordCount> kNames = {
    "$schema",
    "$vocabulary",
    "$id",
    "$anchor",
    "$dynamicAnchor",
    "$ref",
    "$dynamicRef",
    "$defs",
    "definitions",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependencies",
    "discriminator",
    "prefixItems",
    "items",
    "additionalItems",
    "contains",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "type",
    "nullable",
    "enum",
    "const",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "required",
    "dependentRequired",
    "readOnly",
};

/// Open addressing, a quarter full.
struct Table {
  static constexpr std::size_t kSlots = 256;
  struct Slot {
    std::uint32_t hash = 0;
    Keyword keyword = Keyword::kNone;
  };
  std::array<Slot, kSlots> slots;

  Table() {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      const std::uint32_t hash = name_hash(kNames[i]);
      std::size_t at = hash % kSlots;
      while (slots[at].keyword != Keyword::kNone) at = (at + 1) % kSlots;
      slots[at] = {hash, static_cast<Keyword>(i)};
    }
  }
};

}  // namespace

std::string_view to_text(Keyword keyword) {
  return keyword == Keyword::kNone ? "" : kNames[static_cast<std::size_t>(keyword)];
}

std::optional<Keyword> parse_keyword(std::string_view name, std::uint32_t hash) {
  static const Table table;
  for (std::size_t at = hash % Table::kSlots;; at = (at + 1) % Table::kSlots) {
    const Table::Slot& slot = table.slots[at];
    if (slot.keyword == Keyword::kNone) return std::nullopt;
    if (slot.hash == hash && to_text(slot.keyword) == name) return slot.keyword;
  }
}

}  // namespace barbacane::schema::detail

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// The words of all dialects that mean something to us. Every other name is an annotation.
namespace barbacane::schema::detail {

enum class Keyword : std::uint8_t {
  // Where things are.
  kSchema,
  kVocabulary,
  kId,
  kAnchor,
  kDynamicAnchor,
  kRef,
  kDynamicRef,
  kDefs,
  kDefinitions,
  // Schemas about the same value.
  kAllOf,
  kAnyOf,
  kOneOf,
  kNot,
  kIf,
  kThen,
  kElse,
  kDependentSchemas,
  kDependencies,
  kDiscriminator,
  // Schemas about what is in the value.
  kPrefixItems,
  kItems,
  kAdditionalItems,
  kContains,
  kProperties,
  kPatternProperties,
  kAdditionalProperties,
  kPropertyNames,
  kUnevaluatedItems,
  kUnevaluatedProperties,
  // Assertions.
  kType,
  kNullable,
  kEnum,
  kConst,
  kMultipleOf,
  kMinimum,
  kMaximum,
  kExclusiveMinimum,
  kExclusiveMaximum,
  kMinLength,
  kMaxLength,
  kPattern,
  kFormat,
  kMinItems,
  kMaxItems,
  kUniqueItems,
  kMinContains,
  kMaxContains,
  kMinProperties,
  kMaxProperties,
  kRequired,
  kDependentRequired,
  kReadOnly,
  kCount,
  kNone = kCount,  ///< of the schema `false`
};

constexpr std::size_t kKeywordCount = static_cast<std::size_t>(Keyword::kCount);

/// Empty for kNone.
std::string_view to_text(Keyword keyword);
/// `hash` is the name's `name_hash`.
std::optional<Keyword> parse_keyword(std::string_view name, std::uint32_t hash);

}  // namespace barbacane::schema::detail

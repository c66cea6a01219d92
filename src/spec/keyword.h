#pragma once

#include <cstdint>
#include <string_view>

/// What is known about JSON Schema where schemas are only carried around (2020-12, and what came
/// before it): in which keywords subschemas stand, and which references lead out of any project.
namespace barbacane::spec {

enum class Keyword : std::uint8_t {
  kOther,      ///< its value holds no schema
  kSchema,     ///< is a schema; of `items` also a list of them
  kSchemas,    ///< a list of schemas
  kSchemaMap,  ///< schemas by name
};

Keyword keyword_kind(std::string_view keyword);

/// The URI of a meta-schema that the JSON Schema organization publishes, whatever its fragment.
bool is_meta_schema(std::string_view uri);

}  // namespace barbacane::spec

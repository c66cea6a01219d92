#pragma once

#include <string>
#include <string_view>
#include <vector>

/// A config schema as people read it: one row a member, nested ones behind a dot.
///
///   rules[].status   integer   302   what the client is told; one of 301, 302, 307, 308
///
/// Understands what config schemas are made of (properties, items, additionalProperties, references
/// into the schema itself, alternatives); what else stands in one is left out. Any text is safe.
namespace barbacane::app {

struct SchemaRow {
  std::string member;    ///< `tls.ca`, `rules[].path`, `tenants.*.key`
  std::string type;      ///< `string`, `list of integer`, `number or string`
  std::string fallback;  ///< `required`, the default, or empty
  std::string words;     ///< description and limits
};

/// In the order of the schema; empty for a schema without members.
std::vector<SchemaRow> schema_rows(std::string_view json_schema);

}  // namespace barbacane::app

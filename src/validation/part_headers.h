#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model.h"
#include "schema/program.h"

/// Headers that an `encoding` object declares for parts of a multipart body (OpenAPI 3.1,
/// 4.8.15.1).
namespace barbacane::validation {

struct PartHeader {
  std::string property;           ///< whose parts have it
  artifact::Parameter parameter;  ///< it as a header of requests; without the text of its schema
  std::string schema_place;       ///< JSON Pointer into the encoding object; empty when none
  /// Of what stands there, for whoever reads the list to fill in.
  std::optional<schema::SchemaId> schema;
};

/// `encoding` as JSON text, empty for none. In the order of the text, so that those of a property
/// are neighbours. `Content-Type` is left out, which the encoding object has a member of its own
/// for. What is malformed is passed over: `MultipartRules::build` tells.
std::vector<PartHeader> read_part_headers(std::string_view encoding);

}  // namespace barbacane::validation

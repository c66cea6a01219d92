#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model.h"
#include "schema/program.h"
#include "validation/form.h"
#include "validation/media_type.h"
#include "validation/multipart.h"

/// What an operation declares about its body, one entry a media type, ready to be applied.
namespace barbacane::validation {

/// Readers are there for every kind of content the declared type (a range perhaps) can stand for.
struct MediaRules {
  std::string name;  ///< the declared key
  std::optional<schema::SchemaId> schema;
  bool json = false;  ///< content may be JSON
  bool text = false;  ///< content may be text with a schema for strings
  std::optional<FormReader> form;
  std::optional<MultipartRules> multipart;
};

struct BodyRules {
  bool required = false;
  std::vector<MediaRules> media;  ///< in the order of `table`
  MediaTypeTable table{{}};
  std::string declared;  ///< all keys, for messages

  /// `schemas[i]` belongs to the i-th media type of `body`. The error is one sentence.
  static std::expected<BodyRules, std::string> build(
      const artifact::RequestBody& body,
      const std::vector<std::optional<schema::SchemaId>>& schemas, const schema::Program& program);
};

}  // namespace barbacane::validation

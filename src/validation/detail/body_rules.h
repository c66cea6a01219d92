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
#include "validation/part_headers.h"

/// What an operation declares about its body, one entry a media type, ready to be applied.
namespace barbacane::validation {

/// The headers that parts of a body under that key are declared to have; none for what is no
/// multipart form, where they mean nothing.
std::vector<PartHeader> part_headers_of(std::string_view key, const artifact::MediaType& media);

/// The schemas of one media type.
struct MediaSchemas {
  std::optional<schema::SchemaId> content;
  std::vector<PartHeader> headers;  ///< of parts, where there may be parts
};

/// Readers are there for every kind of content the declared type (a range perhaps) can stand for.
struct MediaRules {
  std::string name;   ///< the declared key
  std::string place;  ///< of the declaration, as in `Violation::schema`
  std::optional<schema::SchemaId> schema;
  bool json = false;  ///< content may be JSON
  bool text = false;  ///< content may be text with a schema for strings
  std::optional<FormReader> form;
  std::optional<MultipartRules> multipart;
};

struct BodyRules {
  std::string place;  ///< as in `MediaRules`
  bool required = false;
  std::vector<MediaRules> media;  ///< in the order of `table`
  MediaTypeTable table{{}};
  std::string declared;  ///< all keys, for messages

  /// `schemas[i]` belongs to the i-th media type of `body`, which is declared at `place`. The error
  /// is one sentence.
  static std::expected<BodyRules, std::string> build(const artifact::RequestBody& body,
                                                     const std::vector<MediaSchemas>& schemas,
                                                     const schema::Program& program,
                                                     std::string place = {});
};

}  // namespace barbacane::validation

#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "schema/json.h"
#include "schema/program.h"
#include "validation/workspace.h"

/// Bodies of `application/x-www-form-urlencoded`: pairs become an object, each value what its
/// property's schema says (data-plane contract, 6.4 and 6.5; OpenAPI 3.1, 4.8.15). At most 10,000
/// pairs.
namespace barbacane::validation {

class FormReader {
 public:
  /// `encoding` is the media type's encoding object as JSON text, empty for none. `program`
  /// outlives the reader.
  static base::Result<FormReader> build(const schema::Program& program, schema::SchemaId schema,
                                        std::string_view encoding);

  FormReader(FormReader&&) noexcept;
  FormReader& operator=(FormReader&&) noexcept;
  ~FormReader();

  /// The object, on `workspace.tape`; holds until the workspace is used again. Not yet checked
  /// against the schema. The error is one sentence (a value that is not UTF-8, a property sent
  /// twice that is no array, JSON that is none, too many pairs).
  struct Refusal {
    std::string field;  ///< JSON Pointer, or `body`
    std::string reason;
  };
  std::expected<schema::Value, Refusal> read(std::string_view body, Workspace& workspace) const;

 private:
  struct Impl;
  explicit FormReader(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace barbacane::validation

#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program.h"

/// From JSON Schema texts to a program.
///
/// Give it every document a schema may refer to, ask for the schemas that will be run, then build.
/// All of JSON Schema 2020-12 with the vocabularies OpenAPI 3.1 uses, the schema object of OpenAPI
/// 3.0, and draft-07. `$id`, `$anchor`, `$dynamicRef` and relative references resolve among the
/// documents given and the standard meta-schemas, which are built in; nothing is ever fetched. What
/// cannot be compiled is an error with the place of the offending keyword; all errors are
/// collected.
///
/// Used once, by one thread. Texts are copied as far as needed: nothing is borrowed afterwards.
namespace barbacane::schema {

enum class Dialect : std::uint8_t { kDraft202012, kOpenApi30, kDraft07 };

/// The dialect a `$schema` or `jsonSchemaDialect` URI names; OpenAPI's own dialects are 2020-12.
std::optional<Dialect> parse_dialect(std::string_view uri);

struct SchemaError {
  std::string place;    ///< `URI#/pointer` of the offending value, as given to `add`
  std::string message;  ///< `'minLength' must be a non-negative integer`
  std::string hint;     ///< may be empty
};

struct BuildOptions {
  /// Whether `format` is asserted (the meta-schemas say it is an annotation; the gateway asserts).
  enum class Formats : std::uint8_t { kAssert, kAnnotate } formats = Formats::kAssert;
  /// Requests need not carry what is `readOnly` (data-plane contract, 6.6), responses what is
  /// `writeOnly`.
  enum class Direction : std::uint8_t { kNone, kRequest, kResponse } direction = Direction::kNone;
};

class ProgramBuilder {
 public:
  explicit ProgramBuilder(BuildOptions options = {});
  ~ProgramBuilder();

  /// A document by its absolute URI or any text without `#` that serves as one. Not JSON is an
  /// error of `build`. `dialect` is what holds where no `$schema` says otherwise.
  void add(std::string uri, std::string_view json, Dialect dialect = Dialect::kDraft202012);

  /// Every reference `#/schemas/NAME`, in whatever document and below whatever `$id`, means
  /// `URI#/schemas/NAME`: the shared table of an artifact (compiler contract, 7.3).
  void set_shared_table(std::string uri);

  /// A schema that will be run, such as `api.json#/properties/name`. Compiled with what it reaches;
  /// the id is good once `build` succeeded.
  SchemaId want(std::string_view uri);

  std::expected<Program, std::vector<SchemaError>> build();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barbacane::schema

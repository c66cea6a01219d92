#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model.h"
#include "schema/program.h"
#include "validation/request_parts.h"
#include "validation/violation.h"
#include "validation/workspace.h"

/// The parameters of one operation: text in, values by `style` and `explode`, checked by schema.
///
/// Compiled once per operation, so that a request pays for splitting its text and nothing else.
/// Text becomes what its schema says it is (data-plane contract, 6.4): `5` is a number where a
/// number is wanted and a string where a string is. Only validation sees these values; what is
/// forwarded is the text as it came. Immutable; any thread. OpenAPI 3.1, 4.8.12; RFC 6570.
///
/// Where those leave a choice:
/// - An empty text is an array of one empty piece, as RFC 6570 writes it, and no object.
/// - Header values have no escapes; those of cookies have, but with OpenAPI 3.2's style `cookie`.
/// - What its style writes in one text, an array too, must not be sent twice; only exploded arrays
///   may be repeated. That holds for cookies as it does for queries.
/// - A deepObject has members of one level: `id`, `id[]` and `id[a][b]` are meant for it and wrong,
///   but for an `id` without a value where that is allowed.
/// - Names that no parameter declares are members of an exploded object that leaves room for them,
///   but make it present only where its `patternProperties` know them, its `additionalProperties`
///   has a schema, or it declares no members at all: `utm_source=x` alone is no filter.
/// - Members of exploded objects and of forms may be repeated where their schema takes an array.
namespace barbacane::validation {

enum class UnknownQuery : std::uint8_t { kPass, kReject };

/// Names in a query that no parameter declares.
struct QueryNames {
  UnknownQuery unknown = UnknownQuery::kPass;
  /// For something else, such as a security scheme: never unknown, and members of nothing.
  std::span<const std::string> known = {};
};

class ParameterSet {
 public:
  /// `schemas[i]` belongs to `parameters[i]`; nothing when it has none. `path_names` are the
  /// captures of the route in template order; a path parameter that is none of them is ignored, as
  /// the earlier implementation lets it be. Of two parameters with one name and place the later one
  /// holds. `program` outlives the set. The error names the parameter and what cannot be (an
  /// unknown style, a style that does not fit its place or type). `place` is that of the operation,
  /// for violations no schema is behind.
  static std::expected<ParameterSet, std::string> build(
      std::span<const artifact::Parameter> parameters,
      std::span<const std::optional<schema::SchemaId>> schemas,
      std::span<const std::string> path_names, const schema::Program& program,
      QueryNames query_names, std::string place = {});

  ParameterSet(ParameterSet&&) noexcept;
  ParameterSet& operator=(ParameterSet&&) noexcept;
  ~ParameterSet();

  /// The first category, in the contract's order, in which something is wrong. Fast: stops at the
  /// first violation and words nothing.
  std::optional<Category> first_failing(const RequestParts& request, Workspace& workspace) const;

  /// Everything that is wrong in a category, in declaration order.
  std::vector<Violation> explain(Category category, const RequestParts& request,
                                 Workspace& workspace) const;

 private:
  struct Impl;
  explicit ParameterSet(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace barbacane::validation

#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model.h"
#include "schema/program.h"
#include "validation/detail/parameter_rule.h"
#include "validation/detail/query_scan.h"

namespace barbacane::validation::detail {

/// The parameters of an operation by category, each in the order of its declaration.
struct ParameterRules {
  std::vector<ParameterRule> path;
  PairRules query{PairCursor::Syntax::kQuery};
  std::vector<ParameterRule> querystring;  ///< one at most
  std::vector<ParameterRule> header;
  PairRules cookie{PairCursor::Syntax::kCookie};
};

/// See `ParameterSet::build`.
std::expected<ParameterRules, std::string> build_rules(
    std::span<const artifact::Parameter> parameters,
    std::span<const std::optional<schema::SchemaId>> schemas,
    std::span<const std::string> path_names, const schema::Program& program,
    std::span<const std::string> known_query, std::string_view place);

}  // namespace barbacane::validation::detail

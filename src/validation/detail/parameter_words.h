#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "validation/detail/parameter_judge.h"
#include "validation/detail/parameter_rule.h"
#include "validation/violation.h"

/// What is wrong with a parameter, in words.
namespace barbacane::validation::detail {

Violation missing_parameter(const ParameterRule& rule);
/// `name` as it stands in the query of the operation at `place`.
Violation unknown_parameter(std::string_view name, std::string_view place);
/// One violation for each of the reasons.
void append_reasons(std::vector<Violation>& out, const ParameterRule& rule, Reasons reasons);

}  // namespace barbacane::validation::detail

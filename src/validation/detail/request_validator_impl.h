#pragma once

#include <optional>

#include "validation/detail/body_rules.h"
#include "validation/parameter_set.h"
#include "validation/request_validator.h"

namespace barbacane::validation {

struct RequestValidator::Impl {
  ParameterSet parameters;
  std::optional<BodyRules> body;
  const schema::Program& program;
};

}  // namespace barbacane::validation

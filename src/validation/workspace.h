#pragma once

#include "schema/json.h"
#include "schema/program.h"

namespace barbacane::validation {

/// Memory for validating one request at a time; one per thread, reused, so that a valid request
/// allocates nothing.
struct Workspace {
  schema::Tape tape;  ///< of the body, or of the parameter at hand
  schema::Tape part;  ///< of a parameter or part that is itself JSON
  schema::Scratch scratch;
};

}  // namespace barbacane::validation

#pragma once

#include <cstddef>

#include "schema/json.h"
#include "schema/program.h"

namespace barbacane::validation {

/// Memory for validating one request at a time; one per thread, reused, so that a valid request
/// allocates nothing.
struct Workspace {
  schema::Tape tape;  ///< of the body, or of the parameter at hand
  schema::Tape part;  ///< of a parameter or part that is itself JSON
  schema::Scratch scratch;

  /// Gives back what a large request made it take. Values on the tapes are gone.
  void shrink() {
    constexpr std::size_t kKept = std::size_t{256} << 10;
    tape.shrink(kKept);
    part.shrink(kKept);
    scratch = schema::Scratch();
  }
};

}  // namespace barbacane::validation

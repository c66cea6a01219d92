#pragma once

#include "schema/detail/code.h"

namespace barbacane::schema::detail {

/// Finds the `unevaluatedProperties` for which the schema alone tells what names are evaluated,
/// whatever the value is: they get a table of these names, and nothing has to be noted on the way
/// to them. The program must be complete.
void find_leftover_names(Program::Impl& program);

}  // namespace barbacane::schema::detail

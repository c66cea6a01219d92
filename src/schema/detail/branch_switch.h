#pragma once

#include "schema/detail/code.h"

namespace barbacane::schema::detail {

/// Gives every `anyOf` and `oneOf` whose branches a member tells apart its `BranchSwitch`, so that
/// one branch is run instead of all. The program must be complete.
void add_switches(Program::Impl& program);

}  // namespace barbacane::schema::detail

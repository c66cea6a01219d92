#pragma once

#include <vector>

#include "base/diagnostic.h"
#include "compiler/detail/schema_table.h"

/// Keywords written the way of another OpenAPI version.
///
/// OpenAPI 3.1 changed what a few keywords look like. A type list or a numeric exclusive bound in a
/// 3.0 document means the same to everybody and is read as in 3.1; `nullable` in a 3.1 document
/// means nothing. Both compile, with a warning. Boolean exclusive bounds in a
/// 3.1 document are no bounds at all: the schema compiler refuses them.
namespace barbacane::compiler {

/// Looks at the keywords of one schema, not into its subschemas.
void check_forms(spec::NodeRef schema, Dialect dialect, std::vector<base::Diagnostic>& problems);

}  // namespace barbacane::compiler

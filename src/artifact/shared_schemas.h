#pragma once

#include <string>

#include "artifact/model.h"

/// The table of shared schemas for whoever compiles schemas of a model that is no text any more.
namespace barbacane::artifact {

/// `"schemas":{"Pet":{…}}`, the member of `routes.json`. A null schema is `null`.
std::string shared_schemas_member(const Routes& routes);

}  // namespace barbacane::artifact

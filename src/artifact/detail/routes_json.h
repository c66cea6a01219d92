#pragma once

#include <string>
#include <string_view>

#include "artifact/model.h"
#include "base/result.h"

/// `routes.json`: container contract 7.3.
namespace barbacane::artifact::detail {

/// Fails when a config, schema or binding is no well-formed JSON, naming its key.
base::Result<std::string> write_routes(const Routes& routes);

/// Operations keep the order they are stored in; their `index` is ignored.
base::Result<Routes> read_routes(std::string_view json);

}  // namespace barbacane::artifact::detail

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/detail/config_schemas.h"

/// What is wrong with the config of `http-upstream` and no schema can say (plugins contract, 2.2).
namespace barbacane::compiler {

/// E1023: fields in `headers` that only the connection may write.
std::vector<ConfigFault> owned_headers(std::string_view config);

/// A warning: names in `path` that are none of the operation's parameters, and so stay in the
/// request as they are written.
std::vector<ConfigFault> unknown_parameters(std::string_view config,
                                            std::span<const std::string> parameters);

}  // namespace barbacane::compiler

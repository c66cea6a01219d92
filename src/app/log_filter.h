#pragma once

#include <optional>
#include <string_view>

#include "telemetry/log.h"

/// The environment variable RUST_LOG, which operators of the 0.x line set to filter logs.
///
/// A list of directives separated by commas: a level, or `target=level`. Our log has one level for
/// all targets, and all of them lie below `barbacane`: the level of that target counts, as the
/// narrower directive does in the 0.x line, then the default of the list, and else `error`.
namespace barbacane::app {

/// Nothing when the text is no valid filter; `--log-level` then stands.
std::optional<telemetry::Level> parse_log_filter(std::string_view text);

}  // namespace barbacane::app

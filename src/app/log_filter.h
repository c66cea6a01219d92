#pragma once

#include <optional>
#include <string_view>

#include "telemetry/log.h"

/// The environment variable RUST_LOG, which operators of the 0.x line set to filter logs.
///
/// A list of directives separated by commas: a level, or `target=level`. Our log has one level for
/// all targets, so the default of the list counts; when it has none, the level of the target
/// `barbacane`, and else `error`, as the 0.x line has it.
namespace barbacane::app {

/// Nothing when the text is no valid filter; `--log-level` then stands.
std::optional<telemetry::Level> parse_log_filter(std::string_view text);

}  // namespace barbacane::app

#pragma once

#include <optional>
#include <string_view>

#include "compiler/detail/report.h"

/// One reader for each `x-barbacane-*` key; `extensions.cc` calls those that have a place at a
/// site. A reader reports what is wrong and returns what was right. `key` is the extension's.
namespace barbacane::compiler {

// sugar.cc: compiler contract, 2.3 and 2.4.
std::optional<PluginMention> read_rate_limit(const Site& site, Report& report);
std::optional<PluginMention> read_cache(const Site& site, Report& report);

// sunset.cc: 2.7.
void read_sunset(const Site& site, OperationExtensions& extensions, Report& report);

// policies.cc: 2.6 and 2.6b.
artifact::Observability read_observability(const Site& site, Report& report);
ValidationFields read_validation(const Site& site, Report& report);

}  // namespace barbacane::compiler

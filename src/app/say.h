#pragma once

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace barbacane::app {

/// Text on standard error while the gateway runs, at once and whole. That nobody reads it any more
/// (`serve 2>&1 | tee log`, interrupted) must not stop a gateway; `fmt::print` would throw.
template <class... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  const std::string text = fmt::format(format, std::forward<Values>(values)...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace barbacane::app

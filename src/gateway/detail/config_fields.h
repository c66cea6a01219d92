#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "base/result.h"

/// Fields of the configs of native dispatchers, read from parsed JSON.
///
/// Configs come checked by the compiler, but from any compiler, and with secrets in place of their
/// references: everything is checked again. Errors name the field and repeat no value.
namespace barbacane::gateway::config {

using Element = simdjson::dom::element;
/// Names in lower case, in the order of the config.
using Headers = std::vector<std::pair<std::string, std::string>>;

base::Result<> read_integer(Element value, std::string_view name, std::int64_t least,
                            std::int64_t most, std::int64_t& out);
base::Result<> read_string(Element value, std::string_view name, std::string& out);
base::Result<> read_headers(Element value, Headers& out);
/// A number of seconds, or a text such as `500ms` and `2m`; more than nothing. What is longer than
/// a year is a year.
base::Result<> read_duration(Element value, std::string_view name, std::chrono::milliseconds& out);

/// `around` is the field they are members of, if any.
base::Result<> unknown_field(std::string_view name, std::span<const std::string_view> fields,
                             std::string_view around = {});

}  // namespace barbacane::gateway::config

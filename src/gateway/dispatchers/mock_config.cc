#include "gateway/dispatchers/mock_config.h"

#include <array>
#include <cstdint>

#include <simdjson.h>

#include "base/text.h"

namespace barbacane::gateway {
namespace {

using simdjson::dom::element;

constexpr std::array<std::string_view, 6> kFields = {"status",       "body",     "headers",
                                                     "content_type", "delay_ms", "from_spec"};
/// What says something that `from_spec` takes from the spec.
constexpr std::array<std::string_view, 3> kOwnAnswer = {"status", "body", "content_type"};

base::Result<> read_integer(element value, std::string_view name, std::int64_t least,
                            std::int64_t most, std::int64_t& out) {
  if (value.get(out) == simdjson::SUCCESS && out >= least && out <= most) return {};
  return base::fail("'" + std::string(name) + "' must be an integer from " + std::to_string(least) +
                    " to " + std::to_string(most));
}

base::Result<> read_string(element value, std::string_view name, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    return base::fail("'" + std::string(name) + "' must be a string");
  }
  out = text;
  return {};
}

base::Result<> read_headers(element value, MockConfig& config) {
  simdjson::dom::object headers;
  if (value.get(headers) != simdjson::SUCCESS) {
    return base::fail("'headers' must be an object of strings");
  }
  for (const auto& [name, field] : headers) {
    std::string text;
    if (auto read = read_string(field, "headers." + std::string(name), text); !read) return read;
    config.headers.emplace_back(base::to_lower(name), std::move(text));
  }
  return {};
}

base::Result<> read_unknown(std::string_view name) {
  const std::string_view close = base::nearest(name, kFields);
  return base::fail("unknown field '" + std::string(name) + "'" +
                    (close.empty() ? "" : ", did you mean '" + std::string(close) + "'?"));
}

base::Result<> read_field(std::string_view name, element value, MockConfig& config) {
  std::int64_t number = 0;
  if (name == "status") {
    auto read = read_integer(value, name, 200, 599, number);
    if (read) config.status = static_cast<int>(number);
    return read;
  }
  if (name == "delay_ms") {
    auto read = read_integer(value, name, 0, 60'000, number);
    if (read) config.delay = std::chrono::milliseconds(number);
    return read;
  }
  if (name == "body") return read_string(value, name, config.body);
  if (name == "content_type") return read_string(value, name, config.content_type);
  if (name == "headers") return read_headers(value, config);
  if (name != "from_spec") return read_unknown(name);
  if (value.get(config.from_spec) == simdjson::SUCCESS) return {};
  return base::fail("'from_spec' must be true or false");
}

}  // namespace

base::Result<MockConfig> parse_mock_config(std::string_view json) {
  MockConfig config;
  if (json.empty() || json == "null") return config;
  simdjson::dom::parser parser;
  simdjson::dom::object fields;
  if (parser.parse(json.data(), json.size()).get(fields) != simdjson::SUCCESS) {
    return base::fail("the config must be an object");
  }
  for (const auto& [name, value] : fields) {
    if (auto read = read_field(name, value, config); !read) return std::unexpected(read.error());
  }
  for (std::string_view name : kOwnAnswer) {
    element value;
    if (!config.from_spec || fields.at_key(name).get(value) != simdjson::SUCCESS) continue;
    return base::fail("'" + std::string(name) +
                      "' cannot stand beside 'from_spec', which takes it from the spec");
  }
  return config;
}

}  // namespace barbacane::gateway

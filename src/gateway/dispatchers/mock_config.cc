#include "gateway/dispatchers/mock_config.h"

#include <array>
#include <cstdint>

#include "gateway/detail/config_fields.h"

namespace barbacane::gateway {
namespace {

using config::Element;
using config::read_integer;
using config::read_string;

constexpr std::array<std::string_view, 6> kFields = {"status",       "body",     "headers",
                                                     "content_type", "delay_ms", "from_spec"};
/// What says something that `from_spec` takes from the spec.
constexpr std::array<std::string_view, 3> kOwnAnswer = {"status", "body", "content_type"};

base::Result<> read_field(std::string_view name, Element value, MockConfig& config) {
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
  if (name == "headers") return config::read_headers(value, config.headers);
  if (name != "from_spec") return config::unknown_field(name, kFields);
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
    Element value;
    if (!config.from_spec || fields.at_key(name).get(value) != simdjson::SUCCESS) continue;
    return base::fail("'" + std::string(name) +
                      "' cannot stand beside 'from_spec', which takes it from the spec");
  }
  return config;
}

}  // namespace barbacane::gateway

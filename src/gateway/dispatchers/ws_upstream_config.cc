#include "gateway/dispatchers/ws_upstream_config.h"

#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "gateway/detail/config_fields.h"

namespace barbacane::gateway {
namespace {

using config::Element;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 4> kFields = {"url", "connect_timeout", "path",
                                                     "idle_timeout"};
constexpr milliseconds kShortestConnect{100};
constexpr milliseconds kLongestConnect{300'000};

/// `ws` is to `http` what `wss` is to `https`: the same places, the same ports (RFC 6455, 3).
std::optional<std::string> as_http(std::string_view url) {
  const std::string_view scheme = url.substr(0, url.find("://"));
  const std::string_view rest = url.substr(scheme.size());
  if (base::equals_ignoring_case(scheme, "ws")) return "http" + std::string(rest);
  if (base::equals_ignoring_case(scheme, "wss")) return "https" + std::string(rest);
  return std::nullopt;
}

base::Result<> read_url(Element value, HttpUpstreamConfig& handshake) {
  std::string text;
  if (auto read = config::read_string(value, "url", text); !read) return read;
  const auto http = as_http(text);
  if (!http) return base::fail("'url' must begin with ws:// or wss://");
  auto url = parse_upstream_url(*http);
  if (!url) return base::fail("'url' " + url.error().message);
  handshake.origin = std::move(url->origin);
  handshake.prefix = std::move(url->path);
  return {};
}

base::Result<> read_idle_timeout(Element value, milliseconds& idle) {
  double seconds = -1;
  if (value.get(seconds) == simdjson::SUCCESS && seconds == 0) {
    idle = milliseconds(0);
    return {};
  }
  return config::read_duration(value, "idle_timeout", idle);
}

base::Result<> read_connect_timeout(Element value, milliseconds& timeout) {
  if (auto read = config::read_duration(value, "connect_timeout", timeout); !read) return read;
  if (timeout >= kShortestConnect && timeout <= kLongestConnect) return {};
  return base::fail("'connect_timeout' must be from 0.1 to 300 seconds");
}

base::Result<> read_field(std::string_view name, Element value, WsUpstreamConfig& config,
                          std::optional<std::string>& path) {
  if (name == "url") return read_url(value, config.handshake);
  if (name == "path") return config::read_string(value, name, path.emplace());
  if (name == "connect_timeout")
    return read_connect_timeout(value, config.handshake.connect_timeout);
  if (name == "idle_timeout") return read_idle_timeout(value, config.idle_timeout);
  return config::unknown_field(name, kFields);
}

}  // namespace

base::Result<WsUpstreamConfig> parse_ws_upstream_config(std::string_view json) {
  WsUpstreamConfig config;
  config.handshake.connect_timeout = milliseconds(5'000);
  std::optional<std::string> path;
  simdjson::dom::parser parser;
  simdjson::dom::object fields;
  if (json.empty() || json == "null") json = "{}";
  if (parser.parse(json.data(), json.size()).get(fields) != simdjson::SUCCESS)
    return base::fail("the config must be an object");
  for (const auto& [name, value] : fields) {
    if (auto read = read_field(name, value, config, path); !read)
      return std::unexpected(read.error());
  }
  if (config.handshake.origin.host.empty()) return base::fail("'url' is missing");
  config.handshake.timeout = config.handshake.connect_timeout;
  if (!path) return config;
  auto parsed = PathTemplate::parse(config.handshake.prefix, *path);
  if (!parsed) return base::fail("'path' " + parsed.error().message);
  config.handshake.path = std::move(*parsed);
  return config;
}

}  // namespace barbacane::gateway

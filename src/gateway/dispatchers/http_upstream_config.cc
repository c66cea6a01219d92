#include "gateway/dispatchers/http_upstream_config.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "base/text.h"
#include "gateway/detail/config_fields.h"
#include "http/h1/grammar.h"

namespace barbacane::gateway {
namespace {

using config::Element;
using Fields = simdjson::dom::object;

constexpr std::array<std::string_view, 9> kFields = {
    "url",     "path", "timeout",         "connect_timeout", "retries",
    "headers", "tls",  "circuit_breaker", "circuit-breaker"};
constexpr std::array<std::string_view, 3> kTlsFields = {"client_cert", "client_key", "ca"};
constexpr std::array<std::string_view, 3> kBreakerFields = {"threshold", "window", "reset_timeout"};
/// They belong to the connection; what it writes and what a config says must not disagree.
constexpr std::array<std::string_view, 10> kOwned = {
    "connection", "content-length",    "expect",          "host", "keep-alive", "te", "trailer",
    "upgrade",    "transfer-encoding", "proxy-connection"};

/// What is wrong with the field of that name.
std::unexpected<base::Error> wrong(std::string_view name, const std::string& sentence) {
  return base::fail("'" + std::string(name) + "' " + sentence);
}

base::Result<Fields> fields_of(Element value, std::string_view name) {
  Fields fields;
  if (value.get(fields) == simdjson::SUCCESS) return fields;
  return wrong(name, "must be an object");
}

base::Result<> read_url(Element value, HttpUpstreamConfig& config) {
  std::string text;
  if (auto read = config::read_string(value, "url", text); !read) return read;
  auto url = parse_upstream_url(text);
  if (!url) return wrong("url", url.error().message);
  config.origin = std::move(url->origin);
  config.prefix = std::move(url->path);
  return {};
}

base::Result<> read_tls(Element value, UpstreamTls& tls) {
  const auto fields = fields_of(value, "tls");
  if (!fields) return std::unexpected(fields.error());
  for (const auto& [name, field] : *fields) {
    std::string* text = name == "client_cert"  ? &tls.client_cert
                        : name == "client_key" ? &tls.client_key
                        : name == "ca"         ? &tls.ca
                                               : nullptr;
    const std::string path = "tls." + std::string(name);
    if (text == nullptr) return config::unknown_field(name, kTlsFields, "tls");
    if (auto read = config::read_string(field, path, *text); !read) return read;
    if (text->empty()) return wrong(path, "is empty");
  }
  if (tls.client_cert.empty() == tls.client_key.empty()) return {};
  return wrong("tls", "has only one of 'client_cert' and 'client_key', which go together");
}

base::Result<> read_breaker(Element value, std::string_view spelling,
                            std::optional<services::BreakerSettings>& breaker) {
  if (breaker)
    return base::fail("'circuit-breaker' and 'circuit_breaker' are two names of one field");
  const auto fields = fields_of(value, spelling);
  if (!fields) return std::unexpected(fields.error());
  services::BreakerSettings& settings = breaker.emplace();
  for (const auto& [name, field] : *fields) {
    const std::string path = std::string(spelling) + '.' + std::string(name);
    std::int64_t threshold = settings.threshold;
    base::Result<> read;
    if (name == "threshold") {
      read =
          config::read_integer(field, path, 1, std::numeric_limits<std::int32_t>::max(), threshold);
      settings.threshold = static_cast<unsigned>(threshold);
    } else if (name == "window") {
      read = config::read_duration(field, path, settings.window);
    } else if (name == "reset_timeout") {
      read = config::read_duration(field, path, settings.reset_timeout);
    } else {
      read = config::unknown_field(name, kBreakerFields, spelling);
    }
    if (!read) return read;
  }
  return {};
}

base::Result<> check_header(const std::string& name, std::string_view value) {
  const std::string path = "headers." + name;
  if (!http::h1::is_token(name)) {
    return wrong(path, "is no field name");
  }
  if (std::ranges::find(kOwned, name) != kOwned.end()) {
    return wrong(path, "belongs to the connection and cannot be set");
  }
  if (!http::h1::is_field_text(value)) {
    return wrong(path, "has a character that no field value may have, such as a line break");
  }
  return {};
}

base::Result<> read_headers(Element value, HttpUpstreamConfig::Headers& headers) {
  if (auto read = config::read_headers(value, headers); !read) return read;
  for (auto& [name, text] : headers) {
    text = base::trim(text);
    if (auto checked = check_header(name, text); !checked) return checked;
    const auto same = [&](const auto& other) { return other.first == name; };
    if (std::ranges::count_if(headers, same) > 1) {
      return wrong("headers." + name, "is there twice, in different letter case");
    }
  }
  return {};
}

base::Result<> read_field(std::string_view name, Element value, HttpUpstreamConfig& config,
                          std::optional<std::string>& path) {
  if (name == "url") return read_url(value, config);
  if (name == "path") return config::read_string(value, name, path.emplace());
  if (name == "timeout") return config::read_duration(value, name, config.timeout);
  if (name == "connect_timeout") return config::read_duration(value, name, config.connect_timeout);
  if (name == "tls") return read_tls(value, config.tls);
  if (name == "circuit_breaker" || name == "circuit-breaker") {
    return read_breaker(value, name, config.breaker);
  }
  if (name == "headers") return read_headers(value, config.headers);
  if (name != "retries") return config::unknown_field(name, kFields);
  std::int64_t retries = 0;
  if (auto read = config::read_integer(value, name, 0, 5, retries); !read) return read;
  config.retries = static_cast<unsigned>(retries);
  return {};
}

}  // namespace

base::Result<HttpUpstreamConfig> parse_http_upstream_config(std::string_view json) {
  HttpUpstreamConfig config;
  std::optional<std::string> path;
  simdjson::dom::parser parser;
  Fields fields;
  if (json.empty() || json == "null") json = "{}";
  if (parser.parse(json.data(), json.size()).get(fields) != simdjson::SUCCESS) {
    return base::fail("the config must be an object");
  }
  for (const auto& [name, value] : fields) {
    if (auto read = read_field(name, value, config, path); !read) {
      return std::unexpected(read.error());
    }
  }
  if (config.origin.host.empty()) return base::fail("'url' is missing");
  if (!path) return config;
  auto parsed = PathTemplate::parse(config.prefix, *path);
  if (!parsed) return wrong("path", parsed.error().message);
  config.path = std::move(*parsed);
  return config;
}

}  // namespace barbacane::gateway

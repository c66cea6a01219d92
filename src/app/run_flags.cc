#include "app/run_flags.h"

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

#include "app/log_filter.h"
#include "base/text.h"
#include "net/egress.h"

namespace barbacane::app {

namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : base::trim(value, " \t\r\n");
}

void read_positive(const char* name, std::size_t& target) {
  const std::string_view text = environment(name);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value > 0) target = value;
}

/// Empty when nobody knows where this user's caches are.
std::string default_cache() {
  constexpr std::string_view kFolder = "/barbacane";
  if (const auto caches = environment("XDG_CACHE_HOME"); caches.starts_with('/')) {
    return std::string(caches) + std::string(kFolder);
  }
  const auto home = environment("HOME");
  return home.starts_with('/') ? std::string(home) + "/.cache" + std::string(kFolder) : "";
}

}  // namespace

void read_environment(RunFlags& flags) {
  gateway::Options& options = flags.options;
  if (const auto level = parse_log_filter(environment("RUST_LOG"))) flags.log_level = *level;
  flags.trusted_public_key = environment("BARBACANE_TRUSTED_PUBKEY");
  read_positive("BARBACANE_MAX_CONNECTIONS", options.max_connections);
  read_positive("BARBACANE_MAX_UPSTREAM_RESPONSE_BYTES", options.max_upstream_response_bytes);
  options.cache_dir = default_cache();
  options.egress = net::parse_egress_guard(environment("BARBACANE_ALLOW_INTERNAL_EGRESS"));
  if (const char* folder = std::getenv("BARBACANE_SECRETS_DIR");
      folder != nullptr && *folder != 0) {
    options.secrets_dir = folder;
  }
}

}  // namespace barbacane::app

#include "app/serve_flags.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "app/command_line.h"
#include "app/say.h"
#include "app/tls_flags.h"
#include "base/text.h"

namespace barbacane::app {

namespace {

/// Past every use, and far from where milliseconds of it would overflow.
constexpr std::uint64_t kMostSeconds = 100ull * 365 * 24 * 3600;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 40;
/// Numbers of HTTP/2 settings have 31 bits (RFC 9113, 6.5.2).
constexpr std::uint64_t kMostOfSetting = 0x7FFF'FFFF;

constexpr std::string_view kBlank = " \t\r\n";

/// `10.0.0.0/8,192.0.2.1` and repeated flags into one list.
std::vector<std::string> split_lists(const std::vector<std::string>& lists) {
  std::vector<std::string> items;
  for (std::string_view list : lists) {
    while (true) {
      const std::size_t comma = list.find(',');
      if (std::string item = std::string(base::trim(list.substr(0, comma), kBlank));
          !item.empty()) {
        items.push_back(std::move(item));
      }
      if (comma == std::string_view::npos) break;
      list.remove_prefix(comma + 1);
    }
  }
  return items;
}

}  // namespace

std::optional<int> parse_serve_flags(Arguments arguments, ServeFlags& flags) {
  gateway::Options& options = flags.options;
  bool dev = false;
  bool allow_plaintext = false;
  std::string log_level = "info";
  std::string log_format = "json";
  std::vector<std::string> trusted_proxies;
  std::uint64_t body_size = options.max_body_size;
  std::uint64_t headers = options.max_headers;
  std::uint64_t header_size = options.max_header_size;
  std::uint64_t uri_length = options.max_uri_length;
  std::uint64_t keepalive = static_cast<std::uint64_t>(options.keepalive_timeout.count());
  std::uint64_t shutdown = static_cast<std::uint64_t>(options.shutdown_timeout.count());
  std::uint64_t workers = 0;
  std::uint64_t streams = options.http2_max_streams;
  std::uint64_t window = options.http2_window;
  TlsTexts tls;
  bool watch = false;
  std::optional<std::string> cache_dir;

  CommandLine line("barbacane serve", "Run the gateway on an artifact",
                   "barbacane serve --artifact api.bca\n"
                   "barbacane serve --artifact api.bca --listen 127.0.0.1:8080 --dev "
                   "--log-format pretty\n"
                   "barbacane serve --artifact api.bca --watch --tls-cert site.pem "
                   "--tls-key site.key");
  line.text("--artifact", options.artifact_path, "FILE", "What 'barbacane compile' wrote",
            CommandLine::Need::kRequired);
  line.flag("--watch", watch,
            "Load the artifact again whenever its file changes, not only on SIGHUP");
  line.text("--listen", options.listen, "IP:PORT",
            "Where requests come in; port 0 takes a free one");
  line.text("--admin-bind", options.admin_bind, "IP:PORT|off",
            "Where health and provenance are answered, without authentication");
  line.flag("--dev", dev, "Tell clients fields, places and reasons in error documents");
  line.choice("--log-level", log_level, {"error", "warn", "info", "debug", "trace"},
              "What is logged; the variable RUST_LOG replaces it");
  line.text("--log-format", log_format, "json|json-flat|pretty", "How it is logged");
  line.count("--max-body-size", body_size, "BYTES", "Largest request body", 0, kMostBytes);
  line.count("--max-headers", headers, "LINES", "Most header lines of a request", 0, 32'000);
  line.count("--max-header-size", header_size, "BYTES", "Longest header, name and value", 0,
             16u << 20);
  line.count("--max-uri-length", uri_length, "BYTES", "Longest path and query", 0, 16u << 20);
  line.flag("--allow-plaintext-upstream", allow_plaintext, "Accept upstreams with http:// URLs");
  line.repeated(
      "--tls-cert", tls.certificates, "FILE",
      "Certificate chain, PEM or a reference to a secret; once for each name that is served");
  line.repeated("--tls-key", tls.keys, "FILE", "Its private key, in the same order");
  line.text("--tls-min-version", tls.min_version, "1.2|1.3", "Oldest version of TLS accepted");
  line.optional_text("--tls-client-ca", tls.client_ca, "FILE",
                     "Authorities whose client certificates are believed, PEM or a reference");
  line.optional_text("--tls-client-auth", tls.client_auth, "required|optional",
                     "Whether clients need a certificate [required with --tls-client-ca]");
  line.count("--http2-max-streams", streams, "STREAMS", "Open streams of an HTTP/2 connection", 1,
             kMostOfSetting);
  line.count("--http2-window", window, "BYTES", "Flow-control window of an HTTP/2 stream", 1,
             kMostOfSetting);
  line.optional_text("--cache-dir", cache_dir, "FOLDER",
                     "Where compiled plugins are kept [$XDG_CACHE_HOME/barbacane]");
  line.count("--keepalive-timeout", keepalive, "SECONDS",
             "How long a connection may idle or take over a request head", 0, kMostSeconds);
  line.count("--shutdown-timeout", shutdown, "SECONDS", "How long a stop waits for open requests",
             0, kMostSeconds);
  line.count("--workers", workers, "THREADS", "Worker threads [usable cores]", 1, 1024);
  line.texts("--trusted-proxies", trusted_proxies, "CIDR",
             "Addresses or blocks whose Forwarded and X-Forwarded-For are believed; "
             "separated by commas");
  if (const auto exit = line.parse(arguments)) return exit;

  using enum gateway::Options::ErrorDetail;
  using enum gateway::Options::PlaintextUpstreams;
  options.errors = dev ? kDevelopment : kProduction;
  options.plaintext = allow_plaintext ? kAllow : kRefuse;
  options.max_body_size = body_size;
  options.max_headers = headers;
  options.max_header_size = header_size;
  options.max_uri_length = uri_length;
  options.keepalive_timeout = std::chrono::seconds(keepalive == 0 ? 1 : keepalive);
  options.shutdown_timeout = std::chrono::seconds(shutdown);
  options.workers = static_cast<unsigned>(workers);
  options.trusted_proxies = split_lists(trusted_proxies);
  options.http2_max_streams = static_cast<std::uint32_t>(streams);
  options.http2_window = static_cast<std::uint32_t>(window);
  flags.log_level = telemetry::parse_level(log_level).value_or(telemetry::Level::kInfo);
  flags.log_format = telemetry::parse_format(log_format);
  using enum ServeFlags::Reload;
  flags.reload = watch ? kOnSignalAndChange : kOnSignal;
  read_environment(flags);
  if (cache_dir) options.cache_dir = *cache_dir;
  auto checked = check_tls(tls);
  if (!checked) {
    say("error: {}\n", checked.error());
    return kFailure;
  }
  options.tls = *std::move(checked);
  return std::nullopt;
}

}  // namespace barbacane::app

#include "testkit/peers.h"

#include <csignal>
#include <sstream>
#include <utility>

#include <unistd.h>

#include "testkit/error.h"
#include "testkit/eventually.h"
#include "testkit/stream.h"

namespace barbacane::testkit {

namespace {

using std::chrono::milliseconds;

/// `{name}` replaced by its text; braces around anything else stay.
std::string filled(std::string text,
                   const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [name, value] : values) {
    const std::string place = "{" + name + "}";
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos;) {
      text.replace(at, place.size(), value);
      at += value.size();
    }
  }
  return text;
}

bool takes_connections(std::uint16_t port) {
  try {
    Stream::connect(port, milliseconds(1000));
    return true;
  } catch (const TestkitError&) {
    return false;
  }
}

// One process: a kill ends it whole.
constexpr std::string_view kNginx = R"(
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
{user}
events { worker_connections 16384; }
http {
  log_format requests '$request_method $request_uri $server_protocol $status $connection';
  access_log {folder}/access.log requests;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types { application/json json; text/plain txt; }
  default_type application/json;
  client_max_body_size 0;
  {settings}
  server {
    listen 127.0.0.1:{port} {listen};
    {tls}
    root {folder};
    {behaviour}
  }
}
)";

constexpr std::string_view kNginxBehaviour =
    R"(location / { return 200 '{"server":"nginx","method":"$request_method",)"
    R"("target":"$request_uri","protocol":"$server_protocol","host":"$http_host",)"
    R"("forwarded_for":"$http_x_forwarded_for","client":"$ssl_client_s_dn",)"
    R"("connection":$connection,"turn":$connection_requests}'; }
    location /files/ { dav_methods PUT DELETE; create_full_put_path on; })";

std::string nginx_tls(const PeerOptions& options) {
  if (options.protocol == PeerProtocol::kHttp) return {};
  std::string lines = "ssl_certificate " + options.certificate.certificate +
                      ";\n    ssl_certificate_key " + options.certificate.key + ";\n";
  if (!options.client_trust.empty()) {
    lines +=
        "    ssl_verify_client on;\n    ssl_client_certificate " + options.client_trust + ";\n";
  }
  return lines;
}

constexpr std::string_view kHaproxy = R"(
global
  log stdout format raw local0
  maxconn 4000
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  timeout http-keep-alive 60s
  log global
  log-format "%HM %HU %HV %ST"
  option dontlognull
  {settings}
frontend all
  bind 127.0.0.1:{port} {bind}
  {behaviour}
)";

constexpr std::string_view kHaproxyBehaviour =
    "http-request wait-for-body time 5s if METH_POST or { method PUT }\n"
    "  http-request return status 200 content-type application/json lf-string "
    R"("{\"server\":\"haproxy\",\"method\":\"%[method]\",\"target\":\"%[pathq]\",)"
    R"(\"protocol\":\"HTTP/%[req.ver]\",\"host\":\"%[req.hdr(host)]\",)"
    R"(\"forwarded_for\":\"%[req.hdr(x-forwarded-for)]\",\"client\":\"%[ssl_c_s_dn(CN)]\",)"
    R"(\"body_size\":%[req.body_size]}")";

std::string haproxy_bind(const PeerOptions& options, const TempDirectory& directory) {
  if (options.protocol == PeerProtocol::kHttp) return {};
  const std::string both =
      directory.write("certificate.pem", read_text(options.certificate.certificate) +
                                             read_text(options.certificate.key));
  std::string words = "ssl crt " + both;
  words += options.protocol == PeerProtocol::kHttp2 ? " alpn h2,http/1.1" : " alpn http/1.1";
  if (!options.client_trust.empty()) words += " verify required ca-file " + options.client_trust;
  return words;
}

}  // namespace

Peer::Peer(PeerOptions options, const std::string& program)
    : options_(std::move(options)),
      directory_(std::make_unique<TempDirectory>()),
      port_(options_.port == 0 ? free_port() : options_.port),
      program_(find_program(program)) {}

void Peer::run(std::vector<std::string> arguments) {
  arguments_ = std::move(arguments);
  start();
}

void Peer::start() {
  child_ = std::make_unique<Child>(program_, arguments_, RunOptions{});
  const bool up = eventually(milliseconds(10'000),
                             [this] { return !child_->running() || takes_connections(port_); });
  if (!up || !child_->running()) {
    throw TestkitError(program_ + " does not start:\n" + child_->standard_error() + error_log());
  }
}

void Peer::kill() {
  child_->signal(SIGKILL);
  child_->wait(milliseconds(10'000));
}

std::string Peer::url(std::string_view path) const {
  const bool plain = options_.protocol == PeerProtocol::kHttp;
  return (plain ? "http://127.0.0.1:" : "https://localhost:") + std::to_string(port_) +
         std::string(path);
}

std::string Peer::access_log() const {
  const std::string file = *directory_ / "access.log";
  return std::filesystem::exists(file) ? read_text(file) : child_->standard_output();
}

bool Peer::wait_for_access(std::string_view text, milliseconds within) const {
  return eventually(within, [&] { return access_log().contains(text); });
}

std::string Peer::error_log() const {
  const std::string file = *directory_ / "error.log";
  return std::filesystem::exists(file) ? read_text(file) : child_->standard_error();
}

NginxUpstream::NginxUpstream(const PeerOptions& options) : Peer(options, "nginx") {
  const std::string folder = directory_->path().string();
  const std::string text = filled(
      std::string(kNginx),
      {{"user", ::geteuid() == 0 ? "user root;" : ""},
       {"settings", options.settings},
       {"listen", options.protocol == PeerProtocol::kHttp    ? ""
                  : options.protocol == PeerProtocol::kHttp2 ? "ssl http2"
                                                             : "ssl"},
       {"tls", nginx_tls(options)},
       {"behaviour", options.behaviour.empty() ? std::string(kNginxBehaviour) : options.behaviour},
       {"folder", folder},
       {"port", std::to_string(port_)}});
  run({"-p", folder, "-c", directory_->write("nginx.conf", text), "-e", *directory_ / "error.log"});
}

HaproxyUpstream::HaproxyUpstream(const PeerOptions& options) : Peer(options, "haproxy") {
  const std::string text =
      filled(std::string(kHaproxy),
             {{"settings", options.settings},
              {"bind", haproxy_bind(options, *directory_)},
              {"behaviour",
               options.behaviour.empty() ? std::string(kHaproxyBehaviour) : options.behaviour},
              {"port", std::to_string(port_)}});
  run({"-db", "-f", directory_->write("haproxy.cfg", text)});
}

NghttpdUpstream::NghttpdUpstream(PeerOptions options) : Peer(std::move(options), "nghttpd") {
  options_.protocol = PeerProtocol::kHttp2;
  std::vector<std::string> words = {"--verbose", "--address=127.0.0.1",
                                    "--htdocs=" + directory_->path().string()};
  std::istringstream lines(options_.behaviour);
  for (std::string line; std::getline(lines, line);) words.push_back(line);
  words.push_back(std::to_string(port_));
  words.push_back(options_.certificate.key);
  words.push_back(options_.certificate.certificate);
  run(std::move(words));
}

}  // namespace barbacane::testkit

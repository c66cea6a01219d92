#include "compiler/download.h"

#include <chrono>
#include <csignal>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/version.h"
#include "compiler/detail/curl.h"

namespace barbacane::compiler {

namespace fs = std::filesystem;

namespace {

constexpr long kConnectSeconds = 30;
constexpr long kTotalSeconds = 120;
constexpr long kRedirects = 10;

struct Body {
  std::string bytes;
  std::size_t limit;
  bool too_large = false;
};

std::size_t take(const char* data, std::size_t, std::size_t size, void* target) {
  Body& body = *static_cast<Body*>(target);
  if (size > body.limit - body.bytes.size()) {
    body.too_large = true;
    return CURL_WRITEFUNC_ERROR;
  }
  body.bytes.append(data, size);
  return size;
}

/// A peer that hangs up while something is being sent raises SIGPIPE, which ends programs. It is
/// held back in this thread only, since other threads may have their own mind about it.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  ~WithoutSigpipe() {
    const timespec now{};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_;
};

using Client = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

void configure(const detail::Curl& curl, CURL* client, const DownloadRequest& request, Body& body,
               char* reason) {
  static const std::string agent = fmt::format("barbacane-compiler/{}", base::kVersion);
  curl.easy_setopt(client, CURLOPT_URL, request.url.c_str());
  curl.easy_setopt(client, CURLOPT_PROTOCOLS_STR, "https");
  curl.easy_setopt(client, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  curl.easy_setopt(client, CURLOPT_FOLLOWLOCATION, 1L);
  curl.easy_setopt(client, CURLOPT_MAXREDIRS, kRedirects);
  curl.easy_setopt(client, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl.easy_setopt(client, CURLOPT_TIMEOUT, kTotalSeconds);
  curl.easy_setopt(client, CURLOPT_NOSIGNAL, 1L);
  curl.easy_setopt(client, CURLOPT_USERAGENT, agent.c_str());
  curl.easy_setopt(client, CURLOPT_FAILONERROR, 1L);
  curl.easy_setopt(client, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request.limit));
  curl.easy_setopt(client, CURLOPT_WRITEFUNCTION, &take);
  curl.easy_setopt(client, CURLOPT_WRITEDATA, &body);
  curl.easy_setopt(client, CURLOPT_ERRORBUFFER, reason);
  if (!request.ca_file.empty()) {
    curl.easy_setopt(client, CURLOPT_CAINFO, request.ca_file.c_str());
    curl.easy_setopt(client, CURLOPT_CAPATH, nullptr);
  }
}

std::string metadata(const std::string& url, const CachedPlugin& plugin) {
  return fmt::format("{{\"downloaded_at\":{},\"sha256\":\"{}\",\"url\":{}}}\n",
                     base::json_string(base::rfc3339(std::chrono::system_clock::now())),
                     base::sha256_hex(plugin.wasm), base::json_string(url));
}

}  // namespace

bool is_https(std::string_view url) {
  return base::equals_ignoring_case(url.substr(0, 8), "https://");
}

std::expected<std::string, std::string> download(const DownloadRequest& request) {
  const WithoutSigpipe quiet;  // also while the connection is closed
  const detail::Curl* curl = detail::Curl::load();
  if (curl == nullptr) {
    return std::unexpected("downloads need libcurl, which is not installed (Debian: libcurl4)");
  }
  const Client client(curl->easy_init(), curl->easy_cleanup);
  if (!client) return std::unexpected("the HTTP client could not be set up");
  Body body{.bytes = {}, .limit = request.limit};
  char reason[CURL_ERROR_SIZE] = "";
  configure(*curl, client.get(), request, body, reason);
  const CURLcode code = curl->easy_perform(client.get());
  long status = 0;
  curl->easy_getinfo(client.get(), CURLINFO_RESPONSE_CODE, &status);
  if (body.too_large || code == CURLE_FILESIZE_EXCEEDED) {
    return std::unexpected(fmt::format("the file is larger than {} bytes", request.limit));
  }
  if (code == CURLE_HTTP_RETURNED_ERROR) return std::unexpected(fmt::format("HTTP {}", status));
  if (code != CURLE_OK) {
    return std::unexpected(std::string(*reason ? reason : curl->easy_strerror(code)));
  }
  if (status < 200 || status > 299) return std::unexpected(fmt::format("HTTP {}", status));
  return std::move(body.bytes);
}

PluginCache::PluginCache(const fs::path& home) : root_(home / ".barbacane" / "cache" / "plugins") {}

fs::path PluginCache::folder(const std::string& url) const { return root_ / base::sha256_hex(url); }

std::optional<CachedPlugin> PluginCache::find(const std::string& url) const {
  const fs::path here = folder(url);
  auto wasm = base::read_file(here / "plugin.wasm", kModuleLimit);
  if (!wasm) return std::nullopt;
  CachedPlugin plugin{.wasm = std::move(*wasm), .manifest = std::nullopt};
  if (auto manifest = base::read_file(here / "plugin.toml", kSidecarLimit)) {
    plugin.manifest = std::move(*manifest);
  }
  return plugin;
}

bool PluginCache::store(const std::string& url, const CachedPlugin& plugin) const {
  const fs::path here = folder(url);
  std::error_code error;
  fs::create_directories(here, error);
  if (error) return false;
  if (plugin.manifest) {
    if (!base::write_file_atomically(here / "plugin.toml", *plugin.manifest)) return false;
  } else {
    fs::remove(here / "plugin.toml", error);
  }
  // The module last: it is what makes the entry count.
  return base::write_file_atomically(here / "metadata.json", metadata(url, plugin)) &&
         base::write_file_atomically(here / "plugin.wasm", plugin.wasm);
}

}  // namespace barbacane::compiler

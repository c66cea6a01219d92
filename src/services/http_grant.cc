#include "services/http_grant.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/hash.h"
#include "services/detail/json_document.h"

namespace barbacane::services {
namespace {

using Element = simdjson::dom::element;

constexpr std::string_view kPemBegins = "-----BEGIN ";
constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kLargestFile = std::size_t{1} << 20;
/// Combinations of the config's texts that one plugin presents itself with; more are a mistake.
constexpr std::size_t kMostContexts = 32;

std::string_view prefix_of(UrlSchemes schemes) { return schemes == UrlSchemes::kHttp ? "" : "ws+"; }

/// PEM that a file of that name holds; empty when there is none. No device and no pipe is opened.
std::string pem_in_file(std::string_view name) {
  if (name.empty() || name.size() > kLongestPath || name.find('\0') != std::string_view::npos)
    return {};
  std::error_code error;
  const std::filesystem::path path(name);
  if (!std::filesystem::is_regular_file(path, error) || error) return {};
  auto text = base::read_file(path, kLargestFile);
  if (!text || text->find(kPemBegins) == std::string::npos) return {};
  return std::move(*text);
}

net::TlsClientOptions options_for(HttpGrant::Versions versions) {
  net::TlsClientOptions options;
  if (versions == HttpGrant::Versions::kAll) options.alpn = {"h2", "http/1.1"};
  return options;
}

base::Result<HttpGrant::TlsContext> make_context(const net::TlsClientOptions& options) {
  auto context = net::TlsClientContext::make(options);
  if (!context) return std::unexpected(context.error());
  return std::make_shared<const net::TlsClientContext>(std::move(*context));
}

}  // namespace

base::Result<HttpGrant::OrdinaryTls> HttpGrant::OrdinaryTls::make() {
  auto http1 = make_context(options_for(Versions::kHttp1));
  if (!http1) return std::unexpected(http1.error());
  auto all = make_context(options_for(Versions::kAll));
  if (!all) return std::unexpected(all.error());
  return OrdinaryTls{std::move(*http1), std::move(*all)};
}

/// Goes through the config, whatever its shape. simdjson limits how deep it may be nested.
struct HttpGrant::Reader {
  HttpGrant& grant;

  void read(Element value) {
    simdjson::dom::array items;
    simdjson::dom::object members;
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return grant.note(text);
    if (value.get(items) == simdjson::SUCCESS) {
      for (const Element item : items) read(item);
    }
    if (value.get(members) == simdjson::SUCCESS) read_members(members);
  }

  void read_members(const simdjson::dom::object& members) {
    HttpRequest::Tls tls;
    for (const auto& [name, value] : members) {
      read(value);
      if (name == "client_cert") detail::read(value, tls.client_cert);
      if (name == "client_key") detail::read(value, tls.client_key);
      if (name == "ca") detail::read(value, tls.ca);
    }
    if (tls != HttpRequest::Tls{}) grant.make_ready(tls);
  }
};

HttpGrant::HttpGrant(const Entry& entry, OrdinaryTls ordinary)
    : plugin_(entry.plugin),
      key_(plugin_ + ' ' + base::sha256_hex(entry.written)),
      ordinary_(std::move(ordinary)) {
  const detail::JsonDocument config(entry.resolved);
  if (const auto members = config.object()) Reader{*this}.read_members(*members);
}

void HttpGrant::note(std::string_view text) {
  for (const UrlSchemes schemes : {UrlSchemes::kHttp, UrlSchemes::kWebSocket}) {
    if (const auto url = split_url(text, schemes))
      destinations_.insert(std::string(prefix_of(schemes)).append(url->origin.text()));
  }
  std::string pem;
  if (text.find(kPemBegins) != std::string_view::npos) {
    pem = text;
  } else {
    pem = pem_in_file(text);
  }
  if (pem.empty()) return;
  std::string digest = base::sha256_hex(pem);
  materials_.insert_or_assign(std::string(text), Material{std::move(pem), std::move(digest)});
}

void HttpGrant::make_ready(const HttpRequest::Tls& tls) const {
  if (!tls_key(tls)) return;
  // What is wrong with it is said when it is used.
  static_cast<void>(tls_context(tls, Versions::kAll));
}

net::Destination HttpGrant::destination(const Origin& origin, UrlSchemes schemes) const {
  const std::string text = std::string(prefix_of(schemes)).append(origin.text());
  return destinations_.contains(text) ? net::Destination::kOperatorWrote
                                      : net::Destination::kComputed;
}

const HttpGrant::Material* HttpGrant::material(std::string_view text) const {
  const auto found = materials_.find(text);
  return found != materials_.end() ? &found->second : nullptr;
}

std::optional<std::string> HttpGrant::tls_key(const HttpRequest::Tls& tls) const {
  std::string key;
  for (const std::string* text : {&tls.client_cert, &tls.client_key, &tls.ca}) {
    const Material* found = text->empty() ? nullptr : material(*text);
    if (!text->empty() && found == nullptr) return std::nullopt;
    key.append(found != nullptr ? found->digest : "-").push_back(' ');
  }
  return key;
}

base::Result<HttpGrant::TlsContext> HttpGrant::tls_context(
    const std::optional<HttpRequest::Tls>& tls, Versions versions) const {
  if (!tls) return versions == Versions::kAll ? ordinary_.all : ordinary_.http1;
  auto key = tls_key(*tls);
  if (!key)
    return base::fail(
        "a text of 'tls' does not stand in the config, or is neither PEM nor a file "
        "with it");
  if (versions == Versions::kAll) key->push_back('2');
  const std::scoped_lock lock(mutex_);
  if (const auto found = contexts_.find(*key); found != contexts_.end()) return found->second;
  if (contexts_.size() >= kMostContexts) return base::fail("too many identities of TLS");
  net::TlsClientOptions options = options_for(versions);
  if (const Material* ca = material(tls->ca)) options.ca = ca->pem;
  if (const Material* certificate = material(tls->client_cert))
    options.certificate = certificate->pem;
  if (const Material* client_key = material(tls->client_key)) options.key = client_key->pem;
  auto made = make_context(options);
  // Not its own words: they may quote the text, which may be a secret.
  if (!made) return base::fail("'tls' cannot be used: no certificate with its key, or no PEM");
  return contexts_[std::move(*key)] = std::move(*made);
}

}  // namespace barbacane::services

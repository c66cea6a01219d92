#include "gateway/dispatchers/upstream_fields.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "gateway/arena_text.h"
#include "gateway/auth_fields.h"

namespace barbacane::gateway {
namespace {

using http::Field;
using http::KnownField;
using http::RequestHead;

/// Observability contract, 4.1.
constexpr std::size_t kLongestTracestate = 512;

enum class Rule : std::uint8_t {
  kPass,   ///< unless `Connection` or the config names it
  kDrop,   ///< concerns one hop, or the HTTP client writes it
  kOurs,   ///< we say what the upstream gets to see
  kOther,  ///< look at the name
};

constexpr auto kRules = [] {
  std::array<Rule, static_cast<std::size_t>(KnownField::kCount)> rules{};
  const auto set = [&](KnownField field, Rule rule) {
    rules[static_cast<std::size_t>(field)] = rule;
  };
  set(KnownField::kOther, Rule::kOther);
  for (const KnownField field :
       {KnownField::kConnection, KnownField::kContentLength, KnownField::kExpect, KnownField::kHost,
        KnownField::kKeepAlive, KnownField::kProxyAuthorization, KnownField::kProxyConnection,
        KnownField::kTe, KnownField::kTrailer, KnownField::kTransferEncoding,
        KnownField::kUpgrade}) {
    set(field, Rule::kDrop);
  }
  for (const KnownField field :
       {KnownField::kCookie, KnownField::kTraceparent, KnownField::kTracestate,
        KnownField::kXForwardedFor, KnownField::kXForwardedHost, KnownField::kXForwardedProto,
        KnownField::kXRequestId}) {
    set(field, Rule::kOurs);
  }
  return rules;
}();

/// The lines of `Connection` that name fields, which concern one hop then (RFC 9110, 7.6.1).
class NamedByConnection {
 public:
  explicit NamedByConnection(const RequestHead& head) : head_(head) {
    any_ = head.find(KnownField::kConnection) != nullptr &&
           std::ranges::any_of(head.fields, [](const Field& field) {
             return field.known == KnownField::kConnection && !is_plain(field.value);
           });
  }

  bool has(std::string_view name) const {
    return any_ && std::ranges::any_of(head_.fields, [&](const Field& field) {
             return field.known == KnownField::kConnection &&
                    http::list_contains(field.value, name);
           });
  }

 private:
  static bool is_plain(std::string_view value) {
    return base::equals_ignoring_case(value, "keep-alive") ||
           base::equals_ignoring_case(value, "close");
  }

  const RequestHead& head_;
  bool any_ = false;
};

bool is_set_by(const HttpUpstreamConfig& config, std::string_view name) {
  return std::ranges::any_of(config.headers, [&](const auto& header) {
    return base::equals_ignoring_case(header.first, name);
  });
}

/// The values of all lines of that name in one; the value itself of a single line. Empty ones do
/// not count.
std::string_view joined(const RequestHead& head, KnownField name, std::string_view separator,
                        std::pmr::memory_resource* arena) {
  const Field* first = head.find(name);
  if (first == nullptr) return {};
  const auto is_more = [&](const Field& field) {
    return &field != first && field.known == name && !field.value.empty();
  };
  if (std::ranges::none_of(head.fields, is_more)) return first->value;
  ArenaText text(arena);
  text.append(first->value);
  for (const Field& field : head.fields) {
    if (!is_more(field)) continue;
    if (!text.view().empty()) text.append(separator);
    text.append(field.value);
  }
  return text.view();
}

/// What the peer says about hops before it is worth something if we trust it.
bool is_trusted(const TrustedProxies& trusted, std::string_view ip) {
  if (trusted.empty()) return false;
  const auto address = parse_ip(ip);
  return address && trusted.contains(*address);
}

std::string_view forwarded_for(const RequestHead& head, std::string_view peer,
                               std::pmr::memory_resource* arena) {
  const std::string_view hops = joined(head, KnownField::kXForwardedFor, ", ", arena);
  if (hops.empty()) return peer;
  ArenaText text(arena, hops.size() + 2 + peer.size());
  text.append(hops);
  text.append(", ");
  text.append(peer);
  return text.view();
}

/// A trusted proxy that has ended TLS for us knows the client's scheme; we know its own.
std::string_view forwarded_proto(const RequestHead& head, std::string_view scheme) {
  const std::string_view said = head.value(KnownField::kXForwardedProto);
  if (base::equals_ignoring_case(said, "https")) return "https";
  if (base::equals_ignoring_case(said, "http")) return "http";
  return scheme;
}

}  // namespace

std::pmr::vector<Field> upstream_fields(const RequestHead& head, Author author,
                                        const RequestOrigin& from, const TrustedProxies& trusted,
                                        const Identity& identity, const HttpUpstreamConfig& config,
                                        Random& random, std::pmr::memory_resource* arena) {
  constexpr std::size_t kOurs = 7;
  std::pmr::vector<Field> out(arena);
  out.reserve(head.fields.size() + kOurs + config.headers.size());
  const NamedByConnection hop(head);
  const auto is_ours = [&](std::string_view name) {
    return !config.headers.empty() && is_set_by(config, name);
  };
  for (const Field& field : head.fields) {
    const Rule rule = kRules[static_cast<std::size_t>(field.known)];
    if (rule == Rule::kDrop || rule == Rule::kOurs) continue;
    if (author == Author::kClient && rule == Rule::kOther && is_auth_field(field.name)) continue;
    if (hop.has(field.name) || is_ours(field.name)) continue;
    out.push_back(field);
  }
  const auto add = [&](std::string_view name, KnownField known, std::string_view value) {
    if (!value.empty() && !is_ours(name)) out.push_back({name, value, known});
  };
  if (head.find(KnownField::kCookie) != nullptr && !hop.has("cookie")) {
    // Apart over HTTP/2 only (RFC 9113, 8.2.3).
    add("cookie", KnownField::kCookie, joined(head, KnownField::kCookie, "; ", arena));
  }
  const bool proxied = is_trusted(trusted, from.ip);
  add("x-forwarded-for", KnownField::kXForwardedFor,
      proxied ? forwarded_for(head, from.ip, arena) : from.ip);
  add("x-forwarded-host", KnownField::kXForwardedHost, head.value(KnownField::kHost));
  add("x-forwarded-proto", KnownField::kXForwardedProto,
      proxied ? forwarded_proto(head, from.scheme) : from.scheme);
  add("x-request-id", KnownField::kXRequestId, identity.request_id);
  add("traceparent", KnownField::kTraceparent, next_traceparent(identity, random, arena));
  if (!identity.parent.empty()) {
    const std::string_view state = joined(head, KnownField::kTracestate, ",", arena);
    if (state.size() <= kLongestTracestate) add("tracestate", KnownField::kTracestate, state);
  }
  for (const auto& [name, value] : config.headers) out.push_back({name, value});
  return out;
}

void drop_unfit_request_trailers(std::pmr::vector<Field>& trailers) {
  std::erase_if(trailers, [](const Field& field) {
    return http::known_field(field.name) != KnownField::kOther || is_auth_field(field.name);
  });
}

}  // namespace barbacane::gateway

#include "http/message.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "http/h1/grammar.h"

namespace barbacane::http {
namespace {

struct KnownName {
  std::string_view name;
  KnownField field;
};
/// By length, so that most names are told apart by it.
constexpr std::array<KnownName, static_cast<std::size_t>(KnownField::kCount) - 1> kKnownNames = {{
    {"te", KnownField::kTe},
    {"host", KnownField::kHost},
    {"accept", KnownField::kAccept},
    {"cookie", KnownField::kCookie},
    {"expect", KnownField::kExpect},
    {"origin", KnownField::kOrigin},
    {"trailer", KnownField::kTrailer},
    {"upgrade", KnownField::kUpgrade},
    {"forwarded", KnownField::kForwarded},
    {"x-real-ip", KnownField::kXRealIp},
    {"connection", KnownField::kConnection},
    {"keep-alive", KnownField::kKeepAlive},
    {"tracestate", KnownField::kTracestate},
    {"traceparent", KnownField::kTraceparent},
    {"content-type", KnownField::kContentType},
    {"x-request-id", KnownField::kXRequestId},
    {"authorization", KnownField::kAuthorization},
    {"content-length", KnownField::kContentLength},
    {"accept-encoding", KnownField::kAcceptEncoding},
    {"x-forwarded-for", KnownField::kXForwardedFor},
    {"content-encoding", KnownField::kContentEncoding},
    {"proxy-connection", KnownField::kProxyConnection},
    {"x-forwarded-host", KnownField::kXForwardedHost},
    {"transfer-encoding", KnownField::kTransferEncoding},
    {"x-forwarded-proto", KnownField::kXForwardedProto},
    {"proxy-authorization", KnownField::kProxyAuthorization},
}};
static_assert(std::ranges::is_sorted(kKnownNames, {},
                                     [](const KnownName& known) { return known.name.size(); }));
constexpr std::size_t kLongestKnownName = kKnownNames.back().name.size();

/// Where the names of each length begin, and behind the longest the end.
constexpr auto kNamesOfLength = [] {
  std::array<std::uint8_t, kLongestKnownName + 2> begin{};
  for (const KnownName& known : kKnownNames) {
    for (std::size_t longer = known.name.size() + 1; longer < begin.size(); ++longer) {
      ++begin[longer];
    }
  }
  return begin;
}();

}  // namespace

KnownField known_field(std::string_view name) {
  if (name.size() > kLongestKnownName) return KnownField::kOther;
  for (std::size_t i = kNamesOfLength[name.size()]; i < kNamesOfLength[name.size() + 1]; ++i) {
    const KnownName& known = kKnownNames[i];
    const bool may_be = (name.front() | 0x20) == known.name.front();
    if (may_be && base::equals_ignoring_case(name, known.name)) return known.field;
  }
  return KnownField::kOther;
}

bool list_contains(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (base::equals_ignoring_case(base::trim(list.substr(0, comma)), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 203:
      return "Non-Authoritative Information";
    case 204:
      return "No Content";
    case 205:
      return "Reset Content";
    case 206:
      return "Partial Content";
    case 300:
      return "Multiple Choices";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 407:
      return "Proxy Authentication Required";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 451:
      return "Unavailable For Legal Reasons";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace barbacane::http

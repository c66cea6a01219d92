#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// Heads of requests and responses as views (RFC 9110).
///
/// A request head points into its connection's buffer and holds until the exchange ends; a response
/// head points at whatever its author gave it and must hold until it was sent. Nothing here owns
/// text.
namespace barbacane::http {

/// Request fields the gateway itself looks at, found without comparing names.
enum class KnownField : std::uint8_t {
  kOther,
  kAccept,
  kAcceptEncoding,
  kAuthorization,
  kConnection,
  kContentEncoding,
  kContentLength,
  kContentType,
  kCookie,
  kExpect,
  kForwarded,
  kHost,
  kKeepAlive,
  kOrigin,
  kProxyAuthorization,
  kProxyConnection,
  kTe,
  kTraceparent,
  kTracestate,
  kTrailer,
  kTransferEncoding,
  kUpgrade,
  kXForwardedFor,
  kXForwardedHost,
  kXForwardedProto,
  kXRealIp,
  kXRequestId,
  kCount,
};

/// Which of them this is, in whatever letter case; `kOther` for none.
KnownField known_field(std::string_view name);

struct Field {
  std::string_view name;   ///< as received; responses use lower case
  std::string_view value;  ///< without surrounding white space
  KnownField known = KnownField::kOther;
};

enum class Version : std::uint8_t { kHttp10, kHttp11, kHttp2 };
/// Whether the client speaks to us through TLS.
enum class Scheme : std::uint8_t { kHttp, kHttps };

struct RequestHead {
  /// The head outgrew the connection's buffer; what is here is what fitted, and the connection
  /// closes after the answer.
  enum class Overflow : std::uint8_t { kNone, kTarget, kFields };

  explicit RequestHead(std::pmr::memory_resource* memory) : fields(memory) { first.fill(-1); }

  std::string_view method;
  std::string_view target;  ///< as received
  std::string_view path;    ///< of the target, without query; absolute-form reduced to its path
  std::string_view query;   ///< without `?`
  Version version = Version::kHttp11;
  Overflow overflow = Overflow::kNone;
  std::pmr::vector<Field> fields;  ///< every field line, in order
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;

  bool has_body() const { return chunked || (content_length && *content_length > 0); }

  /// The first line of that name, or null.
  const Field* find(KnownField name) const {
    const std::int16_t index = first[static_cast<std::size_t>(name)];
    return index < 0 ? nullptr : &fields[static_cast<std::size_t>(index)];
  }
  /// Its value, or empty.
  std::string_view value(KnownField name) const {
    const Field* field = find(name);
    return field ? field->value : std::string_view{};
  }

  /// Index of the first line of each known name, -1 when absent; filled by the parser.
  std::array<std::int16_t, static_cast<std::size_t>(KnownField::kCount)> first;
};

/// The answer of an upstream, without its body. Views into its connection's buffer, which hold
/// until the first bytes of the body are read.
struct ResponseHead {
  explicit ResponseHead(std::pmr::memory_resource* memory) : fields(memory) {}

  int status = 0;
  Version version = Version::kHttp11;
  std::pmr::vector<Field> fields;  ///< every field line, in order
  std::optional<std::uint64_t> content_length;

  /// A step on the way to the answer (RFC 9110, 15.2); 101 is none, it ends HTTP.
  bool interim() const { return status < 200 && status != 101; }
};

/// What a handler answers. The connection adds `date`, `content-length` or `transfer-encoding`, and
/// `connection`; it skips those names, and illegal names and values, when the handler sets them.
struct Response {
  explicit Response(std::pmr::memory_resource* memory) : fields(memory) {}

  int status = 200;
  std::pmr::vector<Field> fields;
  std::string_view body;

  void add(std::string_view name, std::string_view value) { fields.push_back({name, value}); }
};

/// Of a status code (RFC 9110, 15; RFC 6585); `Unknown` for others.
std::string_view reason_phrase(int status);

/// Whether a field value that is a list of tokens, such as that of `connection`, has this one.
bool list_contains(std::string_view list, std::string_view token);

}  // namespace barbacane::http

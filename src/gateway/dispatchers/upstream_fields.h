#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

#include "gateway/client_ip.h"
#include "gateway/dispatchers/http_upstream_config.h"
#include "gateway/identity.h"
#include "gateway/random.h"
#include "http/message.h"

/// The fields an upstream is sent (data-plane contract, 8.1, 8.3 to 8.5; observability contract,
/// 4.1): the client's, without those that concern one hop only or that only we may say, and ours.
namespace barbacane::gateway {

struct RequestOrigin {
  std::string_view ip;      ///< of the peer
  std::string_view scheme;  ///< `http` or `https`: how the peer speaks to us
};

/// Who wrote the head last: a client's `x-auth-` fields count for nothing, those of the chain are
/// what the chain found out.
enum class Author : std::uint8_t { kClient, kChain };

/// All but `host` and the framing fields, which the HTTP client writes. Names are as received, ours
/// in lower case. Views hold as long as the head, the config, `from` and the arena.
std::pmr::vector<http::Field> upstream_fields(const http::RequestHead& head, Author author,
                                              const RequestOrigin& from,
                                              const TrustedProxies& trusted,
                                              const Identity& identity,
                                              const HttpUpstreamConfig& config, Random& random,
                                              std::pmr::memory_resource* arena);

/// Leaves of a request's trailers those an upstream may take for the client's word.
void drop_unfit_request_trailers(std::pmr::vector<http::Field>& trailers);

}  // namespace barbacane::gateway

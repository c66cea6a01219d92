#pragma once

#include <memory_resource>
#include <string_view>

#include "gateway/random.h"
#include "http/message.h"

/// Who this request is, for the client, the logs and every hop behind us.
///
/// Fixed before anything can be answered, so that every answer carries both ids (data-plane
/// contract, 8.1; W3C Trace Context, 3.2).
namespace barbacane::gateway {

struct Identity {
  std::string_view request_id;  ///< the client's, or a fresh UUID version 4
  std::string_view trace_id;    ///< of a valid `traceparent`, or new; 32 lower-case digits
  std::string_view parent;      ///< the client's `traceparent` when it is valid, else empty
};

/// The views hold as long as the head and the arena.
Identity identify(const http::RequestHead& head, Random& random, std::pmr::memory_resource* arena);

/// The `traceparent` for the next hop: the same trace and the client's sampling decision, a new
/// parent. Who begins a trace samples it.
std::string_view next_traceparent(const Identity& identity, Random& random,
                                  std::pmr::memory_resource* arena);

/// At most 128 visible ASCII characters, at least one.
bool acceptable_request_id(std::string_view text);

/// The trace id of a valid `traceparent` value, else empty.
std::string_view trace_id_of(std::string_view traceparent);

}  // namespace barbacane::gateway

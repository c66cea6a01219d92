#pragma once

#include <string>
#include <vector>

/// Malformed and borderline requests, as a table: what could make two servers disagree about where
/// a message begins or ends is answered with 400 and a closed connection, and what is merely
/// unusual is served (RFC 9110, RFC 9112; design of the strict layer).
///
/// They are for a gateway that serves `GET /hello` and `POST /echo`; `/smuggled` is what none of
/// them may reach.
namespace barbacane::integration {

struct MalformedRequest {
  enum class After { kOpen, kClosed };

  const char* name;
  std::string bytes;
  int status;
  After after;  ///< of the client's connection
};

struct MalformedRequests {
  const char* part;  ///< of the request, where what is odd stands
  std::vector<MalformedRequest> requests;
};

const std::vector<MalformedRequests>& malformed_requests();

/// A request that hides behind what may be taken for a body, or not.
std::string hidden_request();

}  // namespace barbacane::integration

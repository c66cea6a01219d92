#pragma once

#include <cstddef>
#include <cstdint>

/// Many clients on one thread, most of them badly behaved.
///
/// Each connection draws a script: ordinary requests, pipelines, chunked and sized bodies, garbage,
/// heads and bodies cut off in the middle, resets while an answer is on its way. Whatever the
/// server does, a client that has spoken its part goes away and another takes its place. Traffic
/// goes to loopback only and ends after the requests asked for.
namespace barbacane::soak {

struct Crowd {
  std::uint16_t port = 0;
  std::size_t connections = 1000;
  std::size_t requests = 0;  ///< to send, whole or in part
  std::uint64_t seed = 1;
};

struct Tally {
  std::size_t requests = 0;  ///< sent, whole or in part
  std::size_t answers = 0;   ///< status lines seen
  std::size_t aborts = 0;    ///< connections reset on purpose
  std::size_t refused = 0;   ///< connections that could not be made
};

Tally run(const Crowd& crowd);

}  // namespace barbacane::soak

#pragma once

#include <cstdint>

#include <openssl/bio.h>

/// How OpenSSL reaches the socket: `send` and `recv` instead of its own `write` and `read`, since a
/// peer that is gone must be an error and not SIGPIPE, and with a memory of what the kernel said.
namespace barbacane::net::detail {

/// Lives at a fixed address as long as its BIO.
struct Transport {
  int fd = -1;
  int error = 0;              ///< errno of the call that failed for good, 0 while none has
  bool end = false;           ///< the peer closed its side of the socket
  bool drained = false;       ///< the last receive came back short: the next would find nothing
  bool insist = false;        ///< ask the kernel all the same
  std::uint8_t receives = 0;  ///< since the step began
};

/// A step gives way after so many receives, lest a peer that floods handshake messages keep the
/// worker for itself.
inline constexpr std::uint8_t kMaxReceives = 64;

/// Null only when memory is out.
BIO* new_transport_bio(Transport& transport);

}  // namespace barbacane::net::detail

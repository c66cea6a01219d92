#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "net/egress.h"
#include "net/event_loop.h"
#include "net/ip_address.h"
#include "net/resolver.h"
#include "net/task.h"

/// A TCP connection to a name: every address is tried, the first to answer wins (happy eyeballs,
/// RFC 8305).
///
/// The first address gets a quarter of a second before the next is tried beside it; one that fails
/// is followed by the next at once. The losers are closed, and the resolver is told which addresses
/// to try last from now on. Under a guarded `Egress` a name of which any address is blocked is
/// refused before anything is sent, and only addresses that were judged are connected to.
///
/// Runs on the loop's thread; nothing blocks. Destroying the task gives everything up at once.
namespace barbacane::net {

/// An open socket that nobody waits for yet. Closes it unless it is released.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket();

  int get() const { return descriptor_; }
  /// For the one who closes it from now on.
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

enum class ConnectFailure : std::uint8_t {
  kDns,      ///< the name has no addresses, or none could be learned
  kBlocked,  ///< the gateway may not connect there
  kConnect,  ///< every address refused or could not be reached
  kTimeout,  ///< the deadline
};

struct ConnectError {
  ConnectFailure failure;
  std::string message;  ///< for the log; it names addresses, so never for a client
};

struct Connected {
  Socket socket;  ///< non-blocking, without Nagle's delay
  IpAddress address;
};

/// `host` is a name or an address, bracketed or not.
Task<std::expected<Connected, ConnectError>> connect(EventLoop& loop, Resolver& resolver,
                                                     std::string host, std::uint16_t port,
                                                     Egress egress,
                                                     EventLoop::Clock::time_point deadline);

}  // namespace barbacane::net

#pragma once

#include <string_view>

#include "http/exchange.h"
#include "net/task.h"

namespace barbacane::gateway {

struct RequestContext;

/// What a request goes on as when its answer is 101: left in its context by a dispatcher.
class Upgrade {
 public:
  virtual ~Upgrade() = default;

  virtual std::string_view protocol() const = 0;
  /// Adds to the answer what this protocol demands of it; after everybody has seen it.
  virtual void complete(RequestContext& request) const = 0;
  /// Until the other protocol is over. Operation and snapshot of the request are gone by then: they
  /// must not live as long as such a connection.
  virtual net::Task<> run(RequestContext& request, http::Tunnel client) = 0;
};

}  // namespace barbacane::gateway

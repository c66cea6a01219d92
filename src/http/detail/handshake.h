#pragma once

#include <memory>

#include "http/detail/server_state.h"
#include "net/stream.h"
#include "net/task.h"

/// The beginning of a connection on a port with TLS.
namespace barbacane::http {

/// True when the stream is secured. Otherwise the connection is over: the client speaks something
/// else, agrees to nothing, or takes too long; one that speaks plain HTTP was answered so.
net::Task<bool> shake_hands(std::shared_ptr<ServerState> server, net::Stream& stream);

}  // namespace barbacane::http

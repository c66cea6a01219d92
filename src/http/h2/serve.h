#pragma once

#include <memory>
#include <string>

#include "http/detail/peer_name.h"
#include "http/detail/server_state.h"
#include "net/stream.h"
#include "net/task.h"

namespace barbacane::http::h2 {

/// Runs an HTTP/2 connection to its end (RFC 9113). `first_bytes` have been read from it already
/// and begin with the preface.
net::Task<> serve(std::shared_ptr<ServerState> server, std::unique_ptr<net::Stream> stream,
                  PeerName peer, std::string first_bytes);

}  // namespace barbacane::http::h2

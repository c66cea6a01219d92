#pragma once

#include <string_view>

#include "http/exchange.h"
#include "net/event_loop.h"

namespace barbacane::gateway {

/// Answers with the unpacked content of `gzip`, in pieces, giving way to other requests between
/// them. The bytes must outlive the task. Data that does not unpack ends the answer visibly broken.
net::Task<> send_inflated(http::Exchange& exchange, const http::Response& head,
                          std::string_view gzip);

}  // namespace barbacane::gateway

#pragma once

#include <span>
#include <string_view>

#include "http/message.h"

/// The two halves of the opening handshake of a WebSocket with an upstream (RFC 6455, 4).
namespace barbacane::services {

/// Of the headers of the handshake; only the subprotocols are the upstream's business as they came
/// (RFC 6455, 11.3).
bool is_of_websocket_hop(std::string_view name);

/// Whether a list among the fields, which may come in several lines, has that subprotocol.
bool offers_subprotocol(std::span<const http::Field> fields, std::string_view subprotocol);

/// What the upstream chose; empty for none.
std::string_view chosen_subprotocol(const http::ResponseHead& head);

/// What is wrong with the answer of an upstream that was asked with these fields; empty when
/// nothing is.
std::string_view fault_of_websocket_answer(const http::ResponseHead& head,
                                           std::span<const http::Field> asked);

}  // namespace barbacane::services

#pragma once

#include "http/message.h"

/// The fields of an upstream's answer that concern the client (data-plane contract, 8.2).
namespace barbacane::gateway {

/// Adds them to `answer`, without those of this hop: framing, connection, and what `Connection`
/// names (RFC 9110, 7.6.1); and without those that only we may say. Views of the head.
void add_answer_fields(const http::ResponseHead& head, http::Response& answer);

/// The same of trailer fields, and without what would be obeyed had it come before the body
/// (RFC 9110, 6.5.1).
void drop_unfit_trailers(std::pmr::vector<http::Field>& trailers);

}  // namespace barbacane::gateway

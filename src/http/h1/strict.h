#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"

/// The rules that guard against request smuggling and ambiguity (RFC 9112, RFC 9110).
namespace barbacane::http::h1 {

/// Bytes a request target may hold: those of RFC 3986 and `[ ] | ^ { }` and the backtick, which
/// browsers send raw. No controls, no space, no quote, no angle bracket, no backslash, no `#`,
/// nothing above ASCII.
bool is_target(std::string_view target);

/// `uri-host [ ":" port ]` (RFC 9110, 7.2), or empty.
bool is_host(std::string_view host);

/// The value of a `content-length` field: `1*DIGIT` that fits 63 bits. Signs, lists and white space
/// are somebody's trick.
std::optional<std::uint64_t> parse_content_length(std::string_view text);

/// Checks framing and `Host` of a parsed head and fills `content_length`, `chunked`, `keep_alive`,
/// `expects_continue`, `path` and `query`. False: answer 400 and close.
bool accept_head(RequestHead& head);

}  // namespace barbacane::http::h1

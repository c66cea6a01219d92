#pragma once

#include <string_view>

/// Answers to what never became a request: they close the connection and say nothing else.
namespace barbacane::http {

inline constexpr std::string_view kBareBadRequest =
    "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
inline constexpr std::string_view kBareRequestTimeout =
    "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

}  // namespace barbacane::http

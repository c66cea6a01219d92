#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "http/message.h"
#include "http/response_fields.h"
#include "services/http_request.h"

/// The header fields of a plugin's request as they are sent (plugin ABI contract, 5.5).
namespace barbacane::services::detail {

/// What only the gateway may say.
inline constexpr std::array<std::string_view, 9> kNeverSent = {
    "host",       "content-length",   "transfer-encoding", "connection",
    "keep-alive", "proxy-connection", "upgrade",           "te",
    "trailer"};

/// Puts the names in lower case and adds views of what may be sent. False when a name or a value is
/// none.
inline bool take_fields(HttpRequest::Headers& headers, std::vector<http::Field>& fields) {
  for (auto& [name, value] : headers) {
    name = base::to_lower(name);
    if (std::ranges::find(kNeverSent, name) != kNeverSent.end()) continue;
    const http::Field field{name, base::trim(value)};
    if (!http::is_legal(field)) return false;
    fields.push_back(field);
  }
  return true;
}

}  // namespace barbacane::services::detail

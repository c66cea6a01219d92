#include "services/websocket_handshake.h"

#include <algorithm>

#include "base/text.h"
#include "http/websocket/frames.h"

namespace barbacane::services {
namespace {

std::string_view value_of(std::span<const http::Field> fields, std::string_view name) {
  for (const http::Field& field : fields) {
    if (base::equals_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

}  // namespace

bool is_of_websocket_hop(std::string_view name) {
  using base::equals_ignoring_case;
  return equals_ignoring_case(name, "sec-websocket-key") ||
         equals_ignoring_case(name, "sec-websocket-version") ||
         equals_ignoring_case(name, "sec-websocket-accept") ||
         equals_ignoring_case(name, "sec-websocket-extensions");
}

bool offers_subprotocol(std::span<const http::Field> fields, std::string_view subprotocol) {
  if (subprotocol.empty()) return false;
  return std::ranges::any_of(fields, [&](const http::Field& field) {
    return base::equals_ignoring_case(field.name, "sec-websocket-protocol") &&
           http::list_contains(field.value, subprotocol);
  });
}

std::string_view chosen_subprotocol(const http::ResponseHead& head) {
  return value_of(head.fields, "sec-websocket-protocol");
}

std::string_view fault_of_websocket_answer(const http::ResponseHead& head,
                                           std::span<const http::Field> asked) {
  if (head.status != 101) return "the upstream did not switch to WebSocket";
  const std::string_view key = value_of(asked, "sec-websocket-key");
  if (value_of(head.fields, "sec-websocket-accept") != http::websocket::accept_key(key))
    return "'sec-websocket-accept' of the upstream is wrong";
  if (!value_of(head.fields, "sec-websocket-extensions").empty())
    return "the upstream chose an extension nobody offered";
  const std::string_view chosen = chosen_subprotocol(head);
  if (!chosen.empty() && !offers_subprotocol(asked, chosen))
    return "the upstream chose a subprotocol nobody offered";
  return {};
}

}  // namespace barbacane::services

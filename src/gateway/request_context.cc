#include "gateway/request_context.h"

#include <algorithm>

#include "base/text.h"
#include "gateway/arena_text.h"
#include "gateway/auth_fields.h"

namespace barbacane::gateway {
namespace {

/// All lines of one name as one value.
std::string_view joined(const RequestContext& request, const http::RequestHead& head,
                        std::string_view name) {
  const std::string_view separator = name == "cookie" ? "; " : ", ";
  ArenaText text(request.arena);
  bool first = true;
  for (const http::Field& field : head.fields) {
    if (!base::equals_ignoring_case(field.name, name)) continue;
    if (!first) text.append(separator);
    first = false;
    text.append(field.value);
  }
  return text.view();
}

std::optional<std::string_view> field_of(const RequestContext& request,
                                         const http::RequestHead& head, std::string_view name) {
  const http::Field* found = nullptr;
  for (const http::Field& field : head.fields) {
    if (!base::equals_ignoring_case(field.name, name)) continue;
    if (found != nullptr) return joined(request, head, name);
    found = &field;
  }
  if (found == nullptr) return std::nullopt;
  return found->value;
}

}  // namespace

std::optional<std::string_view> request_field(const RequestContext& request,
                                              std::string_view name) {
  if (request.chain) return field_of(request, request.chain->request, name);
  if (name == "x-request-id") return request.identity.request_id;
  if (is_auth_field(name)) return std::nullopt;
  return received_field(request, name);
}

std::optional<std::string_view> received_field(const RequestContext& request,
                                               std::string_view name) {
  return field_of(request, request.head, name);
}

std::string_view client_ip_of(const RequestContext& request) {
  return client_ip(request.head, request.exchange.peer().ip, request.settings().trusted_proxies,
                   request.arena);
}

std::optional<std::string_view> path_value(const RequestContext& request, std::string_view name) {
  if (request.operation == nullptr) return std::nullopt;
  const auto& names = request.operation->parameters;
  const auto found = std::find(names.begin(), names.end(), name);
  const auto index = static_cast<std::size_t>(found - names.begin());
  if (index >= request.path_values.size()) return std::nullopt;
  return request.path_values[index];
}

}  // namespace barbacane::gateway

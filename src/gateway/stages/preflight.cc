// CORS preflights for paths without OPTIONS (data-plane contract, 4.5; Fetch Standard, 4.8).

#include <optional>

#include "gateway/field_list.h"
#include "gateway/stages/stages.h"

namespace barbacane::gateway::stages {
namespace {

constexpr std::string_view kMiddleware = "cors";
constexpr std::string_view kRequestMethod = "access-control-request-method";
constexpr int kNoContent = 204;

/// Where the middleware stands in the operation's chain.
std::optional<std::size_t> place_of_cors(const CompiledOperation& operation) {
  const auto& entries = operation.chain.entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].plugin->name == kMiddleware) return i;
  }
  return std::nullopt;
}

}  // namespace

bool find_preflight(RequestContext& request, std::span<const std::uint32_t> operations) {
  if (request.head.method != "OPTIONS") return false;
  if (request.head.find(http::KnownField::kOrigin) == nullptr) return false;
  const http::Field* wanted = FieldList::find(request.head.fields, kRequestMethod);
  if (wanted == nullptr) return false;
  for (const std::uint32_t index : operations) {
    const CompiledOperation& operation = request.snapshot->operation(index);
    const auto place = place_of_cors(operation);
    const bool named = operation.method == wanted->value;
    if (!place || (request.operation != nullptr && !named)) continue;
    request.operation = &operation;
    request.preflight = place;
    if (named) break;
  }
  return request.preflight.has_value();
}

Step allow_preflight(RequestContext& request) {
  request.reply.status = kNoContent;
  return Step::kAnswer;
}

}  // namespace barbacane::gateway::stages

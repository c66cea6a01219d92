#include "gateway/dispatchers/answer_fields.h"

#include <algorithm>

#include "base/text.h"

namespace barbacane::gateway {
namespace {

using http::Field;
using http::KnownField;

bool is_of_this_hop(KnownField field) {
  using enum KnownField;
  switch (field) {
    case kConnection:
    case kContentLength:
    case kKeepAlive:
    case kProxyConnection:
    case kTe:
    case kTrailer:
    case kTransferEncoding:
    case kUpgrade:
      return true;
    default:
      return false;
  }
}

/// What every answer of the gateway says itself, or keeps from clients. Most names fall out by
/// their length.
bool is_ours(std::string_view name) {
  const auto is = [&](std::string_view known) { return base::equals_ignoring_case(name, known); };
  switch (name.size()) {
    case 6:
      return is("server");
    case 10:
      return is("x-trace-id");
    case 12:
      return is("x-request-id");
    case 18:
      return is("proxy-authenticate");
    default:
      return false;
  }
}

/// Whether a line of `Connection` says more than whether the connection stays.
bool names_fields(const http::ResponseHead& head) {
  return std::ranges::any_of(head.fields, [](const Field& field) {
    return field.known == KnownField::kConnection && field.value != "keep-alive" &&
           field.value != "close";
  });
}

bool is_named_by_connection(const http::ResponseHead& head, std::string_view name) {
  return std::ranges::any_of(head.fields, [&](const Field& field) {
    return field.known == KnownField::kConnection && http::list_contains(field.value, name);
  });
}

}  // namespace

void add_answer_fields(const http::ResponseHead& head, http::Response& answer) {
  const bool named = names_fields(head);
  answer.fields.reserve(answer.fields.size() + head.fields.size());
  for (const Field& field : head.fields) {
    if (is_of_this_hop(field.known) || is_ours(field.name)) continue;
    if (named && is_named_by_connection(head, field.name)) continue;
    answer.fields.push_back(field);
  }
}

void drop_unfit_trailers(std::pmr::vector<Field>& trailers) {
  std::erase_if(trailers, [](const Field& field) {
    return is_of_this_hop(http::known_field(field.name)) || is_ours(field.name) ||
           base::equals_ignoring_case(field.name, "set-cookie") ||
           base::equals_ignoring_case(field.name, "location") ||
           base::equals_ignoring_case(field.name, "x-content-type-options") ||
           base::equals_ignoring_case(field.name, "x-frame-options");
  });
}

}  // namespace barbacane::gateway

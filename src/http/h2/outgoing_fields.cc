#include "http/h2/outgoing_fields.h"

#include <charconv>

#include "base/text.h"
#include "http/response_fields.h"

namespace barbacane::http::h2 {

namespace {

/// Values that never come again: they would only push useful ones out of the peer's table.
bool is_unique(std::string_view name) {
  return name == "x-request-id" || name == "x-trace-id" || name == "traceparent";
}

/// nghttp2 does not write through the pointers, although it could by their type.
std::uint8_t* bytes(std::string_view text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

OutgoingFields& outgoing_fields() {
  thread_local OutgoingFields fields;
  return fields;
}

void OutgoingFields::add(std::string_view name, std::string_view value, std::uint8_t flags) {
  list_.push_back({bytes(name), bytes(value), name.size(), value.size(), flags});
}

void OutgoingFields::add_all(std::span<const Field> fields) {
  for (const Field& field : fields) {
    if (!is_owned_by_connection(field.name)) add_one(field);
  }
}

void OutgoingFields::add_one(const Field& field) {
  if (!is_legal(field)) return;
  const std::uint8_t flags =
      is_unique(field.name) ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
  // RFC 9113, 8.2.1: blanks around a value make the whole message malformed.
  add(field.name, base::trim(field.value), flags);
}

std::span<const nghttp2_nv> OutgoingFields::answer(const Response& response, Kind kind,
                                                   std::optional<std::uint64_t> length) {
  list_.clear();
  const auto status = std::to_chars(status_.begin(), status_.end(), response.status);
  add(":status", {status_.data(), status.ptr});
  add_all(response.fields);
  if (kind == Kind::kFinal) add("date", date_now());
  if (length) add_length(*length);
  return list_;
}

std::span<const nghttp2_nv> OutgoingFields::request(const client::OutgoingRequest& request,
                                                    Scheme scheme) {
  using Body = client::OutgoingRequest::Body;
  list_.clear();
  add(":method", request.method);
  add(":scheme", scheme == Scheme::kHttps ? "https" : "http");
  add(":authority", request.authority);
  add(":path", request.target);
  // `date` belongs to whoever wrote the message: an upstream may have to verify it.
  for (const Field& field : request.fields) {
    if (!is_owned_by_connection(field.name) || base::equals_ignoring_case(field.name, "date"))
      add_one(field);
  }
  add("te", "trailers");  // they are passed on; gRPC asks for it
  if (request.framing == Body::kWhole) add_length(request.body.size());
  if (request.framing == Body::kLength) add_length(request.length);
  return list_;
}

void OutgoingFields::add_length(std::uint64_t length) {
  const auto text = std::to_chars(length_.begin(), length_.end(), length);
  add("content-length", {length_.data(), text.ptr});
}

std::span<const nghttp2_nv> OutgoingFields::trailers(std::span<const Field> fields) {
  list_.clear();
  add_all(fields);
  return list_;
}

}  // namespace barbacane::http::h2

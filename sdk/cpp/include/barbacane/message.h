#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "barbacane/detail/host.h"

/// The request and the response as a handler sees them.
///
/// Both are handles: what they say is asked of the gateway when a handler asks, and what they are
/// told takes effect at once. Nothing about a request may be kept in the plugin between two calls
/// (its instance serves other requests meanwhile); `state` and `context` are for that. Setters
/// return false when the gateway refuses, which is: an illegal name or value, or a message that
/// cannot be changed in this phase.
namespace barbacane::plugin {

/// What both have in common: headers, body, and what accompanies the request.
template <host::Which which>
class Message {
 public:
  /// The index-th line of that name, in any case of letters.
  Value header(std::string_view name, std::uint32_t index = 0) const {
    return host::header(which, name, index);
  }
  bool has_header(std::string_view name) const { return host::has_header(which, name); }
  /// All lines of that name in one, as a list header may be read (RFC 9110, 5.3).
  std::string joined_header(std::string_view name) const;
  HeaderList headers() const { return host::headers(which); }
  /// In place of all lines of that name.
  bool set_header(std::string_view name, std::string_view value) {
    return host::set_header(which, name, value);
  }
  bool add_header(std::string_view name, std::string_view value) {
    return host::add_header(which, name, value);
  }
  bool remove_header(std::string_view name) { return host::remove_header(which, name) > 0; }

  /// Known without reading the body, and without `body_access`; nothing when there is no body or
  /// its length is not known yet.
  std::optional<std::uint64_t> body_length() const {
    const std::int64_t length = host::body_length(which);
    return length < 0 ? std::nullopt : std::optional<std::uint64_t>(length);
  }
  /// Needs `body_access` in a middleware. Nothing: there is no body.
  std::optional<std::string> body() const { return host::body(which); }
  bool set_body(std::string_view body) { return host::set_body(which, body); }
  bool clear_body() { return host::clear_body(which); }

  /// Texts that all plugins of the request see; capabilities `context_get` and `context_set`.
  Value context(std::string_view key) const { return host::context(key); }
  bool set_context(std::string_view key, std::string_view value) {
    return host::set_context(key, value);
  }
  /// Bytes that only this entry of the chain sees, from its `on_request` to its `on_response`.
  Value state() const { return host::state(); }
  bool set_state(std::string_view state) { return host::set_state(state); }
};

template <host::Which which>
std::string Message<which>::joined_header(std::string_view name) const {
  std::string joined;
  for (std::uint32_t index = 0;; ++index) {
    const Value line = header(name, index);
    if (!line) return joined;
    if (index > 0) joined.append(joint_of(name));
    joined.append(*line);
  }
}

class Request : public Message<host::Which::kRequest> {
 public:
  Value method() const { return host::field(host::Field::kMethod); }
  /// Still percent-encoded.
  Value path() const { return host::field(host::Field::kPath); }
  /// Raw, without the question mark; absent when there is none.
  Value query() const { return host::field(host::Field::kQuery); }
  bool set_method(std::string_view method) { return host::set_field(host::Field::kMethod, method); }
  bool set_path(std::string_view path) { return host::set_field(host::Field::kPath, path); }
  /// An empty text removes it.
  bool set_query(std::string_view query) { return host::set_field(host::Field::kQuery, query); }

  /// Decoded; in a query `+` is a blank.
  Value path_param(std::string_view name) const { return host::path_param(name); }
  Value query_param(std::string_view name, std::uint32_t index = 0) const {
    return host::query_param(name, index);
  }
  Value client_ip() const { return host::field(host::Field::kClientIp); }

  // Absent on gateways that know only the JSON interface.
  Value scheme() const { return host::field(host::Field::kScheme); }
  Value authority() const { return host::field(host::Field::kAuthority); }
  Value http_version() const { return host::field(host::Field::kHttpVersion); }
  Value operation_id() const { return host::field(host::Field::kOperationId); }
  Value path_template() const { return host::field(host::Field::kPathTemplate); }
  Value request_id() const { return host::field(host::Field::kRequestId); }
  Value trace_id() const { return host::field(host::Field::kTraceId); }
  Value span_id() const { return host::field(host::Field::kSpanId); }
  /// The name this plugin has in the project.
  Value plugin_name() const { return host::field(host::Field::kPluginName); }
};

class Response : public Message<host::Which::kResponse> {
 public:
  int status() const { return host::status(); }
  bool set_status(int status) { return host::set_status(status); }
};

}  // namespace barbacane::plugin

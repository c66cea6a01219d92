#include <cstring>
#include <memory>

#include "barbacane/detail/host.h"
#include "barbacane/text.h"
#include "barbacane/url.h"
#include "json_abi/call.h"

namespace barbacane::plugin::host {
namespace {

using json_abi::Call;
using json_abi::current;
using json_abi::JsonMessage;
using json_abi::Line;

JsonMessage& message(Which which) {
  return which == Which::kRequest ? current.request : current.response;
}

/// The request can be changed on its way in only; a response always.
bool may_change(Which which) {
  return which == Which::kResponse || current.phase == Call::Phase::kRequest;
}

std::string_view keep(std::string_view text) { return current.arena.copy(text); }

std::string_view keep_lower(std::string_view name) {
  char* kept = current.arena.take_text(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) kept[i] = to_lower(name[i]);
  return {kept, name.size()};
}

/// The index-th piece of a `set-cookie` value; nothing when there are fewer.
Value cookie_line(std::string_view value, std::uint32_t index) {
  for (;;) {
    const std::size_t end = value.find('\n');
    if (index == 0) return Value::borrowed(value.substr(0, end));
    if (end == std::string_view::npos) return {};
    value.remove_prefix(end + 1);
    --index;
  }
}

/// The first line of `traceparent` has the trace and the span (W3C Trace Context).
Value trace_part(std::size_t begin, std::size_t size) {
  const Line* line = current.request.headers.find("traceparent");
  if (line == nullptr || line->value.size() < 55) return {};
  return Value::borrowed(line->value.substr(begin, size));
}

Value header_value(std::string_view name) {
  const Line* line = current.request.headers.find(name);
  return line == nullptr ? Value() : Value::borrowed(line->value);
}

}  // namespace

Value field(Field field) {
  const JsonMessage& request = current.request;
  if (current.phase == Call::Phase::kNone || current.phase == Call::Phase::kResponse) return {};
  switch (field) {
    case Field::kMethod:
      return Value::borrowed(request.method);
    case Field::kPath:
      return Value::borrowed(request.path);
    case Field::kQuery:
      return request.has_query ? Value::borrowed(request.query) : Value();
    case Field::kClientIp:
      return Value::borrowed(request.client_ip);
    case Field::kAuthority:
      return header_value("host");
    case Field::kRequestId:
      return header_value("x-request-id");
    case Field::kTraceId:
      return trace_part(3, 32);
    case Field::kSpanId:
      return trace_part(36, 16);
    default:
      return {};
  }
}

bool set_field(Field field, std::string_view text) {
  if (current.phase != Call::Phase::kRequest) return false;
  JsonMessage& request = current.request;
  switch (field) {
    case Field::kMethod:
      request.method = keep(text);
      break;
    case Field::kPath:
      request.path = keep(text);
      break;
    case Field::kQuery:
      request.query = keep(text);
      request.has_query = !text.empty();
      break;
    default:
      return false;
  }
  request.changed = true;
  return true;
}

int status() { return current.response.status; }

bool set_status(int status) {
  if (status < 0 || status > 999) return false;
  current.response.status = status;
  current.response.changed = true;
  return true;
}

Value header(Which which, std::string_view name, std::uint32_t index) {
  const Line* line = message(which).headers.find(name);
  if (line == nullptr) return {};
  if (equal_ignoring_case(name, "set-cookie")) return cookie_line(line->value, index);
  return index == 0 ? Value::borrowed(line->value) : Value();
}

bool has_header(Which which, std::string_view name) {
  return message(which).headers.find(name) != nullptr;
}

bool set_header(Which which, std::string_view name, std::string_view value) {
  if (!may_change(which) || !is_header_name(name) || !is_header_value(value)) return false;
  JsonMessage& target = message(which);
  Line* line = target.headers.find(name);
  if (line != nullptr && line->value == value) return true;
  target.changed = true;
  if (line != nullptr) {
    line->value = keep(value);
  } else {
    target.headers.add(current.arena, keep_lower(name), keep(value));
  }
  return true;
}

bool add_header(Which which, std::string_view name, std::string_view value) {
  Line* line = message(which).headers.find(name);
  if (line == nullptr) return set_header(which, name, value);
  if (!may_change(which) || !is_header_value(value)) return false;
  const std::string_view joint = joint_of(line->name);
  char* joined = current.arena.take_text(line->value.size() + joint.size() + value.size());
  char* out = joined;
  for (const std::string_view part : {line->value, joint, value}) {
    if (!part.empty()) std::memcpy(out, part.data(), part.size());
    out += part.size();
  }
  line->value = {joined, static_cast<std::size_t>(out - joined)};
  message(which).changed = true;
  return true;
}

int remove_header(Which which, std::string_view name) {
  if (!may_change(which)) return -3;
  const std::uint32_t removed = message(which).headers.remove(name);
  if (removed > 0) message(which).changed = true;
  return static_cast<int>(removed);
}

HeaderList headers(Which which) {
  const json_abi::Lines& lines = message(which).headers;
  std::uint32_t count = 0;
  std::size_t text = 0;
  const auto each = [&](auto&& take) {
    for (const Line& line : lines) {
      if (line.name != "set-cookie") {
        take(line.name, line.value);
        continue;
      }
      for (std::uint32_t i = 0;; ++i) {
        const Value cookie = cookie_line(line.value, i);
        if (!cookie) break;
        take(line.name, cookie.view());
      }
    }
  };
  each([&](std::string_view name, std::string_view value) {
    ++count;
    text += name.size() + value.size();
  });
  const std::size_t size = 4 + 8 * std::size_t{count} + text;
  std::unique_ptr<char[]> packed(new char[size]);
  char* sizes = packed.get();
  char* bytes = sizes + 4 + 8 * std::size_t{count};
  const auto put = [](char*& out, const void* data, std::size_t length) {
    if (length > 0) std::memcpy(out, data, length);
    out += length;
  };
  put(sizes, &count, 4);
  each([&](std::string_view name, std::string_view value) {
    for (const std::string_view part : {name, value}) {
      const auto length = static_cast<std::uint32_t>(part.size());
      put(sizes, &length, 4);
      put(bytes, part.data(), part.size());
    }
  });
  return {std::move(packed), size};
}

Value path_param(std::string_view name) {
  for (const Line& line : current.request.path_params) {
    if (line.name == name) return Value::borrowed(line.value);
  }
  return {};
}

Value query_param(std::string_view name, std::uint32_t index) {
  Value found;
  for_each_element(current.request.query, '&', [&](std::string_view one) {
    const std::size_t equals = one.find('=');
    if (found || form_decode(one.substr(0, equals)) != name || index-- != 0) return;
    const bool has_value = equals != std::string_view::npos;
    found = Value::borrowed(keep(form_decode(has_value ? one.substr(equals + 1) : "")));
  });
  return found;
}

Value state() { return current.state.empty() ? Value() : Value::borrowed(keep(current.state)); }

bool set_state(std::string_view state) {
  if (state.size() > 65536) return false;
  current.state = state;
  return true;
}

std::int64_t body_length(Which which) {
  const json_abi::Body& body = message(which).body;
  return body.present ? static_cast<std::int64_t>(body.size) : -1;
}

std::optional<std::string> body(Which which) {
  const json_abi::Body& body = message(which).body;
  if (!body.present) return std::nullopt;
  return std::string(body.view());
}

bool set_body(Which which, std::string_view body) {
  if (!may_change(which)) return false;
  message(which).body.assign(body);
  return true;
}

bool clear_body(Which which) {
  if (!may_change(which)) return false;
  message(which).body.clear();
  return true;
}

}  // namespace barbacane::plugin::host

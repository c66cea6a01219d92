#pragma once

#include "barbacane/detail/host.h"
#include "barbacane/detail/imports.h"
#include "barbacane/headers.h"

/// The direct interface: every question is one host call, answered into a buffer on the stack.
namespace barbacane::plugin::host {

inline std::uint32_t size32(std::string_view text) {
  return static_cast<std::uint32_t>(text.size());
}
inline std::int32_t number(Which which) { return static_cast<std::int32_t>(which); }

inline Value field(Field field) {
  return Value([=](char* out, std::uint32_t size) {
    return imports::field_get(static_cast<std::int32_t>(field), out, size);
  });
}
inline bool set_field(Field field, std::string_view text) {
  return imports::field_set(static_cast<std::int32_t>(field), text.data(), size32(text)) >= 0;
}

inline int status() { return imports::status_get(); }
inline bool set_status(int status) { return imports::status_set(status) >= 0; }

inline Value header(Which which, std::string_view name, std::uint32_t index) {
  return Value([=](char* out, std::uint32_t size) {
    return imports::header_get(number(which), name.data(), size32(name), index, out, size);
  });
}
inline bool has_header(Which which, std::string_view name) {
  return imports::header_get(number(which), name.data(), size32(name), 0, nullptr, 0) >= 0;
}
inline bool set_header(Which which, std::string_view name, std::string_view value) {
  return imports::header_set(number(which), name.data(), size32(name), value.data(),
                             size32(value)) >= 0;
}
inline bool add_header(Which which, std::string_view name, std::string_view value) {
  return imports::header_add(number(which), name.data(), size32(name), value.data(),
                             size32(value)) >= 0;
}
inline int remove_header(Which which, std::string_view name) {
  return imports::header_remove(number(which), name.data(), size32(name));
}
HeaderList headers(Which which);

inline Value path_param(std::string_view name) {
  return Value([=](char* out, std::uint32_t size) {
    return imports::path_param_get(name.data(), size32(name), out, size);
  });
}
inline Value query_param(std::string_view name, std::uint32_t index) {
  return Value([=](char* out, std::uint32_t size) {
    return imports::query_param_get(name.data(), size32(name), index, out, size);
  });
}

inline Value context(std::string_view key) {
  return Value([=](char* out, std::uint32_t size) {
    return imports::context_get(key.data(), size32(key), out, size);
  });
}
inline bool set_context(std::string_view key, std::string_view value) {
  return imports::context_set(key.data(), size32(key), value.data(), size32(value)) >= 0;
}
inline Value state() {
  return Value([](char* out, std::uint32_t size) { return imports::state_get(out, size); });
}
inline bool set_state(std::string_view state) {
  return imports::state_set(state.data(), size32(state)) >= 0;
}

inline std::int64_t body_length(Which which) { return imports::body_length(number(which)); }
/// Nothing when there is no body, or no access to it.
std::optional<std::string> body(Which which);
inline bool set_body(Which which, std::string_view body) {
  return imports::body_set(number(which), body.data(), size32(body)) >= 0;
}
inline bool clear_body(Which which) { return imports::body_clear(number(which)) >= 0; }

}  // namespace barbacane::plugin::host

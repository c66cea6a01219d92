#pragma once

#include "barbacane/detail/host.h"
#include "barbacane/detail/imports.h"
#include "barbacane/headers.h"

/// The JSON interface: the request or response came with the call and goes back at its end. What
/// only the direct interface knows is absent. See src/json_abi/.
namespace barbacane::plugin::host {

Value field(Field field);
bool set_field(Field field, std::string_view text);

int status();
bool set_status(int status);

/// One line a name, as the interface shows them (repeated ones joined), but for `set-cookie`.
Value header(Which which, std::string_view name, std::uint32_t index);
bool has_header(Which which, std::string_view name);
bool set_header(Which which, std::string_view name, std::string_view value);
bool add_header(Which which, std::string_view name, std::string_view value);
int remove_header(Which which, std::string_view name);
HeaderList headers(Which which);

Value path_param(std::string_view name);
Value query_param(std::string_view name, std::uint32_t index);

inline Value context(std::string_view key) {
  const std::int32_t size =
      imports::host_context_get(key.data(), static_cast<std::uint32_t>(key.size()));
  if (size < 0) return {};
  return Value(static_cast<std::uint32_t>(size), [](char* out, std::uint32_t capacity) {
    return imports::host_context_read_result(out, capacity);
  });
}
inline bool set_context(std::string_view key, std::string_view value) {
  imports::host_context_set(key.data(), static_cast<std::uint32_t>(key.size()), value.data(),
                            static_cast<std::uint32_t>(value.size()));
  return true;
}
Value state();
bool set_state(std::string_view state);

std::int64_t body_length(Which which);
std::optional<std::string> body(Which which);
bool set_body(Which which, std::string_view body);
bool clear_body(Which which);

}  // namespace barbacane::plugin::host

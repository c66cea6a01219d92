#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "barbacane/detail/arena.h"

/// What a call over the JSON interface knows: the message that came with it and the reply under
/// construction. Texts lie in the input, which is kept until the call ends, or in the arena.
namespace barbacane::plugin::json_abi {

struct Line {
  std::string_view name;
  std::string_view value;
};

/// Names and values in a row, grown in the arena.
struct Lines {
  Line* items;
  std::uint32_t count;
  std::uint32_t capacity;

  Line* begin() const { return items; }
  Line* end() const { return items + count; }
  Line* find(std::string_view name) const;
  void add(detail::Arena& arena, std::string_view name, std::string_view value);
  std::uint32_t remove(std::string_view name);
};

struct Body {
  char* bytes;
  std::size_t size;
  bool present;

  void assign(std::string_view text);
  void clear();
  std::string_view view() const { return {bytes, size}; }
};

/// A request or a response; which members count depends on that.
struct JsonMessage {
  std::string_view method, path, query, client_ip;
  bool has_query;
  int status;
  Lines headers;
  Lines path_params;
  Body body;
  bool changed;  ///< not any more what the input says
};

struct Call {
  enum class Phase : std::uint8_t { kNone, kRequest, kDispatch, kResponse };
  Phase phase = Phase::kNone;
  detail::Arena arena;
  JsonMessage request{};
  JsonMessage response{};
  std::string state;  ///< between the phases of a request: an instance serves one at a time here
  std::string_view input;
};

extern Call current;

/// Members that are not understood are ignored; false when a needed one is missing or wrong.
bool parse_request(std::string_view json, detail::Arena& arena, JsonMessage& request);
bool parse_response(std::string_view json, detail::Arena& arena, JsonMessage& response);

void write_request(std::string& out, const JsonMessage& request);
void write_response(std::string& out, const JsonMessage& response);

}  // namespace barbacane::plugin::json_abi

#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/message.h"

/// Requests and responses as plugins of the JSON ABI read and write them (plugin ABI, 4).
///
/// What is written is compact, with members in a fixed order, so that a plugin which changes
/// nothing gives back the same bytes and nobody has to read them. Texts that are read live in the
/// arena.
namespace barbacane::gateway {

/// A request besides its head.
struct RequestOfPlugins {
  const http::RequestHead& head;
  std::string_view client_ip;
  std::span<const std::string> names;        ///< of path parameters
  std::span<const std::string_view> values;  ///< decoded, in the same order
};

std::string_view write_request(const RequestOfPlugins& request, std::pmr::memory_resource* arena);
std::string_view write_response(int status, const std::pmr::vector<http::Field>& fields,
                                std::pmr::memory_resource* arena);

/// What a plugin says a request is from now on.
struct ReadRequest {
  explicit ReadRequest(std::pmr::memory_resource* arena) : headers(arena), path_values(arena) {}

  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view client_ip;
  std::pmr::vector<std::pair<std::string_view, std::string_view>> headers;
  std::pmr::vector<std::pair<std::string_view, std::string_view>> path_values;
};

struct ReadResponse {
  explicit ReadResponse(std::pmr::memory_resource* arena) : headers(arena) {}

  int status = 0;
  std::pmr::vector<std::pair<std::string_view, std::string_view>> headers;
};

/// What `on_request` put out, by the table of 4.3. `output` may be padded in place.
struct ReadAction {
  enum class Kind : std::uint8_t {
    kUnchanged,  ///< go on with the request as it was
    kContinue,   ///< go on with `request`
    kRespond,    ///< answer with `response`
  } kind = Kind::kUnchanged;
  std::optional<ReadRequest> request;
  std::optional<ReadResponse> response;
};
base::Result<ReadAction> read_action(std::string& output, std::int32_t returned,
                                     std::string_view input, std::pmr::memory_resource* arena);

base::Result<ReadResponse> read_response(std::string& output, std::pmr::memory_resource* arena);

/// Makes the plugin's headers the fields of a message (4.4). Lines that it gives back as it got
/// them stay as they are, and so do values it was not shown, unless it set the name.
void apply_headers(std::span<const std::pair<std::string_view, std::string_view>> headers,
                   std::pmr::vector<http::Field>& fields, std::pmr::memory_resource* arena);

}  // namespace barbacane::gateway

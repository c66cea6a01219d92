#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "http/client/call.h"
#include "http/message.h"

/// The fields of a message as nghttp2 takes them; it copies the texts when they are submitted, and
/// makes the names lower case.
namespace barbacane::http::h2 {

class OutgoingFields {
 public:
  enum class Kind : std::uint8_t { kFinal, kInterim };

  // Each starts over; the views hold until the next call and as long as what was given. Fields with
  // names or values that are not legal, and those the connection owns, are left out.
  std::span<const nghttp2_nv> answer(const Response& response, Kind kind,
                                     std::optional<std::uint64_t> length);
  std::span<const nghttp2_nv> request(const client::OutgoingRequest& request, Scheme scheme);
  std::span<const nghttp2_nv> trailers(std::span<const Field> fields);

 private:
  void add_all(std::span<const Field> fields);
  void add_one(const Field& field);
  void add(std::string_view name, std::string_view value, std::uint8_t flags = 0);
  void add_length(std::uint64_t length);

  std::vector<nghttp2_nv> list_;
  std::array<char, 12> status_{};
  std::array<char, 20> length_{};
};

/// The one of this thread.
OutgoingFields& outgoing_fields();

}  // namespace barbacane::http::h2

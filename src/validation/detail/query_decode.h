#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "schema/json.h"

/// Escapes in names and values of parameters (data-plane contract, 5).
namespace barbacane::validation::detail {

enum class Decoding : std::uint8_t {
  kNone,     ///< header values
  kPercent,  ///< `%XX`: paths, cookies
  kForm,     ///< and `+` for a space: queries
};

/// The text without its escapes, malformed ones left as they are; nothing when that is not UTF-8.
/// The view is `raw` itself where nothing had to be decoded, else it lies in `room`'s text.
std::optional<std::string_view> decode(std::string_view raw, Decoding decoding, schema::Tape& room);

/// What follows, still raw, in a text that decodes to something that begins with `name`.
std::optional<std::string_view> rest_behind(std::string_view raw, std::string_view name,
                                            Decoding decoding);

/// Whether `raw` decodes to `name`, without decoding it.
bool decodes_to(std::string_view raw, std::string_view name, Decoding decoding);

}  // namespace barbacane::validation::detail

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Content types and the ranges a spec declares (RFC 9110, 8.3 and 12.5.1; data-plane contract,
/// 6.5).
namespace barbacane::validation {

struct MediaType {
  std::string type;     ///< lower case, `*` for any
  std::string subtype;  ///< lower case, `*` for any
  /// Names in lower case, values without quotes; `charset` values in lower case. Sorted by name.
  std::vector<std::pair<std::string, std::string>> parameters;

  /// Subtype `json` or ending `+json`.
  bool is_json() const;

  /// How far its `charset`, if it has one, agrees with UTF-8; in the order of being less alike.
  enum class Charset : std::uint8_t {
    kUtf8,       ///< or US-ASCII, which is a part of it
    kSameAscii,  ///< writes US-ASCII as UTF-8 does, and everything else not
    kOther,
  };
  Charset charset() const;
};

/// Nothing when the text is none by RFC 9110's grammar.
std::optional<MediaType> parse_media_type(std::string_view text);

/// Whether a content type is JSON, whatever its parameters. Allocates nothing.
bool is_json_media_type(std::string_view content_type);

/// Media types of one request body or response, prepared for matching.
class MediaTypeTable {
 public:
  /// `keys` as written in a spec; one that cannot be parsed matches only itself, letter for letter.
  explicit MediaTypeTable(std::span<const std::string> keys);

  /// The index of the most specific key that a content type fits: exact with parameters, exact,
  /// `type/*`, `*/*`. Of equals the first. Allocates nothing.
  std::optional<std::size_t> find(std::string_view content_type) const;

  /// For answers: the index of the key an `Accept` field prefers; without one, the first JSON key,
  /// else the first. Nothing when the field excludes all of them. A field that is not well-formed
  /// counts as none.
  std::optional<std::size_t> negotiate(std::string_view accept) const;

 private:
  struct Key {
    std::string text;
    std::optional<MediaType> parsed;
  };
  std::optional<std::size_t> preferred() const;

  std::vector<Key> keys_;
};

}  // namespace barbacane::validation

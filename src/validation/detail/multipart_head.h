#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The header section of one part (RFC 7578, 4; RFC 2183).
namespace barbacane::validation::detail {

struct PartHead {
  std::string name;                              ///< of the form field
  bool file = false;                             ///< a file name was given
  std::optional<std::string_view> content_type;  ///< as written, well-formed
  /// Names of all fields, as written.
  std::vector<std::string_view> fields;

  bool has(std::string_view field) const;
};

/// Views are into `head`, whose lines all end with CRLF. What two readers could read differently is
/// an error: repeated fields and parameters, folded lines, `name*`, stray backslashes. The error is
/// a sentence whose subject is the part: `has no Content-Disposition`.
std::expected<PartHead, std::string> parse_part_head(std::string_view head);

}  // namespace barbacane::validation::detail

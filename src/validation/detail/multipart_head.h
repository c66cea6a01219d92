#pragma once

#include <expected>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validation/request_parts.h"

/// The header section of one part (RFC 7578, 4; RFC 2183).
namespace barbacane::validation::detail {

struct PartField {
  std::string_view name;  ///< as written
  std::string_view value;
};

struct PartHead {
  std::string name;                              ///< of the form field
  bool file = false;                             ///< a file name was given
  std::optional<std::string_view> content_type;  ///< as written, well-formed
  std::vector<PartField> fields;                 ///< all of them, in order

  bool has(std::string_view field) const;
};

/// The fields of a part as those of a request are looked up.
class PartFields final : public Fields {
 public:
  explicit PartFields(const PartHead& head) : head_(head) {}
  std::optional<std::string_view> find(std::string_view name) const override;

 private:
  const PartHead& head_;
  mutable std::forward_list<std::string> joined_;  ///< values of repeated lines
};

/// Views are into `head`, whose lines all end with CRLF. What two readers could read differently is
/// an error: repeated fields and parameters, folded lines, `name*`, stray backslashes. The error is
/// a sentence whose subject is the part: `has no Content-Disposition`.
std::expected<PartHead, std::string> parse_part_head(std::string_view head);

}  // namespace barbacane::validation::detail

#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "validation/detail/form_property.h"
#include "validation/detail/form_value.h"
#include "validation/detail/multipart_head.h"
#include "validation/parameter_set.h"
#include "validation/part_headers.h"

/// What the content of a part is, by its head and by what the spec says about its property
/// (OpenAPI 3.1, 4.8.14.5 and 4.8.15; RFC 7578, 4.4).
namespace barbacane::validation::detail {

struct PartContent {
  FormEntry::Content content = FormEntry::Content::kByKind;
  /// Comes as a file that nothing looks into: it need not be text, nor be kept when it is large.
  bool file = false;
  /// Its charset is not UTF-8, but as long as it holds nothing else they are the same.
  bool ascii_only = false;
  /// Nothing here can read its type, and its schema wants to know more than that it is a string.
  bool unread = false;
};

/// Whether the strings of a schema are asked for more than their length, so that a part is text and
/// is kept. There is no way to look that up in a program, so it is run on unseen strings of every
/// size a format has and of some larger ones: it refuses to judge what it would have to see. Where
/// that misses something, or where another schema of the same property asks, the same happens at
/// the end to a part that was not kept.
bool looks_inside(const schema::Program& program, const LeafPlan& leaf);

/// Text in another charset than UTF-8 that would have to be read. About a part.
inline constexpr std::string_view kForeignCharset =
    "must be UTF-8, but its Content-Type names another charset";

/// What parts of a property are checked by.
struct PartRule {
  FormProperty property;
  std::optional<ParameterSet> headers;
  bool looks_inside = false;

  /// The schema of one part.
  LeafPlan element() const;
};

/// `headers` are those of the whole form.
base::Result<PartRule> plan_part(const schema::Program& program, FormProperty property,
                                 std::span<const PartHeader> headers);

/// A part without Content-Type has the one its property declares: forms in browsers cannot give one
/// to a field. The error is half a sentence about the part: `must be of type image/*, but …`.
std::expected<PartContent, std::string> content_of(const PartRule& rule, const PartHead& head);

}  // namespace barbacane::validation::detail

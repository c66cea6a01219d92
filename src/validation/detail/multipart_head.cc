#include "validation/detail/multipart_head.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "validation/detail/media_syntax.h"
#include "validation/detail/query_pairs.h"

namespace barbacane::validation::detail {
namespace {

using base::equals_ignoring_case;
using Problem = std::unexpected<std::string>;

constexpr std::size_t kMaxFields = 64;

/// What HTML forms do to the three characters that cannot stand in a quoted name, and nothing else.
bool append_form_escape(std::string& out, std::string_view text) {
  for (const auto& [escape, c] : {std::pair{"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}}) {
    if (!equals_ignoring_case(text.substr(0, 3), escape)) continue;
    out += c;
    return true;
  }
  return false;
}

/// Nothing when a backslash stands before something that needs none: some readers would drop it,
/// some keep it.
std::optional<std::string> decode_name(const ParameterValue& written) {
  std::string out;
  const std::string_view text = written.text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (append_form_escape(out, text.substr(i))) {
      i += 2;
      continue;
    }
    if (written.escaped && text[i] == '\\') {
      ++i;
      if (text[i] != '"' && text[i] != '\\') return std::nullopt;
    }
    out += text[i];
  }
  return out;
}

/// Why the field is not taken; empty when it is.
std::string_view read_disposition(std::string_view value, PartHead& out) {
  FieldReader reader(value);
  if (!equals_ignoring_case(reader.token(), "form-data")) {
    return "has a Content-Disposition other than form-data";
  }
  bool named = false;
  while (const auto parameter = reader.parameter()) {
    if (equals_ignoring_case(parameter->name, "filename") ||
        equals_ignoring_case(parameter->name, "filename*")) {
      out.file = true;
    } else if (equals_ignoring_case(parameter->name, "name*")) {
      return "has a name in an encoding that forms do not have";
    } else if (equals_ignoring_case(parameter->name, "name")) {
      if (std::exchange(named, true)) return "has two names";
      auto name = decode_name(parameter->value);
      if (!name) return "has a name with a stray backslash";
      if (!base::is_utf8(*name)) return "has a name that is not UTF-8";
      out.name = std::move(*name);
    }
  }
  reader.skip_space();
  if (!reader.at_end()) return "has a malformed Content-Disposition";
  if (!named) return "has no name";
  return {};
}

std::string_view read_field(std::string_view name, std::string_view value, PartHead& out) {
  if (equals_ignoring_case(name, "content-disposition")) return read_disposition(value, out);
  if (equals_ignoring_case(name, "content-type")) {
    if (!view_media_type(value)) return "has a malformed Content-Type";
    out.content_type = value;
  } else if (equals_ignoring_case(name, "content-transfer-encoding")) {
    const bool plain = equals_ignoring_case(value, "7bit") || equals_ignoring_case(value, "8bit") ||
                       equals_ignoring_case(value, "binary");
    if (!plain) return "has a Content-Transfer-Encoding, which forms do not have";
  }
  return {};
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

}  // namespace

bool PartHead::has(std::string_view field) const {
  return std::ranges::any_of(
      fields, [&](const PartField& one) { return equals_ignoring_case(one.name, field); });
}

std::optional<std::string_view> PartFields::find(std::string_view name) const {
  std::optional<std::string_view> found;
  for (const PartField& field : head_.fields) {
    if (!equals_ignoring_case(field.name, name)) continue;
    if (found) {
      found = joined_.emplace_front(std::string(*found) + ", " + std::string(field.value));
    } else {
      found = field.value;
    }
  }
  return found;
}

std::expected<PartHead, std::string> parse_part_head(std::string_view head) {
  PartHead out;
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find('\n') - 1);
    head.remove_prefix(line.size() + 2);
    FieldReader reader(line);
    const std::string_view name = reader.token();
    if (name.empty() || !reader.take(':') || std::ranges::any_of(line, is_control)) {
      return Problem("has a malformed header line");
    }
    if (out.fields.size() == kMaxFields) return Problem("has too many header fields");
    if (out.has(name) && equals_ignoring_case(name.substr(0, 8), "content-")) {
      return Problem("has " + std::string(name) + " twice");
    }
    const std::string_view value = base::trim(reader.rest());
    out.fields.push_back({name, value});
    if (const auto problem = read_field(name, value, out); !problem.empty()) {
      return Problem(problem);
    }
  }
  if (!out.has("content-disposition")) return Problem("has no Content-Disposition");
  return out;
}

}  // namespace barbacane::validation::detail

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "router/detail/normalise.h"
#include "router/router.h"

namespace barbacane::router {

namespace {

using base::fail;
using Kind = Template::Part::Kind;

/// A character as a message can show it: control bytes as `\x1F`.
std::string printable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte != 0x7F) return std::string(1, c);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 0xF]};
}

base::Result<> check_name(std::string_view name) {
  for (const char c : name) {
    if (c == '+') {
      return fail(
          "'+' is only allowed as the last character of a wildcard parameter name (e.g. {key+})");
    }
    const auto byte = static_cast<unsigned char>(c);
    if (c == '/' || c == '?' || c == '#' || byte < 0x20 || byte == 0x7F) {
      return fail("invalid character '" + printable(c) + "' in parameter name");
    }
  }
  return {};
}

/// Reads a template from left to right and stops at the first thing that is wrong.
class Parser {
 public:
  explicit Parser(std::string_view path) : rest_(path) {}

  base::Result<Template> parse() {
    while (!rest_.empty()) {
      if (auto taken = take(); !taken) return std::unexpected(taken.error());
    }
    if (auto ended = end_segment(); !ended) return std::unexpected(ended.error());
    if (wildcard_ && !ends_with_wildcard()) {
      return fail("wildcard parameter '{" + *wildcard_ + "+}' must be the last path segment");
    }
    return std::move(template_);
  }

 private:
  /// Takes a slash, a parameter or a run of literal text.
  base::Result<> take() {
    switch (rest_.front()) {
      case '/':
        rest_.remove_prefix(1);
        return end_segment();
      case '{': {
        const std::size_t close = rest_.find_first_of("{}", 1);
        if (close == std::string_view::npos) return fail("unclosed brace");
        if (rest_[close] == '{') return fail("nested braces not allowed");
        const std::string_view name = rest_.substr(1, close - 1);
        rest_.remove_prefix(close + 1);
        return add_parameter(name);
      }
      case '}':
        return fail("unmatched closing brace");
      default: {
        const std::string_view text = rest_.substr(0, rest_.find_first_of("/{}"));
        rest_.remove_prefix(text.size());
        return add_literal(text);
      }
    }
  }

  base::Result<> add_literal(std::string_view text) {
    Template::Part part{Kind::kLiteral, {}};
    if (!detail::append_normalised(text, part.text)) return fail("control character not allowed");
    segment_.parts.push_back(std::move(part));
    return {};
  }

  base::Result<> add_parameter(std::string_view name) {
    const Kind kind = name.ends_with('+') ? Kind::kWildcard : Kind::kParameter;
    if (kind == Kind::kWildcard) name.remove_suffix(1);
    if (name.empty()) return fail("empty parameter name");
    if (auto checked = check_name(name); !checked) return checked;
    if (kind == Kind::kWildcard) {
      if (wildcard_) return fail("at most one wildcard parameter ({name+}) allowed per path");
      wildcard_ = name;
    }
    if (!names_.emplace(name).second) {
      return fail("duplicate parameter '" + std::string(name) + "'");
    }
    if (!segment_.parts.empty() && segment_.parts.back().kind != Kind::kLiteral) {
      return fail("parameters '" + segment_.parts.back().text + "' and '" + std::string(name) +
                  "' need literal text between them");
    }
    segment_.parts.push_back({kind, std::string(name)});
    return {};
  }

  base::Result<> end_segment() {
    if (segment_.parts.empty()) return {};
    const Template::Part& first = segment_.parts.front();
    if (segment_.is_static() && detail::is_dot_segment(first.text)) {
      return fail("dot segment '" + first.text + "' not allowed");
    }
    template_.segments.push_back(std::exchange(segment_, {}));
    return {};
  }

  bool ends_with_wildcard() const {
    const auto& last = template_.segments.back().parts;
    return last.size() == 1 && last.front().kind == Kind::kWildcard;
  }

  std::string_view rest_;
  Template template_;
  Template::Segment segment_;
  std::unordered_set<std::string> names_;
  std::optional<std::string> wildcard_;
};

enum class Names { kKeep, kDrop };

void append(const Template::Segment& segment, Names names, std::string& out) {
  for (const Template::Part& part : segment.parts) {
    if (part.kind == Kind::kLiteral) {
      out += part.text;
      continue;
    }
    out += '{';
    out += names == Names::kKeep ? std::string_view(part.text) : "_";
    out += part.kind == Kind::kWildcard ? "+}" : "}";
  }
}

std::string joined(const Template& path, Names names) {
  std::string out;
  for (const Template::Segment& segment : path.segments) {
    out += '/';
    append(segment, names, out);
  }
  return out.empty() ? "/" : out;
}

}  // namespace

bool Template::Segment::is_static() const {
  return parts.size() == 1 && parts.front().kind == Kind::kLiteral;
}

std::string Template::Segment::shape() const {
  std::string out;
  append(*this, Names::kDrop, out);
  return out;
}

std::vector<std::string> Template::parameters() const {
  std::vector<std::string> names;
  for (const Segment& segment : segments) {
    for (const Part& part : segment.parts) {
      if (part.kind != Kind::kLiteral) names.push_back(part.text);
    }
  }
  return names;
}

std::string Template::shape() const { return joined(*this, Names::kDrop); }
std::string Template::normalised() const { return joined(*this, Names::kKeep); }

base::Result<Template> parse_template(std::string_view path) { return Parser(path).parse(); }

}  // namespace barbacane::router

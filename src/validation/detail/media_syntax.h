#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"

/// The grammar that media types, `Accept` and `Content-Disposition` share: tokens, quoted strings
/// and parameters (RFC 9110, 5.6). Everything is a view of the text read; nothing is copied.
namespace barbacane::validation::detail {

constexpr bool is_token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

/// The part of a parameter behind `=`.
struct ParameterValue {
  std::string_view text;  ///< without the quotes, escapes still in place
  bool escaped = false;   ///< whether there are any

  /// With `\x` made `x`.
  std::string unescaped() const {
    if (!escaped) return std::string(text);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) out += text[text[i] == '\\' ? ++i : i];
    return out;
  }

  enum class Case : bool { kSame, kIgnored };
  /// Whether it is that text once unescaped.
  bool is(std::string_view plain, Case letters) const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < text.size(); ++i, ++at) {
      if (escaped && text[i] == '\\') ++i;
      if (at == plain.size()) return false;
      const std::string_view a = text.substr(i, 1);
      const std::string_view b = plain.substr(at, 1);
      if (a != b && (letters == Case::kSame || !base::equals_ignoring_case(a, b))) return false;
    }
    return at == plain.size();
  }
};

struct ParameterView {
  std::string_view name;
  ParameterValue value;
};

/// Reads from the front of a text. What a function does not find it leaves in place.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      rest_.remove_prefix(1);
    }
  }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Empty when there is none.
  std::string_view token() {
    std::size_t size = 0;
    while (size < rest_.size() && is_token_char(rest_[size])) ++size;
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

  /// A token or a quoted string.
  std::optional<ParameterValue> value() {
    if (take('"')) return quoted();
    const std::string_view out = token();
    if (out.empty()) return std::nullopt;
    return ParameterValue{out};
  }

  /// The next `; name=value`; empty parameters (`;;`) are passed over. Nothing at the end of the
  /// text, before a comma, or when what follows is malformed: `at_end` and `rest` tell.
  std::optional<ParameterView> parameter() {
    for (;;) {
      const std::string_view before = rest_;
      skip_space();
      if (!take(';')) {
        if (!rest_.empty() && rest_.front() != ',') rest_ = before;
        return std::nullopt;
      }
      skip_space();
      const std::string_view name = token();
      if (name.empty()) {
        if (rest_.empty() || rest_.front() == ';' || rest_.front() == ',') continue;
        rest_ = before;
        return std::nullopt;
      }
      if (take('=')) {
        if (const auto found = value()) return ParameterView{name, *found};
      }
      rest_ = before;
      return std::nullopt;
    }
  }

 private:
  /// Behind the opening quote.
  std::optional<ParameterValue> quoted() {
    ParameterValue out;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (c == '"') {
        out.text = rest_.substr(0, i);
        rest_.remove_prefix(i + 1);
        return out;
      }
      if (c == '\\') {
        out.escaped = true;
        if (++i == rest_.size()) return std::nullopt;
      }
      if (const auto byte = static_cast<unsigned char>(rest_[i]);
          (byte < 0x20 && byte != '\t') || byte == 0x7F) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

/// `type/subtype` and, if its grammar holds to the end, the parameters.
struct MediaTypeView {
  std::string_view type;
  std::string_view subtype;
  std::string_view parameters;  ///< from the first `;` on

  bool is_json() const {
    return base::equals_ignoring_case(subtype, "json") ||
           (subtype.size() > 5 &&
            base::equals_ignoring_case(subtype.substr(subtype.size() - 5), "+json"));
  }
};

inline std::optional<MediaTypeView> view_media_type(std::string_view text) {
  FieldReader reader(text);
  reader.skip_space();
  MediaTypeView out;
  out.type = reader.token();
  if (out.type.empty() || !reader.take('/')) return std::nullopt;
  out.subtype = reader.token();
  if (out.subtype.empty()) return std::nullopt;
  out.parameters = reader.rest();
  while (reader.parameter()) {
  }
  reader.skip_space();
  if (!reader.at_end()) return std::nullopt;
  return out;
}

}  // namespace barbacane::validation::detail

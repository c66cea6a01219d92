#include "spec/detail/json_reader.h"

#include <array>
#include <cstring>

#include "base/text.h"

namespace barbacane::spec {

namespace {

/// Bytes that end the run of ordinary characters in a string.
constexpr auto kStops = [] {
  std::array<bool, 256> stops{};
  for (int c = 0; c < 0x20; ++c) stops[static_cast<std::size_t>(c)] = true;
  stops['"'] = stops['\\'] = true;
  return stops;
}();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Recursive descent; the depth is bounded by the nesting limit. The NUL behind the text stops
/// every scan, so that no step compares with the end.
class JsonReader {
 public:
  JsonReader(TreeBuilder& builder, std::string_view text, const ParseLimits& limits)
      : builder_(builder),
        limits_(limits),
        at_(text.data()),
        end_(text.data() + text.size()),
        counted_(text.data()) {}

  std::expected<const Node*, SyntaxError> read() {
    skip_space();
    const Node* root = value(1);
    if (root != nullptr) {
      skip_space();
      if (at_ != end_) root = fail("text after the end of the document", "");
    }
    if (root == nullptr) return std::unexpected(std::move(error_));
    return root;
  }

 private:
  /// Whitespace is the only place where JSON can have a line break.
  void skip_space() {
    for (;; ++at_) {
      if (*at_ == '\n') {
        ++line_;
        column_ = 1;
        counted_ = at_ + 1;
      } else if (*at_ != ' ' && *at_ != '\t' && *at_ != '\r') {
        return;
      }
    }
  }

  /// Counts on from the last position asked for, so that a document in one line stays linear.
  base::Position here() {
    column_ += static_cast<std::uint32_t>(
        count_code_points({counted_, static_cast<std::size_t>(at_ - counted_)}));
    counted_ = at_;
    return {line_, column_};
  }

  std::nullptr_t fail(std::string what, std::string hint) {
    error_ = {.what = std::move(what), .position = here(), .hint = std::move(hint)};
    return nullptr;
  }

  std::string found() const {
    if (at_ == end_) return "the end of the file";
    const std::size_t length =
        base::utf8_sequence_length({at_, static_cast<std::size_t>(end_ - at_)});
    return "'" + std::string(at_, length) + "'";
  }

  /// Of a list or an object that goes on where its end or a comma was due.
  std::string hint_after_value() const {
    switch (*at_) {
      case '"':
      case '{':
      case '[':
        return "a comma is missing before it";
      case ':':
        return "the list is not closed before this key";
      case '}':
      case ']':
        return "what was opened last is to be closed first";
      case '/':
        return "JSON has no comments";
      default:
        return "a comma is missing before it, or a quotation mark";
    }
  }

  std::string hint_for_value() const {
    if (*at_ == '\'') return "strings stand in double quotes";
    if (*at_ == '}' || *at_ == ']') return "remove the comma before it";
    return *at_ == '/' ? "JSON has no comments" : "";
  }

  std::string hint_for_key() const {
    if (*at_ == '}') return "remove the comma before it";
    return *at_ == '/' ? "JSON has no comments" : "";
  }

  /// An object or list that is open at the end of the file is to be closed: it is what is shown.
  std::nullptr_t fail_in(base::Position opened, std::string_view expected) {
    std::string what = "expected " + std::string(expected) + " but found " + found();
    if (at_ != end_) return fail(std::move(what), hint_after_value());
    error_ = {
        .what = std::move(what), .position = opened, .hint = "what is opened here is never closed"};
    return nullptr;
  }

  const Node* value(std::size_t depth) {
    if (++nodes_ > limits_.nodes) {
      error_ = node_count_error(limits_.nodes, here());
      return nullptr;
    }
    switch (*at_) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return text();
      case 't':
        return literal("true", Kind::kBool);
      case 'f':
        return literal("false", Kind::kBool);
      case 'n':
        return literal("null", Kind::kNull);
      default:
        if (*at_ == '-' || is_digit(*at_)) return number();
        return fail("expected a value but found " + found(), hint_for_value());
    }
  }

  const Node* literal(std::string_view word, Kind kind) {
    if (std::strncmp(at_, word.data(), word.size()) != 0) {
      return fail("expected a value but found " + found(), "");
    }
    const base::Position position = here();
    at_ += word.size();
    return builder_.scalar(kind, word, position);
  }

  const Node* number() {
    const base::Position position = here();
    const char* begin = at_;
    Kind kind = Kind::kInteger;
    if (*at_ == '-') ++at_;
    if (*at_ == '0') {
      ++at_;
      if (is_digit(*at_)) return fail("a number cannot begin with 0", "");
    } else if (!digits()) {
      return nullptr;
    }
    if (*at_ == '.') {
      kind = Kind::kFloat;
      ++at_;
      if (!digits()) return nullptr;
    }
    if (*at_ == 'e' || *at_ == 'E') {
      kind = Kind::kFloat;
      ++at_;
      if (*at_ == '+' || *at_ == '-') ++at_;
      if (!digits()) return nullptr;
    }
    return builder_.scalar(kind, {begin, static_cast<std::size_t>(at_ - begin)}, position);
  }

  bool digits() {
    if (!is_digit(*at_)) {
      fail("expected a digit but found " + found(), "");
      return false;
    }
    while (is_digit(*at_)) ++at_;
    return true;
  }

  const Node* text() {
    const base::Position position = here();
    std::string_view decoded;
    if (!string(decoded)) return nullptr;
    return builder_.scalar(Kind::kString, decoded, position, true);
  }

  bool string(std::string_view& out) {
    const char* begin = ++at_;
    while (!kStops[static_cast<unsigned char>(*at_)]) ++at_;
    if (*at_ == '"') {
      out = {begin, static_cast<std::size_t>(at_ - begin)};
      ++at_;
      return true;
    }
    scratch_.clear();
    for (;;) {
      scratch_.append(begin, at_);
      if (*at_ == '"') break;
      if (*at_ != '\\') {
        fail(at_ == end_    ? "the string does not end"
             : *at_ == '\n' ? "line break in a string"
                            : "control character in a string",
             at_ == end_ || *at_ == '\n' ? "close the string with a quotation mark" : "escape it");
        return false;
      }
      if (!escape()) return false;
      begin = at_;
      while (!kStops[static_cast<unsigned char>(*at_)]) ++at_;
    }
    ++at_;
    out = builder_.keep(scratch_);
    return true;
  }

  bool escape() {
    switch (at_[1]) {
      case '"':
        scratch_ += '"';
        break;
      case '\\':
        scratch_ += '\\';
        break;
      case '/':
        scratch_ += '/';
        break;
      case 'b':
        scratch_ += '\b';
        break;
      case 'f':
        scratch_ += '\f';
        break;
      case 'n':
        scratch_ += '\n';
        break;
      case 'r':
        scratch_ += '\r';
        break;
      case 't':
        scratch_ += '\t';
        break;
      case 'u':
        return unicode_escape();
      default:
        fail("unknown escape in a string", R"(a backslash is written as \\)");
        return false;
    }
    at_ += 2;
    return true;
  }

  bool unicode_escape() {
    int unit = hex4(at_ + 2);
    if (unit < 0) {
      fail(R"(\u needs four hexadecimal digits)", "");
      return false;
    }
    const char* next = at_ + 6;
    auto code_point = static_cast<char32_t>(unit);
    if (unit >= 0xD800 && unit <= 0xDFFF) {
      const int low = unit < 0xDC00 && next[0] == '\\' && next[1] == 'u' ? hex4(next + 2) : -1;
      if (low < 0xDC00 || low > 0xDFFF) {
        fail("half a surrogate pair in a string", R"(write both halves, such as \ud83d\ude00)");
        return false;
      }
      code_point = static_cast<char32_t>(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
      next += 6;
    }
    base::append_utf8(scratch_, code_point);
    at_ = next;
    return true;
  }

  /// Stops at the NUL behind the text like everything else.
  static int hex4(const char* at) {
    int value = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = base::hex_digit(at[i]);
      if (digit < 0) return -1;
      value = value << 4 | digit;
    }
    return value;
  }

  bool enter(std::size_t depth) {
    if (depth <= limits_.nesting) return true;
    error_ = nesting_error(limits_.nesting, here());
    return false;
  }

  const Node* array(std::size_t depth) {
    if (!enter(depth)) return nullptr;
    const base::Position position = here();
    const std::size_t first = items_.size();
    ++at_;
    skip_space();
    if (*at_ == ']') {
      ++at_;
      return builder_.array({}, position);
    }
    for (;;) {
      const Node* item = value(depth + 1);
      if (item == nullptr) return nullptr;
      items_.push_back(item);
      skip_space();
      if (*at_ == ']') break;
      if (*at_ != ',') return fail_in(position, "',' or ']'");
      ++at_;
      skip_space();
    }
    ++at_;
    const Node* node =
        builder_.array(std::span<const Node* const>(items_).subspan(first), position);
    items_.resize(first);
    return node;
  }

  const Node* object(std::size_t depth) {
    if (!enter(depth)) return nullptr;
    const base::Position position = here();
    const std::size_t first = members_.size();
    ++at_;
    skip_space();
    if (*at_ == '}') {
      ++at_;
      return builder_.object({}, position);
    }
    for (;;) {
      if (*at_ != '"') {
        return fail("expected a key in quotation marks but found " + found(), hint_for_key());
      }
      Member member{.key = {}, .key_position = here(), .value = nullptr};
      if (!string(member.key)) return nullptr;
      skip_space();
      if (*at_ != ':') return fail("expected ':' but found " + found(), "");
      ++at_;
      skip_space();
      member.value = value(depth + 1);
      if (member.value == nullptr) return nullptr;
      members_.push_back(member);
      skip_space();
      if (*at_ == '}') break;
      if (*at_ != ',') return fail_in(position, "',' or '}'");
      ++at_;
      skip_space();
    }
    ++at_;
    const Node* node = builder_.object(std::span(members_).subspan(first), position);
    members_.resize(first);
    return node;
  }

  TreeBuilder& builder_;
  const ParseLimits& limits_;
  const char* at_;
  const char* end_;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;  ///< of `counted_`
  const char* counted_;
  std::size_t nodes_ = 0;
  /// What the open containers collected so far; each one's share begins where it was opened.
  std::vector<const Node*> items_;
  std::vector<Member> members_;
  std::string scratch_;
  SyntaxError error_;
};

}  // namespace

std::expected<const Node*, SyntaxError> read_json(TreeBuilder& builder, std::string_view text,
                                                  const ParseLimits& limits) {
  return JsonReader(builder, text, limits).read();
}

}  // namespace barbacane::spec

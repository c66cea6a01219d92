#include "barbacane/json.h"

#include <cstring>

#include "barbacane/text.h"

namespace barbacane::plugin::json {

namespace {

int hex(char c) {
  if (is_digit(c)) return c - '0';
  c = to_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The number in the four digits at the begin of `text`; -1 when there are none.
std::int32_t code_unit(std::string_view text) {
  if (text.size() < 4) return -1;
  std::int32_t code = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex(text[static_cast<std::size_t>(i)]);
    if (digit < 0) return -1;
    code = code << 4 | digit;
  }
  return code;
}

}  // namespace

// An escape is never shorter than what it stands for, so `out` never runs over.
std::size_t unescape(std::string_view raw, char* out) {
  char* const begin = out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      *out++ = raw[i];
      continue;
    }
    const char c = raw[++i];
    constexpr std::string_view kLetters = "bfnrt";
    if (const auto letter = kLetters.find(c); letter != std::string_view::npos) {
      *out++ = "\b\f\n\r\t"[letter];
      continue;
    }
    std::int32_t code = c == 'u' ? code_unit(raw.substr(i + 1)) : -1;
    if (code < 0) {
      *out++ = c;
      continue;
    }
    i += 4;
    const std::string_view rest = raw.substr(i + 1);
    if (code >= 0xD800 && code < 0xDC00 && rest.starts_with("\\u")) {
      const std::int32_t low = code_unit(rest.substr(2));
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 6;
      }
    }
    out += put_utf8(out, static_cast<std::uint32_t>(code));
  }
  return static_cast<std::size_t>(out - begin);
}

// --- reading
// --------------------------------------------------------------------------------------

/// One pass over the text; a stack of the open arrays and objects instead of recursion, since a
/// module's stack is small and the text is a stranger's.
class Parser {
 public:
  Parser(Document& document, std::string_view text)
      : document_(document), begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  Node* run() {
    Node* root = document_.arena_.make<Node>();
    if (!value(*root)) return nullptr;
    while (depth_ > 0) {
      if (!step()) return nullptr;
    }
    skip_blanks();
    if (at_ != end_) return refuse("one value expected, and nothing behind it"), nullptr;
    return root;
  }

 private:
  struct Level {
    Node* node;
    Node* last;
  };

  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  bool accept(char c) {
    skip_blanks();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool refuse(std::string_view why) {
    if (document_.error_.empty()) document_.error_ = concat(why, " at byte ", at_ - begin_);
    return false;
  }

  /// The next element or member of the innermost open node, or its end.
  bool step() {
    Level& level = levels_[depth_ - 1];
    const bool is_object = level.node->is_object();
    if (accept(is_object ? '}' : ']')) {
      --depth_;
      return true;
    }
    if (level.last != nullptr && !accept(',')) return refuse("a comma expected");
    Node* node = document_.arena_.make<Node>();
    if (is_object) {
      if (!accept('"')) return refuse("a member name expected");
      if (!string(node->raw_name, node->name)) return false;
      if (!accept(':')) return refuse("a colon expected");
    }
    (level.last == nullptr ? level.node->first : level.last->next) = node;
    level.last = node;
    return value(*node);
  }

  bool value(Node& node) {
    skip_blanks();
    if (at_ == end_) return refuse("a value expected");
    switch (*at_) {
      case '{':
        return open(node, Kind::kObject);
      case '[':
        return open(node, Kind::kArray);
      case '"':
        ++at_;
        node.kind = Kind::kString;
        return string(node.raw, node.text);
      case 't':
        return word(node, Kind::kBool, "true");
      case 'f':
        return word(node, Kind::kBool, "false");
      case 'n':
        return word(node, Kind::kNull, "null");
      default:
        return number(node);
    }
  }

  bool open(Node& node, Kind kind) {
    if (depth_ == Document::kMaxDepth) return refuse("nested too deeply");
    ++at_;
    node.kind = kind;
    levels_[depth_++] = {&node, nullptr};
    return true;
  }

  bool word(Node& node, Kind kind, std::string_view text) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(text)) {
      return refuse("a value expected");
    }
    node.kind = kind;
    node.raw = node.text = {at_, text.size()};
    at_ += text.size();
    return true;
  }

  bool digits() {
    const char* first = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != first;
  }
  bool number(Node& node) {
    const char* first = at_;
    if (at_ != end_ && *at_ == '-') ++at_;
    const char* whole = at_;
    if (!digits()) return refuse("a value expected");
    if (*whole == '0' && at_ - whole > 1) return refuse("a number without leading zeros expected");
    if (at_ != end_ && *at_ == '.' && (++at_, !digits())) return refuse("a digit expected");
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!digits()) return refuse("a digit expected");
    }
    node.kind = Kind::kNumber;
    node.raw = node.text = {first, static_cast<std::size_t>(at_ - first)};
    return true;
  }

  /// What stands between the quotes; the first has been read.
  bool string(std::string_view& raw, std::string_view& text) {
    const char* first = at_;
    bool escaped = false;
    for (;;) {
      if (at_ == end_) return refuse("a closing quote expected");
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"') break;
      if (c < 0x20) return refuse("a control character must be escaped");
      if (c == '\\') {
        escaped = true;
        if (!escape()) return false;
      } else if (c < 0x80) {
        ++at_;
      } else {
        const auto length = utf8_sequence_length({at_, static_cast<std::size_t>(end_ - at_)});
        if (length == 0) return refuse("UTF-8 expected");
        at_ += length;
      }
    }
    raw = {first, static_cast<std::size_t>(at_ - first)};
    text = escaped ? decoded(raw) : raw;
    ++at_;
    return true;
  }

  bool escape() {
    ++at_;
    if (at_ == end_) return refuse("an escape expected");
    if (*at_ != 'u') {
      if (std::string_view("\"\\/bfnrt").find(*at_) == std::string_view::npos) {
        return refuse("an escape expected");
      }
      ++at_;
      return true;
    }
    ++at_;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (at_ == end_ || hex(*at_) < 0) return refuse("four hexadecimal digits expected");
    }
    return true;
  }

  std::string_view decoded(std::string_view raw) {
    char* text = document_.arena_.take_text(raw.size());
    return {text, unescape(raw, text)};
  }

  Document& document_;
  const char* begin_;
  const char* at_;
  const char* end_;
  std::size_t depth_ = 0;
  Level levels_[Document::kMaxDepth];
};

bool Document::parse(std::string_view text) {
  arena_.reset();
  error_.clear();
  root_ = Parser(*this, text).run();
  return root_ != nullptr;
}

const Node* Node::find(std::string_view member) const {
  if (!is_object()) return nullptr;
  for (const Node* node = first; node != nullptr; node = node->next) {
    if (node->name == member) return node;
  }
  return nullptr;
}

std::optional<std::string_view> Node::string(std::string_view member) const {
  const Node* node = find(member);
  if (node == nullptr || !node->is_string()) return std::nullopt;
  return node->text;
}

std::optional<std::int64_t> Node::integer() const {
  return is_number() ? parse_integer<std::int64_t>(raw) : std::nullopt;
}

std::size_t Node::size() const {
  std::size_t count = 0;
  for (const Node* node = first; node != nullptr; node = node->next) ++count;
  return count;
}

// --- changing
// -------------------------------------------------------------------------------------

Node* Document::make(Kind kind) {
  Node* node = arena_.make<Node>();
  node->kind = kind;
  return node;
}

Node* Document::make_string(std::string_view text) {
  Node* node = make(Kind::kString);
  std::string escaped;
  append_escaped(escaped, text);
  node->raw = keep(escaped);
  node->text = keep(text);
  return node;
}

Node* Document::make_literal(Kind kind, std::string_view raw) {
  Node* node = make(kind);
  node->raw = node->text = keep(raw);
  return node;
}

void Document::set(Node& object, std::string_view name, Node& value) {
  std::string escaped;
  append_escaped(escaped, name);
  value.name = keep(name);
  value.raw_name = keep(escaped);
  value.next = nullptr;
  bool placed = false;
  Node** link = &object.first;
  while (*link != nullptr) {
    Node* old = *link;
    if (old->name != name) {
      link = &old->next;
    } else if (placed) {
      *link = old->next;
    } else {
      value.next = old->next;
      *link = &value;
      link = &value.next;
      placed = true;
    }
  }
  if (!placed) *link = &value;
}

bool Document::remove(Node& object, std::string_view name) {
  bool found = false;
  for (Node** link = &object.first; *link != nullptr;) {
    if ((*link)->name == name) {
      *link = (*link)->next;
      found = true;
    } else {
      link = &(*link)->next;
    }
  }
  return found;
}

// --- writing
// --------------------------------------------------------------------------------------

void append_text(std::string& out, const Node& node) {
  switch (node.kind) {
    case Kind::kString:
      out.push_back('"');
      out.append(node.raw);
      out.push_back('"');
      return;
    case Kind::kArray:
    case Kind::kObject:
      break;
    default:
      out.append(node.raw.empty() ? std::string_view("null") : node.raw);
      return;
  }
  out.push_back(node.is_array() ? '[' : '{');
  for (const Node* child = node.first; child != nullptr; child = child->next) {
    if (child != node.first) out.push_back(',');
    if (node.is_object()) {
      out.push_back('"');
      out.append(child->raw_name);
      out.append("\":");
    }
    append_text(out, *child);
  }
  out.push_back(node.is_array() ? ']' : '}');
}

std::string Document::text() const {
  std::string out;
  if (root_ != nullptr) append_text(out, *root_);
  return out;
}

namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = kOnes * 0x80;

constexpr std::uint64_t has_byte(std::uint64_t bytes, unsigned char c) {
  const std::uint64_t difference = bytes ^ (kOnes * c);
  return (difference - kOnes) & ~difference & kHighs;
}

/// How many bytes at the begin stand in a JSON string as they are, without looking closer; eight
/// bytes are tested at a time.
std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    const std::uint64_t controls = (bytes - kOnes * 0x20) & ~bytes & kHighs;
    const std::uint64_t special = controls | (bytes & kHighs) | has_byte(bytes, '"') |
                                  has_byte(bytes, '\\') | has_byte(bytes, 0x7F);
    if (special != 0) break;
  }
  for (; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') break;
  }
  return at;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    const char c = text.front();
    std::size_t taken = 1;
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      constexpr std::string_view kShort = "\b\f\n\r\t";
      const auto letter = kShort.find(c);
      out.push_back('\\');
      if (letter != std::string_view::npos) {
        out.push_back("bfnrt"[letter]);
      } else {
        out.append("u00");
        out.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
        out.push_back(kDigits[c & 15]);
      }
    } else if (const std::size_t length = utf8_sequence_length(text); length != 0) {
      out.append(text.substr(0, length));
      taken = length;
    } else {
      out.append("\xEF\xBF\xBD");
    }
    text.remove_prefix(taken);
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  append_escaped(out, text);
  out.push_back('"');
}

void Writer::separate() {
  if (!first_) out_.push_back(',');
  first_ = false;
}

Writer& Writer::open(char bracket) {
  separate();
  out_.push_back(bracket);
  first_ = true;
  return *this;
}

Writer& Writer::close(char bracket) {
  out_.push_back(bracket);
  first_ = false;
  return *this;
}

Writer& Writer::member(std::string_view name) {
  separate();
  append_quoted(out_, name);
  out_.push_back(':');
  first_ = true;
  return *this;
}

Writer& Writer::string(std::string_view text) {
  separate();
  append_quoted(out_, text);
  return *this;
}

Writer& Writer::integer(std::int64_t number) {
  separate();
  append_integer(out_, number);
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  separate();
  out_.append(json);
  return *this;
}

// --- pointers (RFC 6901)
// --------------------------------------------------------------------------

std::optional<Pointer> Pointer::parse(std::string_view text) {
  if (!text.empty() && text.front() != '/') return std::nullopt;
  Pointer pointer;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') ++pointer.count_;
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) {
      return std::nullopt;
    }
  }
  pointer.text_ = text;
  return pointer;
}

std::string Pointer::token(std::size_t i) const {
  std::string_view rest = text_;
  for (; i > 0; --i) rest.remove_prefix(rest.find('/', 1));
  rest.remove_prefix(1);
  rest = rest.substr(0, rest.find('/'));
  std::string out;
  for (std::size_t k = 0; k < rest.size(); ++k) {
    out.push_back(rest[k] != '~' ? rest[k] : rest[++k] == '0' ? '~' : '/');
  }
  return out;
}

std::optional<std::size_t> array_index(std::string_view token) {
  if (token.empty() || (token.size() > 1 && token.front() == '0')) return std::nullopt;
  return parse_integer<std::uint32_t>(token);
}

Node* child(Node& node, std::string_view token) {
  if (node.is_object()) return node.find(token);
  const auto index = node.is_array() ? array_index(token) : std::nullopt;
  if (!index) return nullptr;
  Node* element = node.first;
  for (std::size_t i = 0; i < *index && element != nullptr; ++i) element = element->next;
  return element;
}

}  // namespace barbacane::plugin::json

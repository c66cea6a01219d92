#include "schema/detail/tape_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "schema/detail/json_hash.h"
#include "schema/detail/json_names.h"
#include "schema/detail/json_string.h"
#include "schema/detail/number_scan.h"

namespace barbacane::schema::detail {
namespace {

using Node = Value::Node;
using ErrorKind = JsonError::Kind;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The pass over the tokens. `at_` stands on the next token throughout; every function that reads
/// something returns whether it was well-formed, and leaves the error behind when it was not.
class Reader {
 public:
  Reader(std::string_view text, std::span<const std::uint32_t> offsets, const JsonOptions& options,
         TapeStore& store)
      : text_(text.data()),
        text_end_(text.data() + text.size()),
        escape_(text_),
        first_(offsets.data()),
        at_(offsets.data()),
        end_(offsets.data() + offsets.size()),
        max_depth_(options.max_depth),
        repeated_(options.repeated == JsonOptions::RepeatedNames::kRefuse ? Repeated::kReport
                                                                          : Repeated::kMarkEarlier),
        store_(store) {
    // Every value and name takes a token, and all but the first of a closed container another for
    // its comma or colon. What is still open has no end yet.
    const std::size_t tokens = offsets.size();
    const std::size_t most = (tokens + std::min(tokens, max_depth_)) / 2 + 4;
    if (store.nodes.size() < most) {
      const std::size_t wanted = std::max(most, store.nodes.size() + store.nodes.size() / 2);
      store.nodes.clear();
      store.nodes.resize(wanted);
    }
    node_ = store.nodes.data();
    seek_escape(text_);
  }

  bool read() {
    for (;;) {
      if (store_.depth > 0 && !begin_item(innermost())) return false;
      bool opened = false;
      if (!read_value(opened)) return false;
      if (opened) continue;
      // A value has ended, and maybe what it is in.
      for (;;) {
        if (store_.depth == 0) return at_ == end_ || refuse("expected the end of the text");
        OpenContainer& container = innermost();
        const char c = look();
        if (c == ',') {
          ++at_;
          break;
        }
        if (c != container.closer)
          return refuse(container.closer == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
        ++at_;
        if (!close(container)) return false;
      }
    }
  }

  std::size_t used() const { return node_ - store_.nodes.data(); }
  bool marked() const { return marked_; }
  JsonError error() { return std::move(error_); }

 private:
  OpenContainer& innermost() { return store_.open[store_.depth - 1]; }

  char look() const { return at_ == end_ ? '\0' : text_[*at_]; }

  /// Also where the last token ends, as the size of the text stands behind the offsets.
  const char* next_token() const { return text_ + at_[1]; }

  /// Field by field: a node that is put together elsewhere and copied costs more than all the rest.
  Node& put(Kind kind, const char* text, std::size_t size) {
    Node& node = *node_++;
    node.text = text;
    node.size = static_cast<std::uint32_t>(size);
    node.extent = 1;
    node.hash = 0;
    node.kind = kind;
    node.opaque = false;
    node.known = Node::Known::kNothing;
    return node;
  }

  bool read_value(bool& opened) {
    const char c = look();
    switch (c) {
      case '"':
        return read_string();
      case '{':
      case '[':
        return open(c, opened);
      case 't':
        return read_literal("true", Kind::kTrue);
      case 'f':
        return read_literal("false", Kind::kFalse);
      case 'n':
        return read_literal("null", Kind::kNull);
      default:
        if (c == '-' || is_digit(c)) return read_number();
        return refuse_token("expected a value");
    }
  }

  bool open(char c, bool& opened) {
    if (store_.depth >= max_depth_) return refuse(ErrorKind::kTooDeep, *at_, "");
    const char closer = c == '{' ? '}' : ']';
    OpenContainer& container = store_.push(used(), closer);
    put(c == '{' ? Kind::kObject : Kind::kArray, nullptr, 0);
    ++at_;
    if (look() == closer) {
      ++at_;
      return close(container);
    }
    return opened = true;
  }

  /// What precedes a value in a container: of objects a name.
  bool begin_item(OpenContainer& container) {
    ++container.size;
    return container.closer == ']' || read_name(container);
  }

  bool close(OpenContainer& container) {
    Node& node = store_.nodes[container.node];
    node.size = container.size;
    node.extent = static_cast<std::uint32_t>(used() - container.node);
    --store_.depth;
    if (container.closer == '}' && container.size > kSmallObject) [[unlikely]] {
      if (const auto found = find_repeated(store_, container.node, repeated_))
        return repeated_name(*found);
    }
    return true;
  }

  bool read_name(OpenContainer& container) {
    if (look() != '"') return refuse_token("expected a name in quotes");
    Node* name = node_;
    if (!read_string()) return false;
    const std::uint32_t hash = hash_name(name->text, name->size);
    name->hash = hash;
    if (container.size <= kSmallObject) {
      std::uint64_t& word = container.seen[hash / 64 % container.seen.size()];
      const std::uint64_t bit = std::uint64_t{1} << hash % 64;
      if ((word & bit) != 0) [[unlikely]] {
        const auto index = static_cast<std::uint32_t>(name - store_.nodes.data());
        if (find_earlier(store_, container.node, index, repeated_) && !repeated_name(index))
          return false;
      }
      word |= bit;
    }
    if (look() != ':') return refuse("expected ':'");
    ++at_;
    return true;
  }

  bool read_string() {
    const char* begin = text_ + *at_ + 1;
    // The first stage closed it, and what follows the quote at once is a token of its own.
    const char* close = next_token() - 1;
    while (*close != '"') --close;
    if (close < begin) return refuse("a string that is not closed");
    Node& node = put(Kind::kString, begin, close - begin);
    if (close > escape_ && !decode(node)) [[unlikely]]
      return false;
    ++at_;
    return true;
  }

  /// A string with an escape in it. `escape_` is always the next backslash, so that strings without
  /// one are not looked at.
  bool decode(Node& node) {
    if (decoded_ == nullptr) decoded_ = store_.texts.allocate(text_end_ - node.text);
    const Unescaped result = unescape({node.text, node.size}, decoded_);
    if (result.end == nullptr) {
      const std::size_t offset = result.flaw - text_;
      return result.lone_surrogate ? refuse(ErrorKind::kEncoding, offset, "a lone surrogate")
                                   : refuse(ErrorKind::kSyntax, offset, "an unknown escape");
    }
    seek_escape(node.text + node.size);
    node.text = decoded_;
    node.size = static_cast<std::uint32_t>(result.end - decoded_);
    decoded_ = result.end;
    return true;
  }

  void seek_escape(const char* from) {
    const void* found = std::memchr(from, '\\', text_end_ - from);
    escape_ = found ? static_cast<const char*>(found) : text_end_;
  }

  bool read_literal(std::string_view literal, Kind kind) {
    const char* begin = text_ + *at_;
    if (static_cast<std::size_t>(next_token() - begin) < literal.size() ||
        std::memcmp(begin, literal.data(), literal.size()) != 0 || !ends_at(begin + literal.size()))
      return refuse("expected a value");
    put(kind, nullptr, 0);
    ++at_;
    return true;
  }

  bool read_number() {
    const char* begin = text_ + *at_;
    const char* end = scan_number(begin, next_token());
    if (end == nullptr || !ends_at(end)) return refuse("malformed number");
    note_size(put(Kind::kNumber, begin, end - begin));
    ++at_;
    return true;
  }

  bool ends_at(const char* end) const { return end == next_token() || is_space(*end); }

  /// What should not be here: two mistakes are so common that they are called by their names.
  bool refuse_token(std::string_view expected) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    const bool closes = look() == '}' || look() == ']';
    if (closes && at_ != first_ && text_[at_[-1]] == ',') {
      return refuse(ErrorKind::kSyntax, at_[-1], "a trailing comma");
    }
    if (std::string_view(text_, text_end_ - text_).starts_with(kByteOrderMark) && at_ == first_) {
      return refuse("a byte order mark");
    }
    return refuse(expected);
  }

  bool refuse(std::string_view what) {
    return refuse(ErrorKind::kSyntax, at_ == end_ ? text_end_ - text_ : *at_, what);
  }

  bool refuse(ErrorKind kind, std::size_t offset, std::string_view what) {
    error_ = {.kind = kind, .offset = offset, .what = what};
    return false;
  }

  bool repeated_name(std::uint32_t index) {
    if (repeated_ == Repeated::kMarkEarlier) return marked_ = true;
    const Node& name = store_.nodes[index];
    refuse(ErrorKind::kRepeatedName, offset_of(index), "");
    error_.name.assign(name.text, name.size);
    return false;
  }

  /// Nodes do not know where they were read; but they came in the order of their tokens.
  std::size_t offset_of(std::uint32_t index) const {
    const std::uint32_t* token = first_;
    for (;; ++token) {
      if (std::strchr(",:]}", text_[*token]) != nullptr) continue;
      if (index-- == 0) return *token;
    }
  }

  const char* const text_;
  const char* const text_end_;
  const char* escape_;
  const std::uint32_t* const first_;
  const std::uint32_t* at_;
  const std::uint32_t* const end_;
  Node* node_ = nullptr;
  char* decoded_ = nullptr;
  const std::size_t max_depth_;
  const Repeated repeated_;
  TapeStore& store_;
  bool marked_ = false;
  JsonError error_;
};

}  // namespace

std::expected<void, JsonError> read_tape(std::string_view text,
                                         std::span<const std::uint32_t> offsets,
                                         const JsonOptions& options, TapeStore& store) {
  store.clear();
  Reader reader(text, offsets, options, store);
  if (!reader.read()) return std::unexpected(reader.error());
  store.used = reader.used();
  if (reader.marked()) drop_marked(store);
  return {};
}

}  // namespace barbacane::schema::detail

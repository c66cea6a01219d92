#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "barbacane/detail/arena.h"

/// JSON (RFC 8259): a tree to read and change, and a writer.
///
///     json::Document document;
///     if (!document.parse(text)) return document.error();
///     if (const json::Node* name = document.root()->find("name")) use(name->text);
///
/// Reading is strict (UTF-8, no trailing commas, no NaN). A tree keeps what it does not understand:
/// the order of members, the text of numbers and the escapes of strings come out as they went in.
namespace barbacane::plugin::json {

enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

/// One value. Its views point into the parsed text or into the document.
struct Node {
  Kind kind = Kind::kNull;
  std::string_view raw;       ///< a scalar as it stands in JSON; of a string what is between quotes
  std::string_view text;      ///< of a string without escapes; of a number or `true` as written
  std::string_view name;      ///< of a member of an object, without escapes
  std::string_view raw_name;  ///< the same with them
  Node* first = nullptr;      ///< element or member
  Node* next = nullptr;       ///< in the same array or object

  bool is_null() const { return kind == Kind::kNull; }
  bool is_bool() const { return kind == Kind::kBool; }
  bool is_number() const { return kind == Kind::kNumber; }
  bool is_string() const { return kind == Kind::kString; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_object() const { return kind == Kind::kObject; }
  bool is_true() const { return is_bool() && raw.size() == 4; }

  /// The first member of that name.
  const Node* find(std::string_view member) const;
  Node* find(std::string_view member) {
    return const_cast<Node*>(static_cast<const Node*>(this)->find(member));
  }
  /// The text of the member that is a string, else nothing.
  std::optional<std::string_view> string(std::string_view member) const;
  /// A number without fraction and exponent that fits.
  std::optional<std::int64_t> integer() const;
  std::size_t size() const;  ///< number of elements or members
};

class Document {
 public:
  /// How deep arrays and objects may lie in each other.
  static constexpr std::size_t kMaxDepth = 256;

  /// `text` must live as long as the document. False and an `error()` when it is not one value.
  bool parse(std::string_view text);
  const std::string& error() const { return error_; }
  Node* root() { return root_; }
  const Node* root() const { return root_; }

  Node* make(Kind kind);
  Node* make_string(std::string_view text);
  /// A scalar by its JSON text, which is copied: a number, `true`, `false` or `null`.
  Node* make_literal(Kind kind, std::string_view raw);
  /// Puts a value behind the members (or replaces the first of that name, and drops others).
  void set(Node& object, std::string_view name, Node& value);
  static bool remove(Node& object, std::string_view name);
  void set_root(Node& node) { root_ = &node; }
  std::string_view keep(std::string_view text) { return arena_.copy(text); }

  std::string text() const;

 private:
  friend class Parser;

  detail::Arena arena_;
  Node* root_ = nullptr;
  std::string error_;
};

void append_text(std::string& out, const Node& node);

/// Where RFC 6901 points: `find` for reading, `parse_pointer` once for what a config says.
struct Pointer {
  static std::optional<Pointer> parse(std::string_view text);
  std::size_t count() const { return count_; }
  /// The i-th token without its escapes.
  std::string token(std::size_t i) const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

/// Index of an array element (RFC 6901: no leading zeros).
std::optional<std::size_t> array_index(std::string_view token);
Node* child(Node& node, std::string_view token);

/// What stands between the quotes of a JSON string, without its escapes; half a surrogate pair
/// becomes U+FFFD. `out` has room for as many bytes as `raw`; returns how many there are.
std::size_t unescape(std::string_view raw, char* out);

/// Appends `text` for the inside of a JSON string; bytes that are not UTF-8 become U+FFFD.
void append_escaped(std::string& out, std::string_view text);
void append_quoted(std::string& out, std::string_view text);

/// Writes one JSON value into a text; commas come by themselves.
///
///     json::Writer(out).begin_object().member("status").integer(403).end_object();
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  Writer& member(std::string_view name);
  Writer& string(std::string_view text);
  Writer& integer(std::int64_t number);
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  /// A value that is JSON already.
  Writer& raw(std::string_view json);

 private:
  void separate();
  Writer& open(char bracket);
  Writer& close(char bracket);

  std::string& out_;
  bool first_ = true;
};

}  // namespace barbacane::plugin::json

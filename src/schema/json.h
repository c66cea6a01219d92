#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// JSON values laid out flat for validation.
///
/// A `Tape` holds one document as an array of nodes in reading order; a `Value` is a cursor into
/// it. simdjson finds the structure and checks the encoding, the tape is ours: simdjson's own
/// document cannot hold a number beyond 64 bits or `1e400`, rounds fractions, and lets repeated
/// names through, and a validator must be exact about all of them. Numbers stay as they were
/// written (`number.h` compares them); strings are decoded; every member name has its hash.
///
/// A tape is meant to be reused: after the first few documents reading allocates nothing. The text
/// must outlive what was read from it; values hold until the tape is used again. A tape belongs to
/// one thread, values may be read from any. RFC 8259, strictly, and RFC 7493 where it forbids
/// repeated names and lone surrogates.
namespace barbacane::schema {

enum class Kind : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

/// Of member names; the same function for texts and schemas. Not for anything a client must not be
/// able to make collide.
std::uint32_t name_hash(std::string_view name);

class Value {
 public:
  /// One value on the tape; containers are followed by what is in them.
  struct Node {
    const char* text = nullptr;  ///< of strings (decoded), names and numbers (as written)
    std::uint32_t size = 0;      ///< bytes of text; elements of arrays; members of objects
    std::uint32_t extent = 1;    ///< nodes of this value, itself included
    std::uint32_t hash = 0;      ///< of member names; of numbers `floor`
    Kind kind = Kind::kNull;
    bool opaque = false;
    /// What is known of a number without looking at its text, which settles most questions about
    /// numbers: those with at most nine digits before the point and no exponent.
    enum class Known : std::uint8_t { kNothing, kWhole, kFraction } known = Known::kNothing;

    /// Of numbers of which something is known: the greatest integer that is not above.
    std::int32_t floor() const { return static_cast<std::int32_t>(hash); }
    std::int32_t ceiling() const { return floor() + (known == Known::kFraction ? 1 : 0); }
  };

  Value() = default;
  explicit Value(const Node* node) : node_(node) {}
  explicit operator bool() const { return node_ != nullptr; }

  Kind kind() const { return node_->kind; }
  bool is_object() const { return kind() == Kind::kObject; }
  bool is_array() const { return kind() == Kind::kArray; }
  bool is_string() const { return kind() == Kind::kString; }
  bool is_number() const { return kind() == Kind::kNumber; }

  /// Of strings: decoded text. Of numbers: the literal.
  std::string_view text() const { return {node_->text, node_->size}; }
  /// A string whose content is not at hand (a part of a multipart body that went to a file): it is
  /// of type string and has a length in bytes, nothing else about it can be asked.
  bool is_opaque() const { return node_->opaque; }
  /// Elements or members; bytes of text of anything else.
  std::size_t size() const { return node_->size; }

  class Elements;
  class Members;
  Elements elements() const;  ///< of arrays
  Members members() const;    ///< of objects, in order
  /// A member's value; empty when there is none. Looks through all of them.
  std::optional<Value> find(std::string_view name) const;

  const Node* node() const { return node_; }

 private:
  const Node* node_ = nullptr;
};

struct Member {
  Value key;  ///< a string node with its hash
  Value value;
  std::string_view name() const { return key.text(); }
};

class Value::Elements {
 public:
  struct Iterator {
    const Node* node;
    std::uint32_t left;
    Value operator*() const { return Value(node); }
    Iterator& operator++() {
      node += node->extent;
      --left;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return left != other.left; }
  };
  explicit Elements(const Node* node) : node_(node) {}
  Iterator begin() const { return {node_ + 1, node_->size}; }
  Iterator end() const { return {nullptr, 0}; }

 private:
  const Node* node_;
};

class Value::Members {
 public:
  struct Iterator {
    const Node* node;
    std::uint32_t left;
    Member operator*() const { return {Value(node), Value(node + 1)}; }
    Iterator& operator++() {
      node += 1 + node[1].extent;
      --left;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return left != other.left; }
  };
  explicit Members(const Node* node) : node_(node) {}
  Iterator begin() const { return {node_ + 1, node_->size}; }
  Iterator end() const { return {nullptr, 0}; }

 private:
  const Node* node_;
};

inline Value::Elements Value::elements() const { return Elements(node_); }
inline Value::Members Value::members() const { return Members(node_); }

/// Why a text is not a JSON document we take.
struct JsonError {
  enum class Kind : std::uint8_t {
    kEmpty,  ///< nothing but white space
    kSyntax,
    kEncoding,  ///< not UTF-8, or a lone surrogate
    kTooDeep,
    kRepeatedName,
    kTooLarge,  ///< beyond 4 GiB, or out of memory
  } kind = Kind::kSyntax;
  std::size_t offset = 0;      ///< in bytes, of the offending token
  std::string name = {};       ///< of kRepeatedName
  std::string_view what = {};  ///< a constant phrase such as `expected ',' or '}'`; may be empty
};

/// One sentence without a full stop: `expected ',' or '}' at byte 17`.
std::string describe(const JsonError& error);

struct JsonOptions {
  std::size_t max_depth = 128;  ///< open arrays and objects
  enum class RepeatedNames : std::uint8_t { kRefuse, kLastWins } repeated = RepeatedNames::kRefuse;
};

class Tape {
 public:
  Tape();
  ~Tape();
  Tape(Tape&&) noexcept;
  Tape& operator=(Tape&&) noexcept;

  /// Reads one document; what was on the tape before is gone. The text needs no padding.
  std::expected<Value, JsonError> read(std::string_view text, const JsonOptions& options = {});

  /// Building by hand, for values that do not come from JSON text. `begin` starts over; every
  /// `open_…` needs its `close`; `name` comes before each value in an object. Texts are borrowed
  /// and outlive the values. Depth is the caller's business.
  void begin();
  void open_array();
  void open_object();
  void close();
  void name(std::string_view name);
  void string(std::string_view text);
  void number(std::string_view literal);
  void boolean(bool value);
  void null();
  void opaque(std::size_t bytes);
  /// A value copied from another tape, whose texts stay borrowed.
  void copy(Value value);
  /// What was built; the tape must be at its top level and hold one value.
  Value built() const;

  /// Room for text that values refer to and that stands nowhere else (decoded parameters). Lives
  /// until `begin` or `read`.
  char* allocate_text(std::size_t bytes);

  /// Gives back what a single huge document made it take.
  void shrink(std::size_t keep_bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The value as compact JSON, for messages and tests.
void append_json(std::string& out, Value value);

}  // namespace barbacane::schema

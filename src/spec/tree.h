#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/diagnostic.h"

/// A parsed YAML or JSON document that remembers where everything stood.
///
/// One tree for both syntaxes (compiler contract, section 1): mappings with text keys, sequences,
/// scalars typed by the YAML 1.2 core schema. Every key and every value knows its line and column.
/// Aliases share the node of their anchor, so the tree is a DAG without cycles; positions are those
/// of the anchor. Nodes live in the arena of their `Document` and are immutable; views and pointers
/// hold as long as that document. Safe to read from any thread.
namespace barbacane::spec {

enum class Kind : std::uint8_t { kNull, kBool, kInteger, kFloat, kString, kArray, kObject };

class Node;

struct Member {
  std::string_view key;
  base::Position key_position;
  const Node* value;
};

class Node {
 public:
  Kind kind() const { return kind_; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_object() const { return kind_ == Kind::kObject; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_number() const { return kind_ == Kind::kInteger || kind_ == Kind::kFloat; }

  /// Where the value begins. For an object or array: its first token.
  base::Position position() const { return position_; }

  /// Strings: the decoded text. Numbers: a valid JSON number literal, exact (`0x1F` became `31`,
  /// `+1` became `1`, `.5` became `0.5`). `.inf` and `.nan` have no JSON form and are strings.
  /// Booleans: `true` or `false`. Null: `null`. Containers: empty.
  std::string_view text() const {
    return is_container() ? std::string_view()
                          : std::string_view(static_cast<const char*>(data_), size_);
  }
  bool is_true() const { return kind_ == Kind::kBool && size_ == 4; }
  /// Stood in quotes, so that it is two characters longer in the source.
  bool is_quoted() const { return quoted_; }

  std::span<const Node* const> items() const {
    return is_array() ? std::span(static_cast<const Node* const*>(data_), size_)
                      : std::span<const Node* const>();
  }

  /// In source order, without duplicates (the last one won), merge keys applied.
  std::span<const Member> members() const {
    return is_object() ? std::span(static_cast<const Member*>(data_), size_)
                       : std::span<const Member>();
  }

  /// The member's value, or null. Also null on anything but an object.
  const Node* find(std::string_view key) const;
  const Member* find_member(std::string_view key) const;

 private:
  friend class TreeBuilder;
  bool is_container() const { return is_array() || is_object(); }

  // A big description has a million nodes: one pointer serves text, items and members.
  Kind kind_ = Kind::kNull;
  bool quoted_ = false;
  base::Position position_;
  std::uint32_t size_ = 0;
  const void* data_ = nullptr;
  /// `size_` indexes into the members sorted by key, for objects too wide to scan; null otherwise.
  const std::uint32_t* by_key_ = nullptr;
};

}  // namespace barbacane::spec

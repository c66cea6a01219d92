#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <barbacane/config.h>
#include <barbacane/json.h>

/// What the two transformers do to bodies that are JSON: remove, then rename, then add, at places
/// given by JSON Pointers (RFC 6901). What is not touched keeps its order and its digits.
namespace transform {

using namespace barbacane::plugin;

inline std::string must_be_pointer(const std::string& text) {
  const auto pointer = json::Pointer::parse(text);
  return pointer && pointer->count() > 0 ? std::string()
                                         : "must be a JSON Pointer as /member/0/name";
}

inline std::string must_have_pointers(const Map<std::string>& map) {
  for (const auto& [pointer, value] : map) {
    if (!must_be_pointer(pointer).empty()) {
      return concat("has a member '", pointer, "', which is no JSON Pointer as /member/0/name");
    }
  }
  return {};
}

struct BodyChanges {
  std::vector<std::string> remove;
  Map<std::string> rename, add;

  void bind(Fields& fields) {
    fields.optional("remove", remove, each(must_be_pointer));
    fields.optional("rename", rename, must_have_pointers, each(must_be_pointer));
    fields.optional("add", add, must_have_pointers);
  }
  bool empty() const { return remove.empty() && rename.empty() && add.empty(); }
};

/// A document while it is changed.
class Body {
 public:
  /// False for what is no JSON.
  bool parse(std::string_view text) { return document_.parse(text); }
  bool is_changed() const { return changed_; }
  std::string text() const { return document_.text(); }

  /// Takes the value out; nothing where the pointer leads nowhere.
  json::Node* take(std::string_view pointer) {
    const Place place = find(pointer, Missing::kLeave);
    json::Node* node = place.parent ? json::child(*place.parent, place.token) : nullptr;
    if (node == nullptr) return nullptr;
    unlink(*place.parent, *node);
    node->next = nullptr;
    changed_ = true;
    return node;
  }

  bool has(std::string_view pointer) {
    const Place place = find(pointer, Missing::kLeave);
    return place.parent != nullptr && json::child(*place.parent, place.token) != nullptr;
  }

  /// In place of what is there, or new; makes the objects on the way. In an array an index one
  /// behind the last, or `-`, appends. Where a scalar is in the way nothing happens.
  void put(std::string_view pointer, json::Node& value) {
    const Place place = find(pointer, Missing::kMake);
    if (place.parent == nullptr) return;
    if (place.parent->is_object()) {
      document_.set(*place.parent, place.token, value);
      changed_ = true;
    } else if (place.parent->is_array()) {
      changed_ = put_element(*place.parent, place.token, value) || changed_;
    }
  }

  json::Node& string(std::string_view text) { return *document_.make_string(text); }
  /// A number, `true`, `false` or `null` where the text is exactly that, else a string.
  json::Node& scalar(std::string_view text) {
    json::Document parsed;
    if (parsed.parse(text) && parsed.root()->raw == text && !parsed.root()->is_string()) {
      return *document_.make_literal(parsed.root()->kind, text);
    }
    return string(text);
  }

 private:
  enum class Missing { kLeave, kMake };
  struct Place {
    json::Node* parent;
    std::string token;
  };

  Place find(std::string_view text, Missing missing) {
    const auto pointer = json::Pointer::parse(text);
    json::Node* node = document_.root();
    for (std::size_t i = 0; i + 1 < pointer->count(); ++i) {
      const std::string token = pointer->token(i);
      json::Node* next = json::child(*node, token);
      if (next == nullptr && missing == Missing::kMake && node->is_object()) {
        next = document_.make(json::Kind::kObject);
        document_.set(*node, token, *next);
        changed_ = true;
      }
      if (next == nullptr) return {nullptr, {}};
      node = next;
    }
    return {node, pointer->token(pointer->count() - 1)};
  }

  static void unlink(json::Node& parent, const json::Node& node) {
    json::Node** link = &parent.first;
    while (*link != nullptr && *link != &node) link = &(*link)->next;
    if (*link != nullptr) *link = node.next;
    // Others of the same name would come to light, and with them what was to be hidden.
    if (parent.is_object()) json::Document::remove(parent, std::string(node.name));
  }

  static bool put_element(json::Node& array, std::string_view token, json::Node& value) {
    const auto index = json::array_index(token);
    if (!index && token != "-") return false;
    json::Node** link = &array.first;
    for (std::size_t i = 0; *link != nullptr && (!index || i < *index); ++i) link = &(*link)->next;
    if (index && *index > array.size()) return false;
    value.next = *link != nullptr ? (*link)->next : nullptr;
    *link = &value;
    return true;
  }

  json::Document document_;
  bool changed_ = false;
};

/// The changed text; nothing when there is nothing to change or the body is no JSON.
/// `node_for(body, text)` makes the value that a text of the config stands for.
template <class NodeFor>
std::optional<std::string> applied(const BodyChanges& changes, std::string_view text,
                                   NodeFor node_for) {
  Body body;
  if (!body.parse(text)) return std::nullopt;
  for (const std::string& pointer : changes.remove) body.take(pointer);
  for (const auto& [from, to] : changes.rename) {
    if (from == to) continue;
    if (json::Node* node = body.take(from)) body.put(to, *node);
  }
  for (const auto& [pointer, value] : changes.add) body.put(pointer, node_for(body, value));
  return body.is_changed() ? std::optional(body.text()) : std::nullopt;
}

}  // namespace transform

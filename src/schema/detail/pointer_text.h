#pragma once

#include <string>
#include <string_view>

#include "schema/json.h"

/// JSON Pointers as text (RFC 6901).
namespace barbacane::schema::detail {

/// `/` and the token with `~` and `/` escaped.
inline void append_token(std::string& out, std::string_view name) {
  out += '/';
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
}

/// The pointer of a node, found by going down from the root to where it lies. The name of a member
/// stands for the member.
inline std::string pointer_to(const Value::Node* root, const Value::Node* node) {
  std::string out;
  const Value::Node* at = root;
  while (at != node) {
    const Value::Node* child = at + 1;
    if (at->kind == Kind::kObject) {
      while (child + 1 + child[1].extent <= node) child += 1 + child[1].extent;
      append_token(out, Value(child).text());
      if (child == node) return out;
      at = child + 1;
    } else {
      std::size_t index = 0;
      for (; child + child->extent <= node; ++index) child += child->extent;
      append_token(out, std::to_string(index));
      at = child;
    }
  }
  return out;
}

}  // namespace barbacane::schema::detail

#pragma once

#include <string>

#include "base/json_pointer.h"
#include "schema/json.h"

/// JSON Pointers as text (RFC 6901).
namespace barbacane::schema::detail {

/// The pointer of a node, found by going down from the root to where it lies. The name of a member
/// stands for the member.
inline std::string pointer_to(const Value::Node* root, const Value::Node* node) {
  std::string out;
  const Value::Node* at = root;
  while (at != node) {
    const Value::Node* child = at + 1;
    if (at->kind == Kind::kObject) {
      while (child + 1 + child[1].extent <= node) child += 1 + child[1].extent;
      base::append_pointer_token(out, Value(child).text());
      if (child == node) return out;
      at = child + 1;
    } else {
      std::size_t index = 0;
      for (; child + child->extent <= node; ++index) child += child->extent;
      base::append_pointer_token(out, std::to_string(index));
      at = child;
    }
  }
  return out;
}

}  // namespace barbacane::schema::detail

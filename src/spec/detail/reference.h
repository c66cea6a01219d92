#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/tree.h"

/// The text of a `$ref` (RFC 3986, RFC 6901), without looking at any file.
namespace barbacane::spec {

struct Reference {
  std::string uri;       ///< before the `#`, as written
  std::string fragment;  ///< after it, percent-decoded

  /// Begins with a scheme, such as `https:`.
  bool is_absolute_uri() const;
};

Reference split_reference(std::string_view text);

/// `reference`, which has no fragment, seen from `base` (RFC 3986, 5.2).
std::string resolve_uri(std::string_view base, std::string_view reference);

/// The text of an object's `$ref` when it has a string one.
const Node* reference_node(const Node& node);

struct PointerResult {
  const Node* target = nullptr;
  /// On failure: the pointer with the nearest existing name in place of the wrong one; may be
  /// empty.
  std::string suggestion = {};
  /// On failure: the part of the pointer that leads somewhere, and the name that is not there.
  std::string reached = {};
  std::string missing = {};
};

enum class Suggestions { kOff, kOn };

/// Walks a JSON pointer; the empty one is the root.
PointerResult follow_pointer(const Node& root, std::string_view pointer, Suggestions suggestions);

}  // namespace barbacane::spec

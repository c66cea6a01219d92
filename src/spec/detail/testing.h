#pragma once

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spec/document.h"
#include "spec/tree.h"

/// What the tests of this folder share: trees shown as text, and failures shown as text.
namespace barbacane::spec {

inline std::string show(const Node& node) {
  std::string out;
  switch (node.kind()) {
    case Kind::kString:
      return "'" + std::string(node.text()) + "'";
    case Kind::kFloat:
      return std::string(node.text()) + "f";
    case Kind::kArray:
      for (const Node* item : node.items()) out += (out.empty() ? "" : " ") + show(*item);
      return "[" + out + "]";
    case Kind::kObject:
      for (const Member& member : node.members()) {
        out += (out.empty() ? "" : " ") + std::string(member.key) + ":" + show(*member.value);
      }
      return "{" + out + "}";
    default:
      return std::string(node.text());
  }
}

inline std::string show(base::Position position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

/// The parsed document; a failed one fails the test and is empty.
inline std::unique_ptr<Document> parsed(std::string text, const ParseLimits& limits = {}) {
  auto document = parse_document("dir/api.yaml", std::move(text), limits);
  if (!document) {
    ADD_FAILURE() << document.error().message << " at " << show(document.error().place.position);
    return parse_document("empty.yaml", "{}").value();
  }
  return *std::move(document);
}

/// The tree of `v: TEXT` at `v`, which keeps YAML tests to one line.
inline std::string value_of(const std::string& text) {
  const auto document = parsed("v: " + text + "\n");
  const Node* value = document->root().find("v");
  return value == nullptr ? "nothing" : show(*value);
}

/// `LINE:COLUMN MESSAGE` of a text that must not parse.
inline std::string failure_of(std::string text, const ParseLimits& limits = {}) {
  const auto document = parse_document("dir/api.yaml", std::move(text), limits);
  if (document) return "parsed as " + show((*document)->root());
  EXPECT_EQ(document.error().code, "E1002");
  EXPECT_EQ(document.error().location, "api.yaml");
  EXPECT_EQ(document.error().place.file, "dir/api.yaml");
  return show(document.error().place.position) + " " + document.error().message;
}

inline std::string hint_of(std::string text) {
  const auto document = parse_document("api.yaml", std::move(text));
  return document ? "parsed" : document.error().hint;
}

inline std::string repeat(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace barbacane::spec

#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "artifact/artifact.h"
#include "compiler/compiler.h"

/// What the tests of this folder share: specs from few words, and what came of them.
namespace barbacane::compiler::test {

/// An OpenAPI 3.1 document; the text continues behind its `info`.
inline std::string spec(std::string_view rest) {
  return "openapi: \"3.1.0\"\ninfo: {title: Test, version: \"1.0\"}\n" + std::string(rest);
}

/// A document with `GET /a` on the mock dispatcher; `lines` are further lines of the operation.
inline std::string operation(std::string_view lines, std::string_view root = {}) {
  std::string text = spec(std::string(root) +
                          "paths:\n  /a:\n    get:\n      x-barbacane-dispatch: {name: mock}\n");
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    text += "      " + std::string(lines.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return text;
}

inline CompileOutcome compile_one(std::string text, std::string manifest = {}) {
  return compile_texts({std::move(manifest), {{"specs/api.yaml", std::move(text)}}});
}

/// `E1012: message` for everything reported, in order.
inline std::vector<std::string> findings(const CompileOutcome& outcome) {
  std::vector<std::string> all;
  for (const base::Diagnostic& diagnostic : outcome.diagnostics) {
    all.push_back(diagnostic.code + ": " + diagnostic.message);
  }
  return all;
}

inline std::vector<std::string> codes(const CompileOutcome& outcome) {
  std::vector<std::string> all;
  for (const base::Diagnostic& diagnostic : outcome.diagnostics) all.push_back(diagnostic.code);
  return all;
}

/// The artifact, or a failed test and an empty one.
inline artifact::Contents contents(const CompileOutcome& outcome) {
  for (const std::string& finding : findings(outcome)) {
    if (!outcome.ok()) ADD_FAILURE() << finding;
  }
  auto opened = artifact::open(
      outcome.archive,
      {.trusted_public_key = {}, .spec_bytes = artifact::OpenOptions::SpecBytes::kKeep});
  if (!opened) ADD_FAILURE() << opened.error().message;
  return opened ? std::move(*opened) : artifact::Contents{};
}

inline artifact::Operation only_operation(const CompileOutcome& outcome) {
  artifact::Contents all = contents(outcome);
  if (all.routes.operations.size() != 1) {
    ADD_FAILURE() << all.routes.operations.size() << " operations";
    return {};
  }
  return std::move(all.routes.operations.front());
}

}  // namespace barbacane::compiler::test

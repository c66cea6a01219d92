#include "spec/api.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "spec/detail/extraction.h"

namespace barbacane::spec {

namespace {

base::Diagnostic not_an_api(const Document& document) {
  base::Diagnostic diagnostic{.code = "E1001",
                              .message = "not a valid OpenAPI 3.x or AsyncAPI 3.x spec",
                              .location = std::string(document.file()),
                              .place = NodeRef{&document.root(), &document}.place(),
                              .hint = {},
                              .notes = {}};
  const auto at = [&](std::string_view key) -> const Node* {
    const Node* value = document.root().find(key);
    if (value != nullptr) diagnostic.place = NodeRef{value, &document}.place();
    return value;
  };
  for (std::string key : {"openapi", "asyncapi"}) {
    const Node* version = at(key);
    if (version == nullptr) continue;
    const std::string_view text = version->is_number() ? version->text() : "3.1.0";
    diagnostic.hint = "the version is text: write " + key + ": \"" + std::string(text) +
                      (text.find('.') == text.rfind('.') ? ".0\"" : "\"");
    return diagnostic;
  }
  if (at("swagger") != nullptr) {
    diagnostic.hint = "this is a Swagger 2.0 document: convert it to OpenAPI 3.1 first";
    return diagnostic;
  }
  diagnostic.hint = "the document begins with a line such as: openapi: \"3.1.0\"";
  return diagnostic;
}

std::string scalar_text(const Node& node) {
  return node.is_string() || node.is_number() ? std::string(node.text()) : std::string();
}

void read_info(Extraction& extraction, Api& api) {
  const NodeRef root{&api.document->root(), api.document};
  const NodeRef info = Extraction::child(root, "info");
  api.info_version = "0.0.0";
  if (!info || !info->is_object()) {
    const base::SourcePlace place = info ? info.place() : root.place();
    extraction.structure_error("missing 'info' object", place,
                               "add info with a title and a version");
    return;
  }
  const NodeRef title = Extraction::child(info, "title");
  if (title && title->is_string()) {
    api.title = title->text();
  } else {
    extraction.structure_error("missing 'info.title'", (title ? title : info).place(),
                               title ? "the title is text: put it in quotes"
                                     : "add a title to info, such as title: My API");
  }
  if (const NodeRef version = Extraction::child(info, "version")) {
    if (std::string text = scalar_text(*version.node); !text.empty()) api.info_version = text;
  }
}

void read_paths(Extraction& extraction, Api& api) {
  const NodeRef root{&api.document->root(), api.document};
  const NodeRef paths = extraction.target(Extraction::child(root, "paths"));
  for (const Member* member : extraction.sorted_members(paths)) {
    if (member->key.starts_with("x-")) continue;
    extract_path_item(extraction, paths, *member, api.operations);
  }
  std::ranges::sort(api.operations, {}, [](const Operation& operation) {
    return std::tie(operation.path, operation.method, operation.method_place.position.line);
  });
}

}  // namespace

std::string Operation::location() const { return method + " " + path + " in '" + spec_file + "'"; }

ReadResult read_api(Project& project, const Document& document) {
  const Node& root = document.root();
  const auto is_text = [](const Node* node) { return node != nullptr && node->is_string(); };
  const Node* openapi = root.find("openapi");
  const Node* asyncapi = root.find("asyncapi");
  if (!is_text(openapi) && !is_text(asyncapi)) {
    return {.api = std::nullopt, .diagnostics = {not_an_api(document)}};
  }
  const bool is_openapi = is_text(openapi);
  const Node* version = is_openapi ? openapi : asyncapi;

  Extraction extraction(project, document);
  Api api;
  api.kind = is_openapi ? ApiKind::kOpenApi : ApiKind::kAsyncApi;
  api.document = &document;
  api.version = version->text();
  if (!api.version.starts_with("3.")) {
    extraction.structure_error("unsupported " + std::string(is_openapi ? "OpenAPI" : "AsyncAPI") +
                                   " version: " + api.version + " (only 3.x supported)",
                               NodeRef{version, &document}.place(),
                               is_openapi ? "convert the document to OpenAPI 3.1" : "");
    return {.api = std::move(api), .diagnostics = extraction.take_diagnostics()};
  }
  read_info(extraction, api);
  if (is_openapi) read_paths(extraction, api);
  return {.api = std::move(api), .diagnostics = extraction.take_diagnostics()};
}

}  // namespace barbacane::spec

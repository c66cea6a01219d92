#include <algorithm>
#include <set>
#include <utility>

#include "spec/detail/extraction.h"

namespace barbacane::spec {

namespace {

MediaType read_media_type(Extraction& extraction, NodeRef content, const Member& member) {
  const NodeRef written{member.value, content.document};
  const NodeRef node = extraction.target(written);
  return {.name = std::string(member.key),
          .schema = Extraction::child(node, "schema"),
          .encoding = Extraction::child(node, "encoding"),
          .node = node ? node : written};
}

std::vector<MediaType> read_content(Extraction& extraction, NodeRef content) {
  std::vector<MediaType> all;
  for (const Member* member : extraction.sorted_members(content)) {
    all.push_back(read_media_type(extraction, content, *member));
  }
  return all;
}

/// Several `content` entries are not allowed; the first in key order stands for them.
void take_schema(Extraction& extraction, NodeRef node, Parameter& parameter) {
  parameter.schema = Extraction::child(node, "schema");
  if (parameter.schema) return;
  const NodeRef content = Extraction::child(node, "content");
  const auto members = extraction.sorted_members(content);
  if (members.empty()) return;
  MediaType first = read_media_type(extraction, content, *members.front());
  parameter.schema = first.schema;
  parameter.content_type = std::move(first.name);
}

std::optional<Parameter> read_parameter(Extraction& extraction, NodeRef entry) {
  const NodeRef node = extraction.target(entry);
  std::optional<std::string> name = extraction.text(node, "name");
  std::optional<std::string> location = extraction.text(node, "in");
  if (!name || !location) return std::nullopt;
  const auto is_true = [&](std::string_view key) {
    const NodeRef value = Extraction::child(node, key);
    return value && value->is_true();
  };
  Parameter parameter;
  parameter.name = *std::move(name);
  parameter.location = *std::move(location);
  parameter.required = parameter.location == "path" || is_true("required");
  parameter.style = extraction.text(node, "style");
  if (const NodeRef explode = Extraction::child(node, "explode");
      explode && explode->kind() == Kind::kBool) {
    parameter.explode = explode->is_true();
  }
  parameter.allow_empty_value = is_true("allowEmptyValue");
  parameter.node = node;
  take_schema(extraction, node, parameter);
  return parameter;
}

}  // namespace

std::vector<Parameter> extract_parameters(Extraction& extraction, NodeRef owner) {
  std::vector<Parameter> all;
  const NodeRef list = Extraction::child(owner, "parameters");
  if (!list || !extraction.spend(list->items().size())) return all;
  for (const Node* entry : list->items()) {
    auto parameter = read_parameter(extraction, {entry, list.document});
    if (parameter) all.push_back(*std::move(parameter));
  }
  return all;
}

std::vector<Parameter> override_parameters(const std::vector<Parameter>& inherited,
                                           std::vector<Parameter> own) {
  if (inherited.empty()) return own;
  std::set<std::pair<std::string_view, std::string_view>> replaced;
  for (const Parameter& parameter : own) replaced.emplace(parameter.name, parameter.location);
  std::vector<Parameter> merged;
  for (const Parameter& parameter : inherited) {
    if (!replaced.contains({parameter.name, parameter.location})) merged.push_back(parameter);
  }
  std::ranges::move(own, std::back_inserter(merged));
  return merged;
}

std::optional<RequestBody> extract_request_body(Extraction& extraction, NodeRef operation) {
  const NodeRef node = extraction.target(Extraction::child(operation, "requestBody"));
  const NodeRef content = Extraction::child(node, "content");
  if (!content || !content->is_object()) return std::nullopt;
  const NodeRef required = Extraction::child(node, "required");
  return RequestBody{.required = required && required->is_true(),
                     .content = read_content(extraction, content),
                     .node = node};
}

std::vector<Response> extract_responses(Extraction& extraction, NodeRef operation) {
  std::vector<Response> all;
  const NodeRef responses = Extraction::child(operation, "responses");
  for (const Member* member : extraction.sorted_members(responses)) {
    if (member->key.starts_with("x-")) continue;
    const NodeRef node = extraction.target({member->value, responses.document});
    if (!node || !node->is_object()) continue;
    std::vector<MediaType> content = read_content(extraction, Extraction::child(node, "content"));
    all.push_back(
        {.status = std::string(member->key), .content = std::move(content), .node = node});
  }
  return all;
}

}  // namespace barbacane::spec

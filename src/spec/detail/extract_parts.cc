#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "spec/detail/extraction.h"

namespace barbacane::spec {

namespace {

MediaType read_media_type(Extraction& extraction, NodeRef content, const Member& member) {
  const NodeRef written{member.value, content.document};
  const NodeRef node = extraction.target(written);
  return {.name = std::string(member.key),
          .schema = Extraction::child(node, "schema"),
          .encoding = Extraction::child(node, "encoding"),
          .node = node ? node : written,
          .part_headers = {}};
}

std::vector<MediaType> read_content(Extraction& extraction, NodeRef content) {
  std::vector<MediaType> all;
  for (const Member* member : extraction.sorted_members(content)) {
    all.push_back(read_media_type(extraction, content, *member));
  }
  return all;
}

/// What a parameter is told apart by: the names of headers are the same in any case.
std::pair<std::string, std::string> identity(const Parameter& parameter) {
  const bool is_header = parameter.location == "header";
  return {is_header ? base::to_lower(parameter.name) : parameter.name, parameter.location};
}

/// Of a member that is known to be there.
base::SourcePlace key_place_of(NodeRef object, std::string_view key) {
  return key_place(*object.document, *object->find_member(key));
}

/// Where an entry of a list says which parameter it is; the key of a header says that elsewhere.
base::SourcePlace naming_place(NodeRef entry) {
  for (const std::string_view key : {"$ref", "name"}) {
    if (const NodeRef naming = Extraction::child(entry, key)) return naming.place();
  }
  return entry.place();
}

/// The headers of parts have no name of their own.
std::string called(NodeRef node, const Parameter& parameter) {
  const std::string kind = node->find("name") != nullptr ? "parameter" : "header";
  return kind + " '" + parameter.name + "'";
}

void report_no_schema(Extraction& extraction, NodeRef node, const Parameter& parameter) {
  const bool is_swagger = node->find("type") != nullptr;
  extraction.structure_error(
      called(node, parameter) + " has neither 'schema' nor 'content'", naming_place(node),
      is_swagger ? "'type' and what belongs to it stand below 'schema', as in schema: {type: …}"
                 : "say what it may hold, such as schema: {type: string}");
}

/// Several `content` entries are not allowed; the first in key order stands for them.
void take_schema(Extraction& extraction, NodeRef node, Parameter& parameter) {
  parameter.schema = Extraction::child(node, "schema");
  const NodeRef content = Extraction::child(node, "content");
  if (parameter.schema && content) {
    extraction.structure_error(called(node, parameter) + " has both 'schema' and 'content'",
                               key_place_of(node, "content"),
                               "keep 'content' for a value that is written in a media type of its "
                               "own, and 'schema' for all others");
  }
  if (parameter.schema) return;
  const auto members = extraction.sorted_members(content);
  if (members.empty()) return report_no_schema(extraction, node, parameter);
  MediaType first = read_media_type(extraction, content, *members.front());
  if (members.size() > 1) {
    extraction.warning(called(node, parameter) + " has " + std::to_string(members.size()) +
                           " entries in 'content': only '" + first.name + "' counts",
                       key_place_of(node, "content"), "keep the media type that clients send");
  }
  parameter.schema = first.schema;
  parameter.content_type = std::move(first.name);
}

Parameter read_fields(Extraction& extraction, NodeRef node, std::string name,
                      std::string location) {
  const auto is_true = [&](std::string_view key) {
    const NodeRef value = Extraction::child(node, key);
    return value && value->is_true();
  };
  Parameter parameter;
  parameter.name = std::move(name);
  parameter.location = std::move(location);
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

std::optional<Parameter> read_parameter(Extraction& extraction, NodeRef entry) {
  const NodeRef node = extraction.target(entry);
  std::optional<std::string> name = extraction.text(node, "name");
  std::optional<std::string> location = extraction.text(node, "in");
  if (!name || !location) return std::nullopt;
  return read_fields(extraction, node, *std::move(name), *std::move(location));
}

std::vector<PartHeader> read_part_headers(Extraction& extraction, NodeRef encoding) {
  std::vector<PartHeader> all;
  for (const Member* part : extraction.sorted_members(encoding)) {
    const NodeRef headers = Extraction::child({part->value, encoding.document}, "headers");
    if (!headers || !extraction.spend(headers->members().size())) continue;
    for (const Member* entry : extraction.sorted_members(headers)) {
      const NodeRef node = extraction.target({entry->value, headers.document});
      if (!node || !node->is_object()) continue;
      all.push_back({std::string(part->key),
                     read_fields(extraction, node, std::string(entry->key), "header")});
    }
  }
  return all;
}

void report_repeated(Extraction& extraction, const Parameter& parameter, NodeRef entry,
                     NodeRef first) {
  extraction.structure_error(
      "parameter '" + parameter.name + "' in " + parameter.location + " is declared twice",
      naming_place(entry), "a list declares each name and place once: remove one of the two",
      {{"first declared here", naming_place(first)}});
}

}  // namespace

std::vector<Parameter> extract_parameters(Extraction& extraction, NodeRef owner) {
  std::vector<Parameter> all;
  const NodeRef list = Extraction::child(owner, "parameters");
  if (!list || !extraction.spend(list->items().size())) return all;
  std::map<std::pair<std::string, std::string>, const Node*> declared;
  for (const Node* node : list->items()) {
    const NodeRef entry{node, list.document};
    auto parameter = read_parameter(extraction, entry);
    if (!parameter) continue;
    const auto [first, is_new] = declared.try_emplace(identity(*parameter), node);
    if (is_new) {
      all.push_back(*std::move(parameter));
    } else {
      report_repeated(extraction, *parameter, entry, {first->second, list.document});
    }
  }
  return all;
}

std::vector<Parameter> override_parameters(const std::vector<Parameter>& inherited,
                                           std::vector<Parameter> own) {
  if (inherited.empty()) return own;
  std::set<std::pair<std::string, std::string>> replaced;
  for (const Parameter& parameter : own) replaced.insert(identity(parameter));
  std::vector<Parameter> merged;
  for (const Parameter& parameter : inherited) {
    if (!replaced.contains(identity(parameter))) merged.push_back(parameter);
  }
  std::ranges::move(own, std::back_inserter(merged));
  return merged;
}

std::optional<RequestBody> extract_request_body(Extraction& extraction, NodeRef operation) {
  const NodeRef node = extraction.target(Extraction::child(operation, "requestBody"));
  const NodeRef content = Extraction::child(node, "content");
  if (!content || !content->is_object()) return std::nullopt;
  const NodeRef required = Extraction::child(node, "required");
  std::vector<MediaType> media = read_content(extraction, content);
  for (MediaType& one : media) one.part_headers = read_part_headers(extraction, one.encoding);
  return RequestBody{
      .required = required && required->is_true(), .content = std::move(media), .node = node};
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

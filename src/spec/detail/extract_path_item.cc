#include <array>
#include <utility>

#include "base/text.h"
#include "spec/detail/extraction.h"
#include "spec/detail/reference.h"

namespace barbacane::spec {

namespace {

constexpr std::string_view kPathItemHint =
    "its methods stand below it, such as get: and post:; {} is a path without any";
constexpr std::string_view kOperationHint =
    "its fields stand below it, such as responses: and x-barbacane-dispatch:";

constexpr std::array<std::string_view, 9> kMethods = {"delete", "get", "head",  "options", "patch",
                                                      "post",   "put", "query", "trace"};

/// What an operation takes over from its path.
struct PathContext {
  std::string_view path;
  base::SourcePlace place;
  std::vector<Parameter> parameters;
};

bool is_true(NodeRef object, std::string_view key) {
  const NodeRef value = Extraction::child(object, key);
  return value && value->is_true();
}

Operation describe(Extraction& extraction, const PathContext& context, std::string method,
                   NodeRef node, base::SourcePlace method_place) {
  Operation operation;
  operation.path = context.path;
  operation.spec_file = extraction.document().file();
  operation.method = std::move(method);
  operation.node = node;
  operation.path_place = context.place;
  operation.method_place = std::move(method_place);
  return operation;
}

void extract_operation(Extraction& extraction, const PathContext& context, std::string method,
                       std::string_view label, NodeRef owner, const Member& member,
                       std::vector<Operation>& operations) {
  if (!extraction.spend(1 + context.parameters.size() + context.path.size() / 256)) return;
  const NodeRef node{member.value, owner.document};
  base::SourcePlace place = key_place(*owner.document, member);
  if (!node->is_object()) {
    extraction.structure_error(std::string(label) + " must be an object", std::move(place),
                               std::string(kOperationHint));
    return;
  }
  Operation operation = describe(extraction, context, std::move(method), node, std::move(place));
  extraction.enter(operation.location());
  operation.operation_id = extraction.text(node, "operationId");
  operation.summary = extraction.text(node, "summary");
  operation.description = extraction.text(node, "description");
  operation.deprecated = is_true(node, "deprecated");
  operation.parameters =
      override_parameters(context.parameters, extract_parameters(extraction, node));
  operation.request_body = extract_request_body(extraction, node);
  operation.responses = extract_responses(extraction, node);
  extraction.leave();
  operations.push_back(std::move(operation));
}

void extract_operations(Extraction& extraction, const PathContext& context, NodeRef item,
                        NodeRef overriding, std::vector<Operation>& operations) {
  const std::string path(context.path);
  for (std::string_view key : kMethods) {
    const Member* member = item->find_member(key);
    if (member == nullptr || (overriding && overriding->find(key) != nullptr)) continue;
    std::string method = base::to_upper(key);
    const std::string label = "operation " + method + " " + path;
    extract_operation(extraction, context, std::move(method), label, item, *member, operations);
  }
  const NodeRef additional = Extraction::child(item, "additionalOperations");
  const NodeRef overriding_additional = Extraction::child(overriding, "additionalOperations");
  for (const Member* member : extraction.sorted_members(additional)) {
    if (overriding_additional && overriding_additional->find(member->key) != nullptr) continue;
    const std::string label = "additionalOperations." + std::string(member->key) + " on " + path;
    extract_operation(extraction, context, base::to_upper(member->key), label, additional, *member,
                      operations);
  }
}

}  // namespace

void extract_path_item(Extraction& extraction, NodeRef paths, const Member& path,
                       std::vector<Operation>& operations) {
  if (!extraction.spend(1 + path.key.size() / 256)) return;
  PathContext context{
      .path = path.key, .place = key_place(*paths.document, path), .parameters = {}};
  const NodeRef own{path.value, paths.document};
  if (!own->is_object()) {
    extraction.structure_error("path item for '" + std::string(path.key) + "' must be an object",
                               context.place, std::string(kPathItemHint));
    return;
  }
  if (reference_node(*own.node) == nullptr) {
    context.parameters = extract_parameters(extraction, own);
    extract_operations(extraction, context, own, {}, operations);
    return;
  }
  // Beside `$ref` a path item may have fields of its own; they win over those of the target.
  const NodeRef target = extraction.target(own);
  if (target && !target->is_object()) {
    extraction.structure_error("path item for '" + std::string(path.key) + "' must be an object",
                               context.place, std::string(kPathItemHint));
  } else if (target) {
    context.parameters = extract_parameters(extraction, target);
  }
  context.parameters = override_parameters(context.parameters, extract_parameters(extraction, own));
  if (target && target->is_object()) {
    extract_operations(extraction, context, target, own, operations);
  }
  extract_operations(extraction, context, own, {}, operations);
}

}  // namespace barbacane::spec

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "compiler/detail/document_merge.h"

namespace barbacane::compiler {

namespace {

constexpr std::array<std::string_view, 9> kMethods{"get",  "post",    "put",   "delete", "patch",
                                                   "head", "options", "trace", "query"};

bool is_method(std::string_view key) { return std::ranges::find(kMethods, key) != kMethods.end(); }

/// What goes down from the path item to its operations, because another document shares the path.
struct Inherited {
  bool parameters = false;
  bool servers = false;
};

std::string text_of(const MergePart& part) {
  JsonWriter text(std::size_t{16} << 20);
  write_public(*part.node, part.source->renames, text);
  return text.finish();
}

/// All documents say the same here.
bool agree(const MergeParts& items, std::string_view key) {
  const MergeParts said = members_of(items, key);
  if (said.empty()) return true;
  if (said.size() != items.size()) return false;
  const std::string first = text_of(said.front());
  return std::ranges::all_of(said, [&](const MergePart& part) { return text_of(part) == first; });
}

/// Follows a reference within the document; null when it leads elsewhere.
const spec::Node* follow(const spec::Node& root, std::string_view reference) {
  if (!reference.starts_with("#/")) return nullptr;
  const spec::Node* node = &root;
  std::string_view rest = reference.substr(2);
  for (bool more = true; more && node;) {
    const std::size_t end = rest.find('/');
    more = end != std::string_view::npos;
    node = node->find(decode_pointer_token(rest.substr(0, end)));
    if (more) rest.remove_prefix(end + 1);
  }
  return node;
}

struct ParameterName {
  std::string_view name;
  std::string_view location;
  bool operator==(const ParameterName&) const = default;
};

std::optional<ParameterName> name_of(const spec::Node& parameter, const spec::Node& root) {
  const spec::Node* target = &parameter;
  if (const spec::Node* reference = parameter.find("$ref")) {
    target = follow(root, reference->text());
    if (!target) return std::nullopt;
  }
  const spec::Node* name = target->find("name");
  const spec::Node* location = target->find("in");
  if (!name || !location) return std::nullopt;
  return ParameterName{name->text(), location->text()};
}

/// The path item's parameters that the operation does not override, then its own.
void write_parameters(const MergePart& item, const spec::Node* own, DocumentWriter& out) {
  const spec::Node& root = *item.source->root;
  const auto overridden = [&](const spec::Node& parameter) {
    const auto name = name_of(parameter, root);
    return name && own && std::ranges::any_of(own->items(), [&](const spec::Node* other) {
             return name_of(*other, root) == name;
           });
  };
  out.begin_array();
  for (const spec::Node* parameter : item.node->find("parameters")->items()) {
    if (!overridden(*parameter)) write_public(*parameter, item.source->renames, out);
  }
  if (own) {
    for (const spec::Node* parameter : own->items()) {
      write_public(*parameter, item.source->renames, out);
    }
  }
  out.end_array();
}

void write_operation(const MergePart& item, const spec::Node& operation, const Inherited& inherited,
                     DocumentWriter& out) {
  const Renames& renames = item.source->renames;
  if (!operation.is_object()) return write_public(operation, renames, out);
  const spec::Node* parameters = inherited.parameters ? item.node->find("parameters") : nullptr;
  out.begin_object();
  for (const spec::Member& member : operation.members()) {
    if (is_private_key(member.key)) continue;
    out.key(member.key);
    if (member.key == "parameters" && parameters) {
      write_parameters(item, member.value, out);
    } else {
      write_public_value(member, renames, out);
    }
  }
  if (parameters && !operation.find("parameters")) {
    out.key("parameters");
    write_parameters(item, nullptr, out);
  }
  const spec::Member* servers = inherited.servers ? item.node->find_member("servers") : nullptr;
  const spec::Member* security = item.source->root->find_member("security");
  for (const spec::Member* member : {servers, security}) {
    if (!member || operation.find(member->key)) continue;
    out.key(member->key);
    write_public_value(*member, renames, out);
  }
  out.end_object();
}

/// The operation of a path item that stands elsewhere, as the reader of the specs found it.
const spec::Node* referred_operation(const MergePart& item, std::string_view path,
                                     std::string_view method) {
  if (!item.node->find("$ref")) return nullptr;
  for (const spec::Operation& operation : item.source->api->operations) {
    if (operation.path == path && base::equals_ignoring_case(operation.method, method)) {
      return operation.node.node;
    }
  }
  return nullptr;
}

class PathItem {
 public:
  PathItem(std::string_view path, const MergeParts& items) : path_(path), items_(items) {
    inherited_ = {.parameters = shared() && !agree(items, "parameters"),
                  .servers = shared() && !agree(items, "servers")};
  }

  void write(DocumentWriter& out) const {
    out.begin_object();
    for (std::string_view key : keys()) write_member(key, out);
    out.end_object();
  }

 private:
  bool shared() const { return items_.size() > 1; }

  std::vector<std::string_view> keys() const {
    std::vector<std::string_view> keys = keys_of(items_);
    const auto add_method = [&](const spec::Operation& operation) {
      for (std::string_view method : kMethods) {
        if (base::equals_ignoring_case(operation.method, method) &&
            std::ranges::find(keys, method) == keys.end()) {
          keys.push_back(method);
        }
      }
    };
    for (const MergePart& item : items_) {
      if (!shared() || !item.node->find("$ref")) continue;
      for (const spec::Operation& operation : item.source->api->operations) {
        if (operation.path == path_) add_method(operation);
      }
    }
    return keys;
  }

  void write_member(std::string_view key, DocumentWriter& out) const {
    if (key == "$ref" && shared()) return;
    if ((key == "parameters" && inherited_.parameters) ||
        (key == "servers" && inherited_.servers)) {
      return;
    }
    out.key(key);
    if (is_method(key)) return write_method(key, out);
    if (key == "additionalOperations") return write_additional(out);
    const MergePart first = members_of(items_, key).front();
    write_public_value({key, {}, first.node}, first.source->renames, out);
  }

  void write_method(std::string_view method, DocumentWriter& out) const {
    for (const MergePart& item : items_) {
      const spec::Node* operation = item.node->find(method);
      if (!operation && shared()) operation = referred_operation(item, path_, method);
      if (operation) return write_operation(item, *operation, inherited_, out);
    }
  }

  /// Methods without a key of their own (OpenAPI 3.2), by name.
  void write_additional(DocumentWriter& out) const {
    out.begin_object();
    const MergeParts additional = members_of(items_, "additionalOperations");
    for (std::string_view name : keys_of(additional)) {
      for (const MergePart& item : items_) {
        const spec::Node* operations = item.node->find("additionalOperations");
        const spec::Node* operation = operations ? operations->find(name) : nullptr;
        if (!operation) continue;
        out.key(name);
        write_operation(item, *operation, inherited_, out);
        break;
      }
    }
    out.end_object();
  }

  std::string_view path_;
  const MergeParts& items_;
  Inherited inherited_;
};

}  // namespace

void write_merged_paths(const MergeParts& parts, DocumentWriter& out) {
  out.begin_object();
  for (std::string_view path : keys_of(parts)) {
    if (out.full()) break;
    MergeParts items = members_of(parts, path);
    out.key(path);
    if (!items.front().node->is_object()) {
      write_public(*items.front().node, items.front().source->renames, out);
      continue;
    }
    std::erase_if(items, [](const MergePart& item) { return !item.node->is_object(); });
    PathItem(path, items).write(out);
  }
  out.end_object();
}

}  // namespace barbacane::compiler

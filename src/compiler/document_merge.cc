#include "compiler/detail/document_merge.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <unordered_set>

#include <fmt/format.h>

namespace barbacane::compiler {

namespace {

/// Names of components are limited to these (OpenAPI 3.1, components object).
std::string prefix_of(std::string_view file) {
  std::string prefix = std::filesystem::path(file).stem().string();
  for (char& c : prefix) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!allowed) c = '_';
  }
  return prefix + "_";
}

MergeParts objects_among(MergeParts parts) {
  std::erase_if(parts, [](const MergePart& part) { return !part.node->is_object(); });
  return parts;
}

/// What makes two list entries the same: the value of one member, else all of it.
std::string identity_of(const MergePart& source, const spec::Node& entry, std::string_view key) {
  const spec::Node* member = key.empty() ? nullptr : entry.find(key);
  JsonWriter text(std::size_t{1} << 20);
  write_public(member ? *member : entry, source.source->renames, text);
  return text.finish();
}

void write_distinct(const MergeParts& parts, std::string_view key, DocumentWriter& out) {
  std::unordered_set<std::string> seen;
  out.begin_array();
  for (const MergePart& part : parts) {
    for (const spec::Node* entry : part.node->items()) {
      if (seen.insert(identity_of(part, *entry, key)).second) {
        write_public(*entry, part.source->renames, out);
      }
    }
  }
  out.end_array();
}

void write_first_of_each(const MergeParts& parts, DocumentWriter& out) {
  out.begin_object();
  for (std::string_view key : keys_of(parts)) {
    const MergePart first = members_of(parts, key).front();
    out.key(key);
    write_public(*first.node, first.source->renames, out);
  }
  out.end_object();
}

/// All members under the names they have now.
void write_renamed(std::string_view place, const MergeParts& parts, DocumentWriter& out) {
  out.begin_object();
  for (const MergePart& part : parts) {
    const Renames& renames = part.source->renames;
    for (const spec::Member& member : part.node->members()) {
      if (is_private_key(member.key)) continue;
      out.key(fmt::format("{}{}", renames.prefix(place, member.key), member.key));
      write_public(*member.value, renames, out);
    }
  }
  out.end_object();
}

void write_components(const MergeParts& parts, DocumentWriter& out) {
  bool begun = false;
  for (std::string_view group : keys_of(parts)) {
    const MergeParts members = objects_among(members_of(parts, group));
    if (keys_of(members).empty()) continue;
    if (!begun) {
      out.key("components");
      out.begin_object();
      begun = true;
    }
    out.key(group);
    write_renamed(fmt::format("components/{}", group), members, out);
  }
  if (begun) out.end_object();
}

}  // namespace

std::vector<std::string_view> keys_of(const MergeParts& parts) {
  std::vector<std::string_view> keys;
  std::unordered_set<std::string_view> seen;
  for (const MergePart& part : parts) {
    for (const spec::Member& member : part.node->members()) {
      if (!is_private_key(member.key) && seen.insert(member.key).second) keys.push_back(member.key);
    }
  }
  return keys;
}

MergeParts members_of(const MergeParts& parts, std::string_view key) {
  MergeParts members;
  for (const MergePart& part : parts) {
    if (const spec::Node* value = part.node->find(key)) members.push_back({part.source, value});
  }
  return members;
}

MergedDocument::MergedDocument(std::vector<const spec::Api*> apis) {
  for (const spec::Api* api : apis) {
    sources_.push_back({.api = api,
                        .root = &api->document->root(),
                        .prefix = prefix_of(api->document->file()),
                        .renames = {}});
  }
  const MergeParts components = objects_among(members_of(roots(), "components"));
  for (std::string_view group : keys_of(components)) {
    rename_clashes(fmt::format("components/{}", group), members_of(components, group));
  }
  for (const char* place : {"channels", "operations"}) {
    rename_clashes(place, members_of(roots(), place));
  }
}

MergeParts MergedDocument::roots() const {
  MergeParts parts;
  for (const MergeSource& source : sources_) parts.push_back({&source, source.root});
  return parts;
}

void MergedDocument::rename_clashes(const std::string& place, const MergeParts& parts) {
  std::set<std::string, std::less<>> taken;
  for (const MergePart& part : parts) {
    MergeSource& source = sources_[static_cast<std::size_t>(part.source - sources_.data())];
    for (const spec::Member& member : part.node->members()) {
      std::string prefix;
      while (!taken.insert(fmt::format("{}{}", prefix, member.key)).second) {
        prefix += source.prefix;
      }
      if (!prefix.empty()) source.renames.add(place, member.key, std::move(prefix));
    }
  }
}

void MergedDocument::write(DocumentWriter& out) const {
  out.begin_object();
  const MergeParts parts = roots();
  for (std::string_view key : keys_of(parts)) {
    write_member(key, members_of(parts, key), out);
  }
  out.end_object();
}

void MergedDocument::write_member(std::string_view key, const MergeParts& parts,
                                  DocumentWriter& out) const {
  if (key == "security") return;  // stands at the operations now
  if (key == "components") return write_components(objects_among(parts), out);
  out.key(key);
  const MergePart& first = parts.front();
  const MergeParts objects = objects_among(parts);
  if (key == "info" && first.node->is_object()) {
    write_info(first, out);
  } else if (key == "tags" && first.node->is_array()) {
    write_distinct(parts, "name", out);
  } else if (key == "servers" && first.node->is_array()) {
    write_distinct(parts, "", out);
  } else if (objects.empty()) {
    write_public(*first.node, first.source->renames, out);
  } else if (key == "paths" || key == "webhooks") {
    write_merged_paths(objects, out);
  } else if (key == "channels" || key == "operations") {
    write_renamed(key, objects, out);
  } else if (key == "servers") {
    write_first_of_each(objects, out);
  } else {
    write_public(*first.node, first.source->renames, out);
  }
}

void MergedDocument::write_info(const MergePart& first, DocumentWriter& out) const {
  std::string titles;
  for (const MergeSource& source : sources_) {
    if (!titles.empty()) titles += " + ";
    titles += source.api->title;
  }
  out.begin_object();
  for (const spec::Member& member : first.node->members()) {
    if (is_private_key(member.key)) continue;
    out.key(member.key);
    if (member.key == "title") {
      out.string(titles);
    } else {
      write_public_value(member, first.source->renames, out);
    }
  }
  out.end_object();
}

}  // namespace barbacane::compiler

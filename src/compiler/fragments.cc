#include "compiler/fragments.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

namespace barbacane::compiler {

namespace {

/// The first node referring to each file, in the order of the document.
std::vector<spec::NodeRef> references_to_files(const spec::Document& document) {
  std::vector<spec::NodeRef> references;
  std::set<std::string, std::less<>> known;
  std::unordered_set<const spec::Node*> seen;
  std::vector<const spec::Node*> open{&document.root()};
  while (!open.empty()) {
    const spec::Node* node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    const spec::Node* reference = node->find("$ref");
    if (reference != nullptr && reference->is_string()) {
      const std::string_view text = reference->text();
      const std::string_view file = text.substr(0, text.find('#'));
      if (!file.empty() && !file.contains("://") && known.emplace(file).second) {
        references.push_back({node, &document});
      }
    }
    const auto push = [&](const spec::Node* child) {
      if (child->is_object() || child->is_array()) open.push_back(child);
    };
    const auto items = node->items();
    std::ranges::for_each(items.rbegin(), items.rend(), push);
    const auto members = node->members();
    std::ranges::for_each(members.rbegin(), members.rend(), push, &spec::Member::value);
  }
  return references;
}

}  // namespace

Fragments fragments_of(spec::Project& project, const spec::Document& description) {
  Fragments found;
  std::set<const spec::Document*> known{&description};
  std::vector<const spec::Document*> open{&description};
  while (!open.empty()) {
    const spec::Document* document = open.back();
    open.pop_back();
    for (spec::NodeRef reference : references_to_files(*document)) {
      std::size_t before = project.documents().size();
      auto target = project.resolve(reference);
      const auto documents = project.documents();
      // A pointer that leads nowhere in a file that is there is not our concern; the way to its
      // target may have opened further files.
      const bool opened = documents.size() > before;
      for (; before < documents.size(); ++before) {
        if (!known.insert(documents[before]).second) continue;
        found.files.push_back(documents[before]);
        open.push_back(documents[before]);
      }
      if (target) {
        if (!known.insert(target->document).second) continue;
        found.files.push_back(target->document);
        open.push_back(target->document);
      } else if (!opened) {
        found.problems.push_back(std::move(target.error()));
      }
    }
  }
  return found;
}

bool is_description(const spec::Document& document) {
  return std::ranges::any_of(std::array{"openapi", "asyncapi", "swagger"},
                             [&](const char* key) { return document.root().find(key) != nullptr; });
}

std::vector<bool> find_parts(const std::filesystem::path& root,
                             std::span<const spec::Document* const> files) {
  std::vector<bool> parts(files.size());
  const auto may_be_part = [](const spec::Document* file) {
    return file != nullptr && !is_description(*file);
  };
  if (std::ranges::none_of(files, may_be_part)) return parts;
  // A project of its own: what is looked at here must not count as a source of the artifact.
  spec::Project project(root);
  std::set<const spec::Document*> referred;
  for (const spec::Document* file : files) {
    if (file == nullptr || may_be_part(file)) continue;
    const auto description = project.open(file->path());
    if (!description) continue;
    for (const spec::Document* fragment : fragments_of(project, **description).files) {
      referred.insert(fragment);
    }
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!may_be_part(files[i])) continue;
    const auto file = project.open(files[i]->path());
    parts[i] = file && referred.contains(*file);
  }
  return parts;
}

}  // namespace barbacane::compiler

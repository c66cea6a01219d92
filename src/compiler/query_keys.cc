#include <map>
#include <set>
#include <string>
#include <string_view>

#include "compiler/detail/stages.h"

namespace barbacane::compiler {

namespace {

bool says(const spec::Node& scheme, std::string_view key, std::string_view value) {
  const spec::Node* text = scheme.find(key);
  return text != nullptr && text->is_string() && text->text() == value;
}

/// What the security schemes of one spec want in the query.
class QueryKeys {
 public:
  QueryKeys(const SpecUnit& unit, spec::Project& project) : root_(unit.root_node()) {
    const spec::Node* components = root_->find("components");
    const spec::Node* schemes = components ? components->find("securitySchemes") : nullptr;
    if (schemes == nullptr) return;
    for (const spec::Member& member : schemes->members()) {
      const auto scheme = project.resolve({member.value, root_.document});
      // One that leads nowhere is no key of anything; an auth plugin is what guards the operation.
      if (!scheme || !says(*scheme->node, "type", "apiKey") || !says(*scheme->node, "in", "query"))
        continue;
      const spec::Node* name = (*scheme)->find("name");
      if (name != nullptr && name->is_string()) names_.emplace(member.key, name->text());
    }
  }

  /// Of all alternatives: which one a client takes is for the plugin to judge.
  std::vector<std::string> of(const spec::Operation& operation) const {
    std::set<std::string_view> names;
    const spec::Node* security = operation.node->find("security");
    if (security == nullptr) security = root_->find("security");
    if (names_.empty() || security == nullptr) return {};
    for (const spec::Node* alternative : security->items()) {
      for (const spec::Member& scheme : alternative->members()) {
        const auto found = names_.find(scheme.key);
        if (found != names_.end()) names.insert(found->second);
      }
    }
    return {names.begin(), names.end()};
  }

 private:
  spec::NodeRef root_;
  std::map<std::string_view, std::string_view> names_;  ///< by scheme
};

}  // namespace

void add_query_keys(std::span<const SpecUnit> units, spec::Project& project,
                    artifact::Routes& routes) {
  std::map<const SpecUnit*, QueryKeys> keys;
  for (const SpecUnit& unit : units) keys.try_emplace(&unit, unit, project);
  std::size_t index = 0;
  for (const RoutedOperation& routed : routed_operations(units)) {
    artifact::Operation& operation = routes.operations[index++];
    std::vector<std::string> names = keys.at(routed.unit).of(routed.operation());
    if (names.empty()) continue;
    if (!operation.validation) operation.validation.emplace();
    operation.validation->known_query = std::move(names);
  }
}

}  // namespace barbacane::compiler

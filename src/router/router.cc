#include "router/router.h"

#include <utility>

#include "router/detail/build_trie.h"
#include "router/detail/normalise.h"
#include "router/detail/trie.h"

namespace barbacane::router {

RouteTable::RouteTable(std::unique_ptr<const detail::Trie> trie) : trie_(std::move(trie)) {}
RouteTable::RouteTable(RouteTable&&) noexcept = default;
RouteTable& RouteTable::operator=(RouteTable&&) noexcept = default;
RouteTable::~RouteTable() = default;

base::Result<RouteTable> RouteTable::build(std::span<const RouteSpec> routes) {
  auto trie = detail::build_trie(routes);
  if (!trie) return std::unexpected(std::move(trie.error()));
  return RouteTable(std::move(*trie));
}

void RouteTable::find(std::string_view path, std::string_view method, Lookup& lookup) const {
  lookup.operation = 0;
  lookup.capture_count_ = 0;
  lookup.allow = {};
  lookup.node_operations = {};

  const auto normal = detail::normalise(path, lookup.scratch_);
  if (!normal) {
    lookup.outcome = Lookup::Outcome::kBadPath;
    return;
  }
  const auto id = trie_->find(*normal, lookup.captures_);
  if (id == detail::Trie::kNone) {
    lookup.outcome = Lookup::Outcome::kNotFound;
    return;
  }
  const detail::Trie::Node& node = trie_->nodes[id];
  const detail::MethodSet& set = trie_->method_sets[node.methods];
  lookup.allow = set.allow;
  lookup.node_operations = {trie_->operations.data() + node.first_operation, set.methods.size()};
  lookup.capture_count_ = node.captures;
  lookup.outcome = Lookup::Outcome::kMethodNotAllowed;
  for (std::size_t i = 0; i < set.methods.size(); ++i) {
    if (set.methods[i] != method) continue;
    lookup.outcome = Lookup::Outcome::kFound;
    lookup.operation = lookup.node_operations[i];
    return;
  }
}

}  // namespace barbacane::router

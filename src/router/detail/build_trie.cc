#include "router/detail/build_trie.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace barbacane::router::detail {

namespace {

using NodeId = Trie::NodeId;
using Kind = Trie::Node::Kind;

Kind kind_of(const Template::Segment& segment) {
  if (segment.is_static()) return Kind::kStatic;
  if (segment.parts.size() > 1) return Kind::kMixed;
  return segment.parts.front().kind == Template::Part::Kind::kWildcard ? Kind::kWildcard
                                                                       : Kind::kParameter;
}

std::size_t literal_bytes(const Template::Segment& segment) {
  std::size_t bytes = 0;
  for (const Template::Part& part : segment.parts) {
    if (part.kind == Template::Part::Kind::kLiteral) bytes += part.text.size();
  }
  return bytes;
}

class Builder {
 public:
  explicit Builder(std::span<const RouteSpec> routes)
      : routes_(routes), trie_(std::make_unique<Trie>()) {}

  base::Result<std::unique_ptr<const Trie>> build() {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
      bytes += routes_[i].path.size() + routes_[i].method.size();
      if (bytes > kMaxBytes) return base::fail("the templates of all routes are too long together");
      if (auto added = add(i); !added) return std::unexpected(added.error());
    }
    chain_alternatives();
    if (auto assigned = assign_methods(); !assigned) return std::unexpected(assigned.error());
    return std::move(trie_);
  }

 private:
  /// Keeps every offset and number of the trie within 32 bits.
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 29;

  /// A child that is not static, with what decides when it is tried.
  struct Dynamic {
    NodeId parent;
    NodeId node;
    Kind kind;
    std::size_t literal_bytes;
    std::string shape;

    auto precedence() const {
      return std::tuple(parent, kind, -static_cast<std::ptrdiff_t>(literal_bytes),
                        std::string_view(shape));
    }
  };

  struct Target {
    NodeId node;
    std::size_t route;
  };

  base::Result<> add(std::size_t route) {
    const std::string path(routes_[route].path);
    const auto parsed = parse_template(path);
    if (!parsed) {
      return base::fail("invalid path template '" + path + "': " + parsed.error().message);
    }
    const std::size_t parameters = parsed->parameters().size();
    if (parameters > Lookup::kMaxCaptures) {
      return base::fail("path template '" + path + "' has " + std::to_string(parameters) +
                        " parameters, more than " + std::to_string(Lookup::kMaxCaptures));
    }
    targets_.push_back({parameters == 0 ? whole_path(*parsed) : last_node(*parsed), route});
    return {};
  }

  NodeId whole_path(const Template& path) {
    std::string text;
    for (const auto& segment : path.segments) text.append("/").append(segment.parts.front().text);
    return find_or_add(trie_->index, Trie::kWholePath, text).first;
  }

  NodeId last_node(const Template& path) {
    NodeId node = Trie::kRoot;
    for (const Template::Segment& segment : path.segments) {
      node = segment.is_static() ? static_child(node, segment) : dynamic_child(node, segment);
    }
    return node;
  }

  NodeId static_child(NodeId parent, const Template::Segment& segment) {
    const auto [node, added] = find_or_add(trie_->index, parent, segment.parts.front().text);
    if (added) {
      trie_->nodes[node].parent = parent;
      trie_->nodes[node].captures = trie_->nodes[parent].captures;
      trie_->nodes[parent].has_static_children = true;
    }
    return node;
  }

  NodeId dynamic_child(NodeId parent, const Template::Segment& segment) {
    std::string shape = segment.shape();
    const auto [id, added] = find_or_add(dynamic_index_, parent, shape);
    if (added) {
      Trie::Node& node = trie_->nodes[id];
      node.kind = kind_of(segment);
      node.parent = parent;
      std::size_t captures = 1;
      if (node.kind == Kind::kMixed) {
        node.mixed = static_cast<std::uint32_t>(trie_->mixed.size());
        captures = trie_->mixed.emplace_back(segment).parameters();
      }
      node.captures = static_cast<std::uint8_t>(trie_->nodes[parent].captures + captures);
      dynamics_.push_back({parent, id, node.kind, literal_bytes(segment), std::move(shape)});
    }
    return id;
  }

  std::pair<NodeId, bool> find_or_add(LabelIndex& index, std::uint32_t scope,
                                      std::string_view label) {
    if (const NodeId node = index.find(scope, label); node != Trie::kNone) return {node, false};
    const auto node = static_cast<NodeId>(trie_->nodes.size());
    trie_->nodes.emplace_back();
    index.insert(scope, label, node);
    return {node, true};
  }

  /// Strings the children of each node together in order of precedence, from the last to the first.
  void chain_alternatives() {
    std::ranges::sort(dynamics_, std::greater(), &Dynamic::precedence);
    auto& nodes = trie_->nodes;
    for (const Dynamic& child : dynamics_) {
      nodes[child.node].alternative = std::exchange(nodes[child.parent].first_dynamic, child.node);
    }
    for (Trie::Node& node : nodes) {
      if (node.kind == Kind::kStatic) node.alternative = nodes[node.parent].first_dynamic;
    }
  }

  base::Result<> assign_methods() {
    std::ranges::sort(targets_, {}, [this](const Target& target) {
      return std::tuple(target.node, routes_[target.route].method, target.route);
    });
    for (auto first = targets_.cbegin(); first != targets_.cend();) {
      const auto last = std::find_if(
          first, targets_.cend(), [&](const Target& target) { return target.node != first->node; });
      if (auto assigned = assign_methods({first, last}); !assigned) return assigned;
      first = last;
    }
    return {};
  }

  /// All routes of one node, sorted by method.
  base::Result<> assign_methods(std::span<const Target> targets) {
    Trie::Node& node = trie_->nodes[targets.front().node];
    node.first_operation = static_cast<std::uint32_t>(trie_->operations.size());
    std::vector<std::string> methods;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const RouteSpec& route = routes_[targets[i].route];
      if (i > 0 && route.method == methods.back()) {
        return base::fail(std::string(route.method) + " is declared twice for the same path: '" +
                          std::string(routes_[targets[i - 1].route].path) + "' and '" +
                          std::string(route.path) + "'");
      }
      methods.emplace_back(route.method);
      trie_->operations.push_back(route.operation);
    }
    node.methods = method_set(std::move(methods));
    return {};
  }

  std::uint32_t method_set(std::vector<std::string> methods) {
    const auto number = static_cast<std::uint32_t>(trie_->method_sets.size());
    const auto [known, added] = method_sets_.try_emplace(methods, number);
    if (added) {
      MethodSet& set = trie_->method_sets.emplace_back();
      for (const std::string& method : methods) {
        set.allow.append(set.allow.empty() ? "" : ", ").append(method);
      }
      set.methods = std::move(methods);
    }
    return known->second;
  }

  std::span<const RouteSpec> routes_;
  std::unique_ptr<Trie> trie_;
  LabelIndex dynamic_index_;  ///< by shape; apart, since a request may spell `{_}`
  std::vector<Dynamic> dynamics_;
  std::vector<Target> targets_;
  std::map<std::vector<std::string>, std::uint32_t> method_sets_;
};

}  // namespace

base::Result<std::unique_ptr<const Trie>> build_trie(std::span<const RouteSpec> routes) {
  return Builder(routes).build();
}

}  // namespace barbacane::router::detail

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "router/detail/label_index.h"
#include "router/detail/mixed_segment.h"
#include "router/detail/normalise.h"

/// The routes as flat arrays, ready for look-ups. Made by `build_trie`, then immutable.
///
/// A path without parameters is one key of the index, whole: it wins at every segment, so it is
/// tried first and never enters the trie. Templates with parameters are a trie over segments. At
/// each node a look-up tries the static child (through the index), then a chain of alternatives in
/// order of precedence: mixed segments, `{name}`, `{name+}`. When the last alternative fails it
/// goes back to the parent and on with what comes after the node it leaves.
///
/// Cost: a node hangs below one sequence of template segments, so a look-up enters it at most once.
/// However a path is made, the work is bounded by the number of nodes, and in practice by the
/// depth. Going back needs neither recursion nor a stack: nodes know their parent.
namespace barbacane::router::detail {

/// The methods of a node; nodes that allow the same share one.
struct MethodSet {
  std::vector<std::string> methods;  ///< sorted
  std::string allow;                 ///< joined with ", "
};

class Trie {
 public:
  using NodeId = std::uint32_t;
  static constexpr NodeId kNone = LabelIndex::kAbsent;
  static constexpr NodeId kRoot = 0;  ///< nobody's child, so that its number can mean "none"
  /// Scope of the index under which whole static paths are found.
  static constexpr std::uint32_t kWholePath = 0xFFFFFFFF;

  struct alignas(32) Node {
    enum class Kind : std::uint8_t { kStatic, kMixed, kParameter, kWildcard };
    Kind kind = Kind::kStatic;
    std::uint8_t captures = 0;         ///< parameters from the root to here
    bool has_static_children = false;  ///< spares a look into the index
    NodeId parent = kRoot;
    NodeId alternative = kNone;         ///< to try when this one fails, same parent and segment
    NodeId first_dynamic = kNone;       ///< first child that is not static
    std::uint32_t mixed = 0;            ///< of a mixed node: its pattern
    std::uint32_t methods = 0;          ///< into `method_sets`; the first is empty: no route here
    std::uint32_t first_operation = 0;  ///< into `operations`, as many as there are methods
  };

  /// The node with routes that the path leads to, or kNone. `captures` has room for
  /// Lookup::kMaxCaptures, of which the node's `captures` are filled.
  NodeId find(const NormalPath& path, std::string_view* captures) const;

  std::vector<Node> nodes{1};
  std::vector<MixedSegment> mixed;
  std::vector<MethodSet> method_sets{1};
  std::vector<std::uint32_t> operations;
  LabelIndex index;

 private:
  NodeId first_choice(NodeId node, std::string_view segment) const;
  bool enter(const Node& node, std::string_view segment, std::string_view rest,
             std::string_view* captures) const;
};

}  // namespace barbacane::router::detail

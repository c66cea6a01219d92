#include "schema/detail/json_names.h"

#include <algorithm>
#include <limits>
#include <span>

namespace barbacane::schema::detail {
namespace {

using Node = Value::Node;

std::string_view text_of(const Node& node) { return {node.text, node.size}; }

// Nothing that was read from a text is opaque.
void mark(Node& name) { name.opaque = true; }
bool is_marked(const Node& node) { return node.opaque; }

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Names of one hash: sorts them by text, then place.
std::uint32_t repeated_among(TapeStore& store, std::span<std::uint64_t> run, Repeated what) {
  auto& nodes = store.nodes;
  const auto key = [](std::uint64_t entry) { return static_cast<std::uint32_t>(entry); };
  std::sort(run.begin(), run.end(), [&](std::uint64_t a, std::uint64_t b) {
    const int order = text_of(nodes[key(a)]).compare(text_of(nodes[key(b)]));
    return order != 0 ? order < 0 : a < b;
  });
  std::uint32_t first = kNone;
  for (std::size_t i = 1; i < run.size(); ++i) {
    if (text_of(nodes[key(run[i - 1])]) != text_of(nodes[key(run[i])])) continue;
    first = std::min(first, key(run[i]));
    if (what == Repeated::kMarkEarlier) mark(nodes[key(run[i - 1])]);
  }
  return first;
}

}  // namespace

std::optional<std::uint32_t> find_earlier(TapeStore& store, std::uint32_t object, std::uint32_t key,
                                          Repeated what) {
  auto& nodes = store.nodes;
  std::optional<std::uint32_t> found;
  for (std::uint32_t at = object + 1; at < key; at += 1 + nodes[at + 1].extent) {
    if (nodes[at].hash != nodes[key].hash || text_of(nodes[at]) != text_of(nodes[key])) continue;
    if (!found) found = at;
    if (what == Repeated::kReport) break;
    mark(nodes[at]);
  }
  return found;
}

std::optional<std::uint32_t> find_repeated(TapeStore& store, std::uint32_t object, Repeated what) {
  auto& order = store.order;
  order.clear();
  const std::uint32_t end = object + store.nodes[object].extent;
  for (std::uint32_t at = object + 1; at < end; at += 1 + store.nodes[at + 1].extent)
    order.push_back(std::uint64_t{store.nodes[at].hash} << 32 | at);
  std::sort(order.begin(), order.end());

  std::uint32_t first = kNone;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t run = i + 1;
    while (run < order.size() && order[run] >> 32 == order[i] >> 32) ++run;
    if (run - i > 1)
      first = std::min(first, repeated_among(store, std::span(order).subspan(i, run - i), what));
    i = run;
  }
  return first == kNone ? std::nullopt : std::optional(first);
}

void drop_marked(TapeStore& store) {
  auto& nodes = store.nodes;
  std::size_t to = 0;
  store.depth = 0;
  // `size` of an open container is where it ended before anything was moved.
  const auto close_until = [&](std::size_t from) {
    while (store.depth > 0 && store.open[store.depth - 1].size == from) {
      const std::uint32_t node = store.open[--store.depth].node;
      nodes[node].extent = static_cast<std::uint32_t>(to - node);
    }
  };
  std::size_t from = 0;
  while (from < store.used) {
    close_until(from);
    const Node node = nodes[from];
    if (is_marked(node)) {
      --nodes[store.open[store.depth - 1].node].size;
      from += 1 + nodes[from + 1].extent;
      continue;
    }
    if (node.kind == Kind::kArray || node.kind == Kind::kObject)
      store.push(to, node.kind == Kind::kObject ? '}' : ']').size =
          static_cast<std::uint32_t>(from + node.extent);
    nodes[to++] = node;
    ++from;
  }
  close_until(from);
  store.used = to;
}

}  // namespace barbacane::schema::detail

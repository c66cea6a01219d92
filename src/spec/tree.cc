#include "spec/tree.h"

#include <algorithm>

namespace barbacane::spec {

const Member* Node::find_member(std::string_view key) const {
  const std::span<const Member> all = members();
  if (by_key_ == nullptr) {
    const auto found = std::ranges::find(all, key, &Member::key);
    return found == all.end() ? nullptr : &*found;
  }
  const std::span index(by_key_, size_);
  const auto found =
      std::ranges::lower_bound(index, key, {}, [&](std::uint32_t i) { return all[i].key; });
  if (found == index.end() || all[*found].key != key) return nullptr;
  return &all[*found];
}

const Node* Node::find(std::string_view key) const {
  const Member* member = find_member(key);
  return member == nullptr ? nullptr : member->value;
}

}  // namespace barbacane::spec

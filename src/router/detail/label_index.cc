#include "router/detail/label_index.h"

#include <utility>

namespace barbacane::router::detail {

void LabelIndex::insert(std::uint32_t scope, std::string_view label, std::uint32_t node) {
  if (4 * (used_ + 1) > 3 * slots_.size()) grow();
  Slot slot{Key(scope, label), node};
  if (label.size() > kInline) {
    slot.label = static_cast<std::uint32_t>(long_labels_.size());
    long_labels_.append(label);
  }
  place(slot);
  ++used_;
}

void LabelIndex::place(const Slot& slot) {
  std::size_t i = slot.key.hash() & (slots_.size() - 1);
  while (slots_[i].node != kAbsent) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = slot;
}

void LabelIndex::grow() {
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
  for (const Slot& slot : old) {
    if (slot.node != kAbsent) place(slot);
  }
}

}  // namespace barbacane::router::detail

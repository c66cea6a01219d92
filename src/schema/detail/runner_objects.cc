#include "schema/detail/explainer.h"
#include "schema/detail/runner.h"
#include "schema/detail/same_bytes.h"

/// Keywords about members.
namespace barbacane::schema::detail {
namespace {

/// Bits of all names that are required, when they fit.
inline std::uint64_t all_required(unsigned count) {
  return count == 0 ? 0 : ~std::uint64_t{0} >> (64 - count);
}

const Value::Node* next_member(const Value::Node* key) { return key + 1 + key[1].extent; }

}  // namespace

inline const Property* Runner::find_property(const Slot* slots, SlotRange index,
                                             const Property* properties, const Node* key) {
  const std::uint32_t hash = key->hash;
  for (std::uint32_t i = hash >> index.shift;; ++i) {
    const Slot slot = slots[i & index.mask];
    if (slot.property == kNowhere) return nullptr;
    if (slot.hash != hash) continue;
    const Property& property = properties[slot.property];
    if (property.name_size == key->size && same_bytes(property.name, key->text, key->size)) {
      return &property;
    }
  }
}

const Runner::Node* Runner::find_member(const Node* node, const Text& name) {
  const Node* key = node + 1;
  for (std::uint32_t left = node->size; left != 0; --left, key = next_member(key)) {
    const bool found = key->hash == name.hash && key->size == name.size &&
                       same_bytes(key->text, name.data, name.size);
    if (found) return key + 1;
  }
  return nullptr;
}

bool Runner::has_member(const Node* node, const Text& name) {
  return spend(1 + node->size / 16) && find_member(node, name) != nullptr;
}

bool Runner::catch_up(std::size_t before) {
  auto& later = scratch_.later;
  bool ok = true;
  for (std::size_t i = before; ok && i < later.size(); ++i) {
    const auto [block, node] = later[i];
    ok = descend<Explain::kNo>(block, node);
  }
  later.resize(before);
  return ok;
}

bool Runner::members_misfit(const MemberTable& table, const Node* node) {
  if (table.property_count == 0 || !spend_on_size(node)) return false;
  const Slot* const slots = program_.slots.data() + table.index.begin;
  const Property* const properties = program_.properties.data() + table.properties;
  std::uint64_t found = 0;
  const Node* key = node + 1;
  for (std::uint32_t left = node->size; left != 0; --left, key = next_member(key)) {
    const Node* const value = key + 1;
    const Property* const property = find_property(slots, table.index, properties, key);
    if (property == nullptr) continue;
    found |= std::uint64_t{property->required != 0} << ((property->required - 1) & 63);
    if (property->block == kNowhere || value->kind >= Kind::kArray || value->opaque) continue;
    const Block& block = program_.blocks[property->block];
    if (!is_of(block.types, value)) return true;
    for (unsigned i = block.ends[kObjects]; i < block.ends[kAnything]; ++i) {
      const Instruction& in = program_.code[block.code + i];
      if (in.op != Op::kConst && in.op != Op::kEnum) continue;
      if (!in_enum(block, in, value)) return true;
    }
  }
  return table.required_count <= 64 && found != all_required(table.required_count);
}

bool Runner::plain_members(const MemberTable& table, const Node* node) {
  const Slot* const slots = program_.slots.data() + table.index.begin;
  const Property* const properties = program_.properties.data() + table.properties;
  const SlotRange index = table.index;
  if (!spend_on_size(node)) return false;
  std::uint64_t found = 0;
  bool all_declared = true;
  std::size_t put_off = 0;
  const auto refuse = [&] {
    if (put_off != 0) scratch_.later.resize(scratch_.later.size() - put_off);
    return false;
  };
  const Node* key = node + 1;
  for (std::uint32_t left = node->size; left != 0; --left) {
    const Node* const value = key + 1;
    const Property* const property = find_property(slots, index, properties, key);
    key = value + value->extent;
    const Leaf* leaf = nullptr;
    std::uint32_t block = kNowhere;
    if (property != nullptr) {
      const unsigned required = property->required;
      found |= std::uint64_t{required != 0} << ((required - 1) & 63);
      leaf = &property->leaf;
      block = property->block;
    }
    if (block == kNowhere) {
      all_declared = false;
      if (table.additional == kNowhere) continue;
      leaf = &table.additional_leaf;
      block = table.additional;
    }
    if (settles(*leaf, value)) continue;
    // What is missing or of the wrong kind should show before anything takes long.
    if (leaf->kind != Leaf::kTypes) {
      if (value->kind >= Kind::kArray) {
        scratch_.later.push_back({block, value});
        ++put_off;
        continue;
      }
      if (descend<Explain::kNo>(block, value)) continue;
    }
    return refuse();
  }
  if (found != all_required(table.required_count)) return refuse();
  if (put_off != 0 && !catch_up(scratch_.later.size() - put_off)) return false;
  if (all_declared) declared_ = {&table, node};
  return true;
}

template <Track kTrack, Explain kExplain>
inline bool Runner::member(const Block& block, const MemberTable& table, const Node* key,
                           std::uint32_t index, std::uint64_t* found) {
  const Node* value = key + 1;
  const auto look = [&](std::uint32_t inside) {
    if constexpr (kExplain == Explain::kNo) {
      if (value->kind >= Kind::kArray) {
        scratch_.later.push_back({inside, value});
        return true;
      }
    }
    return descend<kExplain>(inside, value);
  };
  bool known = false;
  bool ok = true;
  const Property* property =
      table.property_count == 0
          ? nullptr
          : find_property(program_.slots.data() + table.index.begin, table.index,
                          program_.properties.data() + table.properties, key);
  if (property != nullptr) {
    if (property->required != 0) {
      const unsigned bit = property->required - 1;
      if (found != nullptr) {
        *found |= std::uint64_t{1} << bit;
      } else {
        scratch_.bits[scratch_.bits.size() - 1 - bit / 64] |= std::uint64_t{1} << (bit % 64);
      }
    }
    if (property->block != kNowhere) {
      known = true;
      if (!settles(property->leaf, value)) {
        if (kExplain == Explain::kNo && property->leaf.kind == Leaf::kTypes) return false;
        ok = look(property->block);
      }
    }
  }
  for (std::uint32_t i = 0; i < table.pattern_count; ++i) {
    if (kExplain == Explain::kNo && !ok) return false;
    const PatternProperty& pattern = program_.pattern_properties[table.patterns + i];
    if (!pattern_matches(pattern.pattern, key)) continue;
    known = true;
    ok = look(pattern.block) && ok;
  }
  if (!known && table.additional != kNowhere) {
    known = true;
    if (!settles(table.additional_leaf, value)) {
      if (kExplain == Explain::kNo && table.additional_leaf.kind == Leaf::kTypes) return false;
      if (kExplain == Explain::kYes && (program_.blocks[table.additional].flags & Block::kFalse)) {
        explainer_->undeclared(block, Keyword::kAdditionalProperties, key);
        ok = false;
      } else {
        ok = look(table.additional) && ok;
      }
    }
  }
  if (kTrack == Track::kYes && known) mark(index);
  if (table.names == kNowhere || (kExplain == Explain::kNo && !ok)) return ok;
  if constexpr (kExplain == Explain::kYes) explainer_->begin_names();
  const bool named = descend<kExplain>(table.names, key);
  if constexpr (kExplain == Explain::kYes) explainer_->end_names();
  return named && ok;
}

template <Track kTrack, Explain kExplain>
bool Runner::members(const Block& block, const MemberTable& table, const Node* node) {
  if constexpr (kTrack == Track::kNo && kExplain == Explain::kNo) {
    if (table.plain) return plain_members(table, node);
  }
  if (!spend_on_size(node)) return false;
  std::uint64_t found = 0;
  const unsigned required = table.required_count;
  const bool many = required > 64;
  if (many && !spend(table.property_count / 16)) return false;
  const std::size_t before = scratch_.bits.size();
  const std::size_t later = scratch_.later.size();
  if (many) scratch_.bits.resize(before + (required + 63) / 64, 0);
  bool ok = true;
  const Node* key = node + 1;
  for (std::uint32_t i = 0; i < node->size; ++i, key = next_member(key)) {
    if (member<kTrack, kExplain>(block, table, key, i, many ? nullptr : &found)) continue;
    ok = false;
    if (kExplain == Explain::kNo || explainer_->full()) break;
  }
  if (kExplain == Explain::kNo && !ok) {
    if (many) scratch_.bits.resize(before);
    scratch_.later.resize(later);
    return false;
  }
  if (!many && found == all_required(required)) return catch_up(later) && ok;
  for (std::uint32_t i = 0; i < table.property_count; ++i) {
    const Property& property = program_.properties[table.properties + i];
    if (property.required == 0) continue;
    const unsigned bit = property.required - 1;
    const std::uint64_t word = many ? scratch_.bits[scratch_.bits.size() - 1 - bit / 64] : found;
    if ((word >> (bit % 64) & 1) != 0) continue;
    ok = false;
    if constexpr (kExplain == Explain::kNo) break;
    explainer_->missing(block, node, property);
  }
  if (many) scratch_.bits.resize(before);
  if (!ok) scratch_.later.resize(later);
  return ok && catch_up(later);
}

template <Explain kExplain>
bool Runner::dependent_required(const Block& block, const Instruction& in, const Node* node) {
  bool ok = true;
  for (std::uint32_t i = 0; i < in.b; ++i) {
    const Dependent& dependent = program_.dependents[in.a + i];
    if (!has_member(node, dependent.trigger)) continue;
    for (std::uint32_t j = 0; j < dependent.count; ++j) {
      const Text& name = program_.required_names[dependent.a + j];
      if (has_member(node, name)) continue;
      if constexpr (kExplain == Explain::kNo) return false;
      explainer_->missing_dependent(block, dependent, node, name.view());
      ok = false;
    }
  }
  return ok;
}

bool Runner::leftovers(const Block& block, const Instruction& in, const Node* node) {
  const bool none =
      in.c != kNowhere && declared_.node == node && declared_.table == &program_.tables[in.c];
  if (none) return true;
  const MemberTable& table = program_.tables[in.b];
  return (table.plain && declares_all(table, node)) ||
         members<Track::kNo, Explain::kNo>(block, table, node);
}

bool Runner::declares_all(const MemberTable& table, const Node* node) {
  if (!spend_on_size(node)) return false;
  const Slot* const slots = program_.slots.data() + table.index.begin;
  const Property* const properties = program_.properties.data() + table.properties;
  const SlotRange index = table.index;
  const Node* key = node + 1;
  for (std::uint32_t left = node->size; left != 0; --left, key = next_member(key)) {
    if (find_property(slots, index, properties, key) == nullptr) return false;
  }
  return true;
}

template <Explain kExplain>
bool Runner::unevaluated_properties(const Block& block, const Instruction& in, const Node* node) {
  const Block& rest = program_.blocks[in.a];
  bool ok = spend_on_size(node);
  const Node* key = node + 1;
  for (std::uint32_t i = 0; i < node->size; ++i, key = next_member(key)) {
    if (is_marked(i)) continue;
    mark(i);
    if (settles(rest.leaf, key + 1)) continue;
    if constexpr (kExplain == Explain::kNo) {
      if (!descend<kExplain>(in.a, key + 1)) return false;
    } else if ((rest.flags & Block::kFalse) != 0) {
      explainer_->undeclared(block, Keyword::kUnevaluatedProperties, key);
      ok = false;
    } else {
      ok = descend<kExplain>(in.a, key + 1) && ok;
    }
    if (kExplain == Explain::kYes && explainer_->full()) break;
  }
  return ok;
}

template bool Runner::members<Track::kNo, Explain::kNo>(const Block&, const MemberTable&,
                                                        const Node*);
template bool Runner::members<Track::kYes, Explain::kNo>(const Block&, const MemberTable&,
                                                         const Node*);
template bool Runner::members<Track::kNo, Explain::kYes>(const Block&, const MemberTable&,
                                                         const Node*);
template bool Runner::members<Track::kYes, Explain::kYes>(const Block&, const MemberTable&,
                                                          const Node*);
template bool Runner::dependent_required<Explain::kNo>(const Block&, const Instruction&,
                                                       const Node*);
template bool Runner::dependent_required<Explain::kYes>(const Block&, const Instruction&,
                                                        const Node*);
template bool Runner::unevaluated_properties<Explain::kNo>(const Block&, const Instruction&,
                                                           const Node*);
template bool Runner::unevaluated_properties<Explain::kYes>(const Block&, const Instruction&,
                                                            const Node*);

}  // namespace barbacane::schema::detail

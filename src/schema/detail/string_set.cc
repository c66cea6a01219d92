#include "schema/detail/string_set.h"

#include <bit>
#include <vector>

#include "schema/detail/same_bytes.h"

namespace barbacane::schema::detail {

namespace {

/// How many strings do not stand where they are looked for first.
unsigned count_displaced(std::span<const Text> strings, SlotRange range, std::vector<bool>& taken) {
  taken.assign(range.mask + 1, false);
  unsigned displaced = 0;
  for (const Text& string : strings) {
    auto at = taken[(string.hash >> range.shift) & range.mask];
    if (at) ++displaced;
    at = true;
  }
  return displaced;
}

/// Where the hash is read from and how many slots there are is a matter of luck: some is tried.
SlotRange lay_out(std::span<const Text> strings) {
  constexpr unsigned kHashBits = 32;
  constexpr std::size_t kMany = 256;
  const auto least = static_cast<unsigned>(std::bit_width(strings.size()));
  SlotRange best;
  best.mask = (1U << (least + 1)) - 1;
  if (strings.size() > kMany) return best;
  std::vector<bool> taken;
  unsigned fewest = kHashBits;
  for (unsigned bits = least; bits <= least + 2 && fewest != 0; ++bits) {
    for (unsigned shift = 0; shift + bits <= kHashBits && fewest != 0; ++shift) {
      SlotRange range;
      range.mask = (1U << bits) - 1;
      range.shift = static_cast<std::uint8_t>(shift);
      const unsigned displaced = count_displaced(strings, range, taken);
      if (displaced >= fewest) continue;
      fewest = displaced;
      best = range;
    }
  }
  return best;
}

}  // namespace

SlotRange index_strings(Program::Impl& program, std::span<const Text> strings) {
  SlotRange range = lay_out(strings);
  range.begin = static_cast<std::uint32_t>(program.slots.size());
  program.slots.resize(program.slots.size() + range.mask + 1, Slot{0, kNowhere});
  Slot* const slots = program.slots.data() + range.begin;
  for (std::uint32_t i = 0; i < strings.size(); ++i) {
    std::uint32_t at = strings[i].hash >> range.shift;
    while (slots[at & range.mask].property != kNowhere) ++at;
    slots[at & range.mask] = {strings[i].hash, i};
  }
  return range;
}

StringSet add_strings(Program::Impl& program, std::span<const Text> strings) {
  constexpr std::size_t kFew = 8;
  StringSet set;
  set.strings = static_cast<std::uint32_t>(program.enum_strings.size());
  set.count = static_cast<std::uint32_t>(strings.size());
  program.enum_strings.insert(program.enum_strings.end(), strings.begin(), strings.end());
  if (strings.size() > kFew) set.index = index_strings(program, strings);
  return set;
}

std::uint32_t find_string(const Program::Impl& program, const StringSet& set,
                          std::string_view text) {
  const Text* const strings = program.enum_strings.data() + set.strings;
  if (set.index.empty()) {
    for (std::uint32_t i = 0; i < set.count; ++i) {
      if (strings[i].size == text.size() && same_bytes(strings[i].data, text.data(), text.size())) {
        return i;
      }
    }
    return kNowhere;
  }
  const std::uint32_t hash = name_hash(text);
  for (std::uint32_t i = hash >> set.index.shift;; ++i) {
    const Slot& slot = program.slots[set.index.begin + (i & set.index.mask)];
    if (slot.property == kNowhere) return kNowhere;
    if (slot.hash == hash && strings[slot.property].view() == text) return slot.property;
  }
}

}  // namespace barbacane::schema::detail

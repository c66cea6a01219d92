#include "schema/detail/leftover_names.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "schema/detail/applied.h"
#include "schema/detail/string_set.h"

namespace barbacane::schema::detail {
namespace {

/// Schemas about the same value looked at for one `unevaluatedProperties`.
constexpr unsigned kMaxBlocks = 256;

/// The names that are evaluated in every value for which the schemas about it hold.
class Evaluated {
 public:
  explicit Evaluated(const Program::Impl& program) : program_(program) {}

  /// False when they depend on the value, or would take long to tell.
  bool find(const Block& block) {
    if (!collect(block)) return false;
    // What is asked of some values only must not evaluate more than that.
    while (!sometimes_.empty()) {
      const std::uint32_t next = sometimes_.back();
      sometimes_.pop_back();
      if (!adds_nothing(next)) return false;
    }
    return true;
  }

  bool everything() const { return everything_; }
  const std::vector<Text>& names() const { return names_; }
  const std::vector<std::uint32_t>& patterns() const { return patterns_; }
  /// The table that declares most of them; kNowhere when there is none.
  std::uint32_t widest() const { return widest_; }

 private:
  /// Calls `take` with each table that speaks of the value, until one is false.
  template <class Take>
  bool each_table(const Block& block, Take take) {
    if (++blocks_ > kMaxBlocks) return false;
    for (unsigned i = block.ends[kArrays]; i < block.ends[kAnything]; ++i) {
      const Instruction& in = program_.code[block.code + i];
      if (in.op == Op::kDynamicRef) return false;
      if (in.op == Op::kMembers && !take(in.a)) return false;
    }
    return true;
  }

  bool leaves_nothing(const Block& block) const {
    for (unsigned i = block.ends[kAnything]; i < block.ends[kLast]; ++i) {
      if (program_.code[block.code + i].op == Op::kUnevaluatedProperties) return true;
    }
    return false;
  }

  bool collect(const Block& block) {
    const bool ok = each_table(block, [this](std::uint32_t table) {
      collect_names(table);
      return true;
    });
    return ok && each_inside(block, [this](std::uint32_t number, Applied applied) {
             if (applied == Applied::kSometimes) {
               sometimes_.push_back(number);
               return true;
             }
             const Block& inside = program_.blocks[number];
             everything_ = everything_ || leaves_nothing(inside);
             return collect(inside);
           });
  }

  void collect_names(std::uint32_t number) {
    const MemberTable& table = program_.tables[number];
    const auto most = widest_ == kNowhere ? 0 : program_.tables[widest_].property_count;
    if (table.plain && table.property_count > most) widest_ = number;
    everything_ = everything_ || table.additional != kNowhere;
    for (std::uint32_t i = 0; i < table.property_count; ++i) {
      const Property& property = program_.properties[table.properties + i];
      if (property.block == kNowhere || !known_.insert(property.name_view()).second) continue;
      names_.push_back({property.name, property.name_size, name_hash(property.name_view())});
    }
    for (std::uint32_t i = 0; i < table.pattern_count; ++i) {
      patterns_.push_back(program_.pattern_properties[table.patterns + i].pattern);
    }
  }

  bool adds_nothing(std::uint32_t number) {
    if (everything_) return true;
    const Block& block = program_.blocks[number];
    if (leaves_nothing(block)) return false;
    const bool ok = each_table(
        block, [this](std::uint32_t table) { return adds_nothing(program_.tables[table]); });
    return ok && each_inside(block, [this](std::uint32_t inside, Applied) {
             sometimes_.push_back(inside);
             return sometimes_.size() <= kMaxBlocks;
           });
  }

  bool adds_nothing(const MemberTable& table) const {
    if (table.additional != kNowhere) return false;
    for (std::uint32_t i = 0; i < table.property_count; ++i) {
      const Property& property = program_.properties[table.properties + i];
      if (property.block != kNowhere && !known_.contains(property.name_view())) return false;
    }
    for (std::uint32_t i = 0; i < table.pattern_count; ++i) {
      const std::uint32_t pattern = program_.pattern_properties[table.patterns + i].pattern;
      if (std::ranges::find(patterns_, pattern) == patterns_.end()) return false;
    }
    return true;
  }

  /// Calls `take` for each schema that is asked about the same value, until one is false.
  template <class Take>
  bool each_inside(const Block& block, Take take) {
    bool ok = true;
    for (unsigned i = block.ends[kArrays]; ok && i < block.ends[kAnything]; ++i) {
      each_applied(program_, program_.code[block.code + i],
                   [&](std::uint32_t number, Applied applied) {
                     if (ok && applied != Applied::kNegated) ok = take(number, applied);
                   });
    }
    return ok;
  }

  const Program::Impl& program_;
  std::vector<Text> names_;
  std::unordered_set<std::string_view> known_;
  std::vector<std::uint32_t> patterns_;
  std::vector<std::uint32_t> sometimes_;  ///< blocks asked about some values only
  std::uint32_t widest_ = kNowhere;
  bool everything_ = false;
  unsigned blocks_ = 0;
};

class Tables {
 public:
  explicit Tables(Program::Impl& program) : program_(program) {}

  /// A table that takes what is evaluated as it is, and the rest by `leftover`.
  std::uint32_t add(const Evaluated& evaluated, std::uint32_t leftover) {
    MemberTable table;
    if (!evaluated.everything()) {
      table.additional = leftover;
      table.additional_leaf = program_.blocks[leftover].leaf;
    }
    const std::uint32_t any = anything();
    table.properties = static_cast<std::uint32_t>(program_.properties.size());
    for (const Text& name : evaluated.names()) {
      Property& property = program_.properties.emplace_back();
      property.name = name.data;
      property.name_size = name.size;
      property.block = any;
      property.leaf = program_.blocks[any].leaf;
      ++table.property_count;
    }
    if (table.property_count != 0) table.index = index_strings(program_, evaluated.names());
    table.patterns = static_cast<std::uint32_t>(program_.pattern_properties.size());
    for (const std::uint32_t pattern : evaluated.patterns()) {
      program_.pattern_properties.push_back({pattern, any});
      ++table.pattern_count;
    }
    table.plain = table.pattern_count == 0 && table.property_count != 0;
    program_.tables.push_back(table);
    return static_cast<std::uint32_t>(program_.tables.size() - 1);
  }

 private:
  /// A block for the schema `true`.
  std::uint32_t anything() {
    if (anything_ == kNowhere) {
      anything_ = static_cast<std::uint32_t>(program_.blocks.size());
      program_.blocks.emplace_back().leaf.kind = Leaf::kTypes;
    }
    return anything_;
  }

  Program::Impl& program_;
  std::uint32_t anything_ = kNowhere;
};

}  // namespace

void find_leftover_names(Program::Impl& program) {
  Tables tables(program);
  const std::size_t count = program.blocks.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Block block = program.blocks[i];
    bool depends = false;
    for (unsigned at = block.ends[kAnything]; at < block.ends[kLast]; ++at) {
      Instruction& in = program.code[block.code + at];
      Evaluated evaluated(program);
      if (in.op != Op::kUnevaluatedProperties || !evaluated.find(block)) {
        depends = true;
      } else if (in.b == kNowhere) {
        in.b = tables.add(evaluated, in.a);
        in.c = evaluated.widest();
      }
    }
    if (depends) program.blocks[i].flags |= Block::kNotes;
  }
}

}  // namespace barbacane::schema::detail

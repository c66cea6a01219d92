#include "schema/detail/branch_switch.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <vector>

#include "schema/detail/applied.h"
#include "schema/detail/string_set.h"

namespace barbacane::schema::detail {
namespace {

/// References and `allOf`s followed into a branch, and branches worth a table.
constexpr unsigned kMaxDepth = 6;
constexpr unsigned kMaxBranches = 1000;
/// Blocks looked at for one branch.
constexpr unsigned kMaxBlocks = 32;

/// A member that must be there and be one of some strings.
struct Tag {
  std::string_view property;
  StringSet strings;
};

/// What is certain of a value that is valid against a branch.
class Certain {
 public:
  Certain(const Program::Impl& program, std::uint32_t branch) : program_(program) {
    look(branch, 0);
    std::erase_if(tags_, [this](const Tag& tag) {
      return std::ranges::find(required_, tag.property) == required_.end();
    });
  }

  bool is_object() const { return object_; }
  const std::vector<Tag>& tags() const { return tags_; }

 private:
  void look(std::uint32_t number, unsigned depth) {
    if (depth == kMaxDepth || ++blocks_ > kMaxBlocks) return;
    const Block& block = program_.blocks[number];
    object_ = object_ || block.types == TypeSet::kObject;
    for (unsigned i = block.ends[kArrays]; i < block.ends[kAnything]; ++i) {
      const Instruction& in = program_.code[block.code + i];
      if (in.op == Op::kMembers) members(program_.tables[in.a]);
      each_applied(program_, in, [&](std::uint32_t inside, Applied applied) {
        if (applied == Applied::kAlways) look(inside, depth + 1);
      });
    }
  }

  void members(const MemberTable& table) {
    for (std::uint32_t i = 0; i < table.property_count; ++i) {
      const Property& property = program_.properties[table.properties + i];
      if (property.required != 0) required_.push_back(property.name_view());
      if (property.block == kNowhere) continue;
      if (const auto strings = only_strings(program_.blocks[property.block])) {
        tags_.push_back({property.name_view(), *strings});
      }
    }
  }

  std::optional<StringSet> only_strings(const Block& block) const {
    for (unsigned i = block.ends[kObjects]; i < block.ends[kAnything]; ++i) {
      const Instruction& in = program_.code[block.code + i];
      if (in.op != Op::kConst && in.op != Op::kEnum) continue;
      const Enum& values = program_.enums[in.a];
      if (values.strings.count == values.count) return values.strings;
    }
    return std::nullopt;
  }

  const Program::Impl& program_;
  std::vector<Tag> tags_;
  std::vector<std::string_view> required_;
  bool object_ = false;
  unsigned blocks_ = 0;
};

const Tag* find_tag(const Certain& branch, std::string_view property) {
  const auto at = std::ranges::find(branch.tags(), property, &Tag::property);
  return at == branch.tags().end() ? nullptr : &*at;
}

class Switches {
 public:
  explicit Switches(Program::Impl& program) : program_(program) {}

  /// For an instruction with branches; 0 when no member tells them apart.
  std::uint16_t number_for(const Instruction& in) {
    if (in.b < 2 || in.b > kMaxBranches || program_.switches.size() >= UINT16_MAX) return 0;
    std::vector<Certain> branches;
    for (std::uint32_t i = 0; i < in.b; ++i) {
      branches.emplace_back(program_, program_.lists[in.a + i]);
      if (!branches.back().is_object() || branches.back().tags().empty()) return 0;
    }
    for (const Tag& tag : branches.front().tags()) {
      if (add(in, branches, tag.property)) {
        return static_cast<std::uint16_t>(program_.switches.size());
      }
    }
    return 0;
  }

 private:
  bool add(const Instruction& in, const std::vector<Certain>& branches, std::string_view property) {
    std::vector<Text> tags;
    std::vector<std::uint32_t> blocks;
    std::unordered_set<std::string_view> seen;
    for (std::uint32_t i = 0; i < in.b; ++i) {
      const Tag* const tag = find_tag(branches[i], property);
      if (tag == nullptr) return false;
      for (std::uint32_t j = 0; j < tag->strings.count; ++j) {
        const Text text = program_.enum_strings[tag->strings.strings + j];
        if (!seen.insert(text.view()).second) return false;
        tags.push_back(text);
        blocks.push_back(program_.lists[in.a + i]);
      }
    }
    BranchSwitch& out = program_.switches.emplace_back();
    out.property = program_.pool.intern(property);
    out.tags = add_strings(program_, tags);
    out.blocks = static_cast<std::uint32_t>(program_.lists.size());
    program_.lists.insert(program_.lists.end(), blocks.begin(), blocks.end());
    return true;
  }

  Program::Impl& program_;
};

}  // namespace

void add_switches(Program::Impl& program) {
  Switches switches(program);
  for (Instruction& in : program.code) {
    if (in.op == Op::kAnyOf || in.op == Op::kOneOf) in.n = switches.number_for(in);
  }
}

}  // namespace barbacane::schema::detail

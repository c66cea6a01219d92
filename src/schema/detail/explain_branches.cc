#include <algorithm>
#include <utility>

#include "schema/detail/explainer.h"
#include "schema/detail/sentences.h"
#include "schema/detail/string_set.h"

/// Which alternative somebody meant.
namespace barbacane::schema::detail {
namespace {

/// Schemas looked through before a guess is as good.
constexpr unsigned kMaxDepth = 8;
constexpr unsigned kMaxGuesses = 2000;
/// Alternatives of alternatives explained in one sentence.
constexpr unsigned kMaxNested = 2;
/// What is longer helps nobody.
constexpr std::size_t kMaxExpected = 160;

/// Adds what is not in the list yet.
void add_once(std::vector<std::string>& list, std::string text) {
  if (std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

std::string joined(const std::vector<std::string>& list, std::string_view separator) {
  std::string out;
  for (const std::string& each : list) {
    if (!out.empty()) out += separator;
    out += each;
  }
  return out;
}

/// `'a' or 'b'`, and of more some.
std::string alternatives_of(std::span<const std::string_view> names) {
  constexpr std::size_t kFew = 4;
  if (names.size() > kFew) return "one of " + choices(names);
  std::vector<std::string> quoted;
  for (const std::string_view name : names) quoted.push_back("'" + shown(name) + "'");
  return joined(quoted, " or ");
}

/// The name of the member of `node` that `inner` lies in, quoted; empty when there is none.
std::string member_with(const Value::Node* node, const Value::Node* inner) {
  if (node->kind != Kind::kObject || inner == node) return {};
  const Value::Node* key = node + 1;
  while (key + 1 + key[1].extent <= inner) key += 1 + key[1].extent;
  return "'" + shown(Value(key).text()) + "' ";
}

}  // namespace

std::uint32_t discriminated(const Program::Impl& program, std::uint32_t number,
                            const Value::Node* node) {
  if (node->kind != Kind::kObject) return kNowhere;
  const Discriminator& discriminator = program.discriminators[number];
  const auto value = Value(node).find(discriminator.property.view());
  if (!value || !value->is_string() || value->is_opaque()) return kNowhere;
  for (std::uint32_t i = 0; i < discriminator.count; ++i) {
    const MappedBranch& mapped = program.mapped_branches[discriminator.mapped + i];
    if (mapped.value.view() == value->text()) return mapped.branch;
  }
  return kNowhere;
}

std::uint8_t Explainer::types_of(std::uint32_t number, unsigned depth) {
  const Block& block = program_.blocks[number];
  unsigned types = block.types;
  if (depth == kMaxDepth || guesses_ == 0) return block.types;
  --guesses_;
  for (unsigned i = block.ends[kObjects]; i < block.ends[kAnything]; ++i) {
    const Instruction& in = program_.code[block.code + i];
    if (in.op == Op::kRef) types &= types_of(in.a, depth + 1);
    if (in.op != Op::kAllOf && in.op != Op::kAnyOf && in.op != Op::kOneOf) continue;
    unsigned some = 0;
    for (std::uint32_t j = 0; j < in.b; ++j) {
      const unsigned each = types_of(program_.lists[in.a + j], depth + 1);
      if (in.op == Op::kAllOf) types &= each;
      some |= each;
    }
    if (in.op != Op::kAllOf) types &= some;
  }
  return static_cast<std::uint8_t>(types);
}

Explainer::Fit Explainer::fit_members(const MemberTable& table, const Node* node, unsigned depth) {
  Fit worst = Fit::kFits;
  for (std::uint32_t i = 0; i < table.property_count; ++i) {
    const Property& property = program_.properties[table.properties + i];
    const unsigned cost = node->size / 64;
    if (guesses_ <= cost) return worst;
    guesses_ -= cost;
    const auto value = Value(node).find(property.name_view());
    if (!value && property.required != 0) worst = Fit::kLacksMember;
    if (!value || property.block == kNowhere) continue;
    const Block& block = program_.blocks[property.block];
    const bool constant = std::any_of(
        program_.code.begin() + block.code + block.ends[kObjects],
        program_.code.begin() + block.code + block.ends[kAnything],
        [](const Instruction& in) { return in.op == Op::kConst || in.op == Op::kEnum; });
    if (constant && fit(property.block, value->node(), depth + 1) <= Fit::kWrongConstant) {
      return Fit::kWrongConstant;
    }
  }
  return worst;
}

Explainer::Fit Explainer::fit(std::uint32_t number, const Node* node, unsigned depth) {
  const Block& block = program_.blocks[number];
  if (!has_type(block.types, node)) return Fit::kWrongType;
  if (depth == kMaxDepth || guesses_ == 0) return Fit::kFits;
  --guesses_;
  Fit worst = Fit::kFits;
  for (unsigned i = 0; i < block.ends[kAnything]; ++i) {
    const Instruction& in = program_.code[block.code + i];
    const bool about_objects = i >= block.ends[kArrays] && i < block.ends[kObjects];
    if (about_objects && node->kind != Kind::kObject) continue;
    Fit each = Fit::kFits;
    if (in.op == Op::kMembers) each = fit_members(program_.tables[in.a], node, depth);
    if (in.op == Op::kRef) each = fit(in.a, node, depth + 1);
    if (in.op == Op::kAllOf) {
      for (std::uint32_t j = 0; j < in.b; ++j) {
        each = std::min(each, fit(program_.lists[in.a + j], node, depth + 1));
      }
    }
    if (in.op == Op::kAnyOf || in.op == Op::kOneOf) {
      each = Fit::kWrongType;
      for (std::uint32_t j = 0; j < in.b; ++j) {
        each = std::max(each, fit(program_.lists[in.a + j], node, depth + 1));
      }
    }
    if (in.op == Op::kConst || in.op == Op::kEnum) {
      const Enum& values = program_.enums[in.a];
      const bool equal_to_one = std::any_of(
          program_.enum_values.begin() + values.values,
          program_.enum_values.begin() + values.values + values.count,
          [&](std::uint32_t value) { return equal(program_.constant(value), Value(node)); });
      if (!equal_to_one) each = Fit::kWrongConstant;
    }
    worst = std::min(worst, each);
  }
  return worst;
}

void Explainer::explain_branch(Runner& runner, std::uint32_t branch, const Node* node) {
  runner.check<Track::kNo, Explain::kYes>(branch, node);
}

void Explainer::no_branch(Runner& runner, const Block& block, const Instruction& in,
                          const Node* node) {
  if (full() || runner.limited()) return;
  const std::uint32_t* branches = program_.lists.data() + in.a;
  if (in.c != kNowhere) {
    const std::uint32_t named = discriminated(program_, in.c, node);
    if (named != kNowhere) return explain_branch(runner, branches[named], node);
  }
  if (in.n != 0 && tagged(runner, block, in, node)) return;
  std::vector<std::uint32_t> meant;
  Fit best = Fit::kWrongType;
  guesses_ = kMaxGuesses;
  unsigned types = 0;
  for (std::uint32_t i = 0; i < in.b; ++i) {
    types |= types_of(branches[i], 0);
    const Fit each = fit(branches[i], node, 0);
    if (each > best) meant.clear();
    if (each < best) continue;
    best = each;
    meant.push_back(branches[i]);
  }
  if (meant.size() == 1) return explain_branch(runner, meant.front(), node);
  if (best == Fit::kWrongType && !has_type(static_cast<std::uint8_t>(types), node)) {
    std::string expected = types_name(static_cast<std::uint8_t>(types));
    std::string sentence = "must be " + expected + ", but is " + type_of(node);
    return add(block, in.keyword, node, std::move(sentence), std::move(expected));
  }
  if (in.c != kNowhere && unknown_name(block, in, node)) return;
  alternatives(runner, block, in, meant, node);
}

bool Explainer::tagged(Runner& runner, const Block& block, const Instruction& in,
                       const Node* node) {
  if (node->kind != Kind::kObject) return false;
  const BranchSwitch& table = program_.switches[in.n - 1];
  const std::string_view property = table.property.view();
  const auto tag = Value(node).find(property);
  if (!tag) {
    add(block, in.keyword, node, "must have the property '" + shown(property) + "'",
        std::string(property));
    return true;
  }
  if (tag->is_string()) {
    if (tag->is_opaque()) return false;
    const std::uint32_t known = find_string(program_, table.tags, tag->text());
    if (known != kNowhere) {
      explain_branch(runner, program_.lists[table.blocks + known], node);
      return true;
    }
  }
  if (in.c != kNowhere) return false;  // the names of the `discriminator` say more
  std::vector<std::string_view> names;
  for (std::uint32_t i = 0; i < table.tags.count; ++i) {
    names.push_back(program_.enum_strings[table.tags.strings + i].view());
  }
  std::string expected = alternatives_of(names);
  std::string sentence = "must be " + expected + ", but is " + shown(*tag);
  add(block, in.keyword, tag->node(), std::move(sentence), std::move(expected));
  return true;
}

bool Explainer::takes_name(std::uint32_t branch, const Text& property, const Text& name) {
  Node object[3];
  object[0] = {.size = 1, .extent = 3, .kind = Kind::kObject};
  object[1] = {.text = property.data, .size = property.size, .kind = Kind::kString};
  object[2] = {.text = name.data, .size = name.size, .kind = Kind::kString};
  return fit(branch, object, 0) > Fit::kWrongConstant;
}

bool Explainer::unknown_name(const Block& block, const Instruction& in, const Node* node) {
  if (node->kind != Kind::kObject) return false;
  const Discriminator& discriminator = program_.discriminators[in.c];
  const auto name = Value(node).find(discriminator.property.view());
  if (!name || !name->is_string() || name->is_opaque()) return false;
  std::vector<std::string_view> names;
  for (std::uint32_t i = 0; i < discriminator.count; ++i) {
    const MappedBranch& mapped = program_.mapped_branches[discriminator.mapped + i];
    const std::uint32_t branch = program_.lists[in.a + mapped.branch];
    if (takes_name(branch, discriminator.property, mapped.value)) {
      names.push_back(mapped.value.view());
    }
  }
  if (names.empty()) return false;
  std::string expected = "one of " + choices(names);
  std::string sentence = "must be " + expected + ", but is " + shown(*name);
  add(block, Keyword::kDiscriminator, name->node(), std::move(sentence), std::move(expected));
  return true;
}

std::vector<Explainer::Finding> Explainer::first_of_each(Runner& runner,
                                                         std::span<const std::uint32_t> branches,
                                                         const Node* node) {
  std::vector<Finding> out;
  // What the branches say is said in one sentence, not in the list.
  std::vector<Finding> before = std::exchange(findings_, {});
  const std::size_t limit = std::exchange(limit_, 1);
  const bool about_name = std::exchange(about_name_, false);  // that is said once, around it
  ++alternatives_;
  for (const std::uint32_t branch : branches) {
    findings_.clear();
    explain_branch(runner, branch, node);
    if (!findings_.empty()) out.push_back(std::move(findings_.front()));
  }
  --alternatives_;
  findings_ = std::move(before);
  limit_ = limit;
  about_name_ = about_name;
  return out;
}

void Explainer::alternatives(Runner& runner, const Block& block, const Instruction& in,
                             const std::vector<std::uint32_t>& branches, const Node* node) {
  constexpr std::size_t kMost = 4;
  std::string sentence = "must match one of " + std::to_string(branches.size()) + " alternatives";
  if (alternatives_ == kMaxNested) return add(block, in.keyword, node, std::move(sentence), "");
  const std::size_t looked_at = std::min(branches.size(), kMost);
  const auto firsts = first_of_each(runner, std::span(branches).first(looked_at), node);
  const Node* place = firsts.empty() ? node : firsts.front().node;
  bool one_place = firsts.size() == branches.size();
  bool constants = one_place;
  std::vector<std::string> said;
  std::vector<std::string> wanted;
  for (const Finding& first : firsts) {
    add_once(said, member_with(node, first.node) + first.sentence);
    add_once(wanted, first.keyword == Keyword::kRequired ? "the property '" + first.expected + "'"
                                                         : first.expected);
    one_place = one_place && first.node == place && !first.expected.empty();
    constants = constants && (first.keyword == Keyword::kConst || first.keyword == Keyword::kEnum);
  }
  std::string expected = one_place ? joined(wanted, " or ") : "";
  if (expected.size() > kMaxExpected) expected.clear();
  if (constants && !expected.empty()) {
    sentence = "must be " + expected + ", but is " + shown(Value(place));
    return add(block, in.keyword, place, std::move(sentence), std::move(expected));
  }
  if (!said.empty()) sentence += ": " + joined(said, "; or ");
  if (branches.size() > kMost) sentence += "; or others";
  // What is wanted inside of the value is in the sentence, with its place.
  if (place != node) expected.clear();
  add(block, in.keyword, node, std::move(sentence), std::move(expected));
}

void Explainer::many_branches(const Block& block, const Instruction& in, const Node* node,
                              std::uint32_t first, std::uint32_t second) {
  add(block, in.keyword, node,
      "must match exactly one of " + std::to_string(in.b) + " alternatives, but matches number " +
          std::to_string(first + 1) + " and number " + std::to_string(second + 1),
      "exactly one of " + std::to_string(in.b) + " alternatives");
}

}  // namespace barbacane::schema::detail

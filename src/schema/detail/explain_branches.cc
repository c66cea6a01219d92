#include <algorithm>
#include <utility>

#include "schema/detail/explainer.h"
#include "schema/detail/sentences.h"

/// Which alternative somebody meant.
namespace barbacane::schema::detail {
namespace {

/// Schemas looked through before a guess is as good.
constexpr unsigned kMaxDepth = 8;
constexpr unsigned kMaxGuesses = 2000;
/// Alternatives of alternatives explained in one sentence.
constexpr unsigned kMaxNested = 2;

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
  for (std::uint32_t i = 0; i < table.property_count; ++i) {
    const Property& property = program_.properties[table.properties + i];
    if (property.block == kNowhere) continue;
    const Block& block = program_.blocks[property.block];
    const bool constant = std::any_of(
        program_.code.begin() + block.code + block.ends[kObjects],
        program_.code.begin() + block.code + block.ends[kAnything],
        [](const Instruction& in) { return in.op == Op::kConst || in.op == Op::kEnum; });
    if (!constant) continue;
    const unsigned cost = node->size / 64;
    if (guesses_ <= cost) return Fit::kFits;
    guesses_ -= cost;
    const auto value = Value(node).find(property.name_view());
    if (value && fit(property.block, value->node(), depth + 1) != Fit::kFits) {
      return Fit::kWrongConstant;
    }
  }
  return Fit::kFits;
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
    std::string sentence = "must be " + expected + ", but is " + std::string(type_name(node->kind));
    return add(block, in.keyword, node, std::move(sentence), std::move(expected));
  }
  add(block, in.keyword, node, alternatives(runner, meant, node), "");
}

std::string Explainer::alternatives(Runner& runner, const std::vector<std::uint32_t>& branches,
                                    const Node* node) {
  constexpr std::size_t kMost = 4;
  std::string out = "must match one of " + std::to_string(branches.size()) + " alternatives";
  if (alternatives_ == kMaxNested) return out;
  ++alternatives_;
  out += ": ";
  // What the branches say goes into this sentence, not into the list.
  std::vector<Finding> before = std::exchange(findings_, {});
  const std::size_t limit = std::exchange(limit_, 1);
  const bool about_name = std::exchange(about_name_, false);  // that is said once, around it
  std::vector<std::string> said;
  for (const std::uint32_t branch : branches) {
    if (said.size() == kMost) break;
    findings_.clear();
    explain_branch(runner, branch, node);
    if (findings_.empty()) continue;
    Finding& first = findings_.front();
    std::string sentence = std::move(first.sentence);
    if (first.node != node) {
      std::string at;
      const Node* key = node;
      // The member of this object in which it is.
      if (node->kind == Kind::kObject) {
        key = node + 1;
        while (key + 1 + key[1].extent <= first.node) key += 1 + key[1].extent;
        at = "'" + shown(Value(key).text()) + "' ";
      }
      sentence = at + sentence;
    }
    if (std::ranges::find(said, sentence) == said.end()) said.push_back(std::move(sentence));
  }
  findings_ = std::move(before);
  limit_ = limit;
  about_name_ = about_name;
  --alternatives_;
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (i != 0) out += "; or ";
    out += said[i];
  }
  if (branches.size() > kMost) out += "; or others";
  return out;
}

void Explainer::many_branches(const Block& block, const Instruction& in, const Node* node,
                              std::uint32_t first, std::uint32_t second) {
  add(block, in.keyword, node,
      "must match exactly one of " + std::to_string(in.b) + " alternatives, but matches number " +
          std::to_string(first + 1) + " and number " + std::to_string(second + 1),
      "");
}

}  // namespace barbacane::schema::detail

#include "schema/detail/explainer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "schema/detail/pointer_text.h"
#include "schema/detail/sentences.h"

namespace barbacane::schema::detail {
namespace {

constexpr std::string_view relation(Keyword keyword) {
  switch (keyword) {
    case Keyword::kMinimum:
      return "at least ";
    case Keyword::kMaximum:
      return "at most ";
    case Keyword::kExclusiveMinimum:
      return "more than ";
    default:
      return "less than ";
  }
}

}  // namespace

void Explainer::add(const Block& block, Keyword keyword, const Node* node, std::string sentence,
                    std::string expected) {
  if (full()) return;
  std::string schema = program_.spell(block.place);
  if (keyword != Keyword::kNone) schema.append("/").append(to_text(keyword));
  if (about_name_) {
    sentence = "has the name '" + shown(Value(node).text()) + "', which " + sentence;
  }
  const bool known = std::ranges::any_of(findings_, [&](const Finding& other) {
    return other.node == node && other.keyword == keyword && other.schema == schema &&
           other.sentence == sentence;
  });
  if (known) return;
  findings_.push_back({node, keyword, std::move(schema), std::move(sentence), std::move(expected)});
}

std::string Explainer::type_of(const Node* node) const {
  const bool text = origin_ == Origin::kText && node->kind == Kind::kString && !node->opaque;
  if (!text) return std::string(type_name(node->kind));
  return node->size == 0 ? "empty" : shown(Value(node));
}

void Explainer::wrong_type(const Block& block, const Node* node) {
  if ((block.flags & Block::kFalse) != 0) {
    return add(block, Keyword::kNone, node, "must not be there: the schema allows no value", "");
  }
  std::string expected = types_name(block.types);
  std::string sentence = "must be " + expected + ", but is ";
  // 1.5 is a number; that it is not an integer shows only when it is quoted.
  const bool fraction = node->kind == Kind::kNumber && (block.types & TypeSet::kNumber) != 0;
  sentence += fraction ? shown(Value(node)) : type_of(node);
  add(block, Keyword::kType, node, std::move(sentence), std::move(expected));
}

void Explainer::failed(const Block& block, const Instruction& in, const Node* node) {
  if (full()) return;
  Words words = words_for(program_, in, Value(node));
  add(block, in.keyword, node, std::move(words.sentence), std::move(words.expected));
}

void Explainer::out_of_bound(const Block& block, const Range::Bound& bound, const Node* node) {
  std::string expected = std::string(relation(bound.keyword)) + shown(bound.literal.view());
  std::string sentence = "must be " + expected + ", but is " + shown(Value(node));
  add(block, bound.keyword, node, std::move(sentence), std::move(expected));
}

void Explainer::wrong_size(const Block& block, const Instruction& in, Keyword least,
                           std::size_t size, const Node* node) {
  const bool few = size < in.a;
  const Keyword keyword = few ? least : static_cast<Keyword>(std::to_underlying(least) + 1);
  Words words = words_for_size(keyword, few ? in.a : in.b, size);
  add(block, keyword, node, std::move(words.sentence), std::move(words.expected));
}

void Explainer::missing(const Block& block, const Node* node, const Property& property) {
  const std::string_view name = property.name_view();
  const std::size_t before = findings_.size();
  add(block, Keyword::kRequired, node, "must have the property '" + shown(name) + "'",
      std::string(name));
  if (findings_.size() != before) findings_.back().rank = property.required;
}

void Explainer::missing_dependent(const Block& block, const Dependent& dependent, const Node* node,
                                  std::string_view name) {
  std::string sentence = "must have the property '" + shown(name) + "' because it has '" +
                         shown(dependent.trigger.view()) + "'";
  add(block, dependent.keyword, node, std::move(sentence), std::string(name));
}

void Explainer::repeated(const Block& block, std::uint32_t first, std::uint32_t second,
                         const Node* node) {
  add(block, Keyword::kUniqueItems, node,
      "must not repeat a value: elements " + std::to_string(first) + " and " +
          std::to_string(second) + " are equal",
      "elements that all differ");
}

void Explainer::wrong_count(const Block& block, const Instruction& in, const Node* node,
                            std::uint32_t count) {
  const bool few = count < in.b;
  const Keyword keyword = !few        ? Keyword::kMaxContains
                          : in.b == 1 ? Keyword::kContains
                                      : Keyword::kMinContains;
  std::string expected = (few ? "at least " : "at most ") +
                         counted(few ? in.b : in.c, "element", "elements") +
                         " of the kind 'contains' describes";
  std::string sentence = "must have " + expected + ", but has " + std::to_string(count);
  add(block, keyword, node, std::move(sentence), std::move(expected));
}

void Explainer::undeclared(const Block& block, Keyword keyword, const Node* node) {
  if (keyword == Keyword::kUnevaluatedItems) {
    return add(block, keyword, node, "must not be there: the array may not have more elements", "");
  }
  add(block, keyword, node, "must not have the property '" + shown(Value(node).text()) + "'", "");
}

void Explainer::limited(const Runner::Trouble& trouble, std::uint32_t block, const Node* node) {
  using Reason = Runner::Trouble::Reason;
  stopped_ = about_name_ = false;
  if (!findings_.empty() && full()) findings_.pop_back();
  const Block& root = program_.blocks[block];
  switch (trouble.reason) {
    case Reason::kUnseen:
      return add(*trouble.block, trouble.keyword, trouble.node,
                 "cannot be checked, because it is too large or is no text", "");
    case Reason::kSteps:
    case Reason::kNone:
      return add(root, Keyword::kNone, node, "takes too many steps to check", "");
    default:
      add(root, Keyword::kNone, node,
          "cannot be checked: it is nested too deep, or a pattern takes too long on it", "");
  }
}

void Explainer::unexplained(std::uint32_t block, const Node* node) {
  about_name_ = false;
  add(program_.blocks[block], Keyword::kNone, node, "must be a value of its schema", "");
}

std::vector<Failure> Explainer::take(Value root) {
  // In the order of the document; those of one value as they were found.
  std::multimap<std::pair<const Node*, std::uint32_t>, Finding*> sorted;
  for (Finding& finding : findings_) sorted.insert({{finding.node, finding.rank}, &finding});
  std::vector<Failure> out;
  out.reserve(findings_.size());
  for (const auto& [key, finding] : sorted) {
    out.push_back({pointer_to(root.node(), finding->node), to_text(finding->keyword),
                   std::move(finding->schema), std::move(finding->sentence),
                   std::move(finding->expected)});
  }
  return out;
}

}  // namespace barbacane::schema::detail

#include "validation/detail/coerce_text.h"

#include <utility>

#include "schema/number.h"

namespace barbacane::validation::detail {

namespace {

using schema::Kind;
using schema::Value;

Value::Node leaf(Kind kind, std::string_view text) {
  Value::Node out;
  out.text = text.empty() ? "" : text.data();
  out.size = static_cast<std::uint32_t>(text.size());
  out.kind = kind;
  return out;
}

bool may_be_number(std::string_view text) {
  return !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) &&
         schema::is_number_literal(text);
}

void append(schema::Tape& tape, const Value::Node& node) {
  const std::string_view text(node.text, node.size);
  switch (node.kind) {
    case Kind::kNumber:
      return tape.number(text);
    case Kind::kTrue:
    case Kind::kFalse:
      return tape.boolean(node.kind == Kind::kTrue);
    case Kind::kNull:
      return tape.null();
    default:
      return tape.string(text);
  }
}

}  // namespace

bool Candidates::next() {
  const std::uint8_t kinds = std::exchange(left_, std::uint8_t{0});
  const auto leave = [&](unsigned later) { left_ = static_cast<std::uint8_t>(kinds & later); };
  if ((kinds & (Kinds::kNumber | Kinds::kNumberElseString)) != 0 && may_be_number(text_)) {
    leave(Kinds::kBoolean | Kinds::kNull | Kinds::kString);
    node_ = leaf(Kind::kNumber, text_);
    return true;
  }
  if ((kinds & Kinds::kBoolean) != 0 && (text_ == "true" || text_ == "false")) {
    leave(Kinds::kNull | Kinds::kString);
    node_ = leaf(text_ == "true" ? Kind::kTrue : Kind::kFalse, {});
    return true;
  }
  if ((kinds & Kinds::kNull) != 0 && text_.empty()) {
    leave(Kinds::kString);
    node_ = leaf(Kind::kNull, {});
    return true;
  }
  if ((kinds & (Kinds::kString | Kinds::kNumberElseString)) == 0) return false;
  node_ = leaf(Kind::kString, text_);
  return true;
}

Value::Node string_node(std::string_view text) { return leaf(Kind::kString, text); }

bool accepts(const LeafPlan& plan, std::string_view text, const schema::Program& program,
             schema::Scratch& scratch) {
  Candidates candidates(text, plan.kinds);
  while (candidates.next()) {
    if (!plan.schema) return true;
    const auto verdict = program.run(*plan.schema, candidates.value(), scratch);
    if (verdict == schema::Verdict::kValid) return true;
  }
  return false;
}

void append_leaf(schema::Tape& tape, const LeafPlan& plan, std::string_view text,
                 const schema::Program& program, schema::Scratch& scratch) {
  Candidates candidates(text, plan.kinds);
  if (!candidates.next()) return tape.string(text);
  const Value::Node first = candidates.node();
  Candidates others = candidates;
  if (!plan.schema || !others.next()) return append(tape, first);
  do {
    if (program.run(*plan.schema, candidates.value(), scratch) == schema::Verdict::kValid) {
      return append(tape, candidates.node());
    }
  } while (candidates.next());
  append(tape, first);
}

}  // namespace barbacane::validation::detail

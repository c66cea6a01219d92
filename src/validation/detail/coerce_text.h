#pragma once

#include <cstdint>
#include <string_view>

#include "schema/json.h"
#include "schema/program.h"
#include "validation/detail/coerce_plan.h"

/// From one decoded text to the JSON values it could stand for (data-plane contract, 6.4).
namespace barbacane::validation::detail {

/// The candidates one after the other, in the contract's order; none when the text fits no kind.
/// Values without a tape of their own: each borrows the text and holds until the next.
class Candidates {
 public:
  Candidates(std::string_view text, Kinds kinds) : text_(text), left_(kinds.bits) {}

  bool next();
  schema::Value value() const { return schema::Value(&node_); }
  const schema::Value::Node& node() const { return node_; }

 private:
  std::string_view text_;
  std::uint8_t left_;  ///< kinds still to be tried
  schema::Value::Node node_;
};

/// The text as a string, for saying that it fits no kind.
schema::Value::Node string_node(std::string_view text);

/// Whether the schema accepts some candidate.
bool accepts(const LeafPlan& plan, std::string_view text, const schema::Program& program,
             schema::Scratch& scratch);

/// Appends the first candidate its schema accepts, else the first one there is, else a string.
void append_leaf(schema::Tape& tape, const LeafPlan& plan, std::string_view text,
                 const schema::Program& program, schema::Scratch& scratch);

}  // namespace barbacane::validation::detail

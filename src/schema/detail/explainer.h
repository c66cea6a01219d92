#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/detail/code.h"
#include "schema/detail/runner.h"

/// What is wrong with a value, collected while it is checked once more.
namespace barbacane::schema::detail {

class Explainer {
 public:
  using Node = Value::Node;

  Explainer(const Program::Impl& program, std::size_t limit, Origin origin)
      : program_(program), limit_(limit), origin_(origin) {}

  /// Nothing more needs to be found.
  bool full() const { return stopped_ || findings_.size() >= limit_; }
  /// What is found from here on is not to be trusted.
  void stop() { stopped_ = true; }
  bool empty() const { return findings_.empty(); }

  void wrong_type(const Block& block, const Node* node);
  /// For instructions whose failure says all there is to say.
  void failed(const Block& block, const Instruction& in, const Node* node);
  void out_of_bound(const Block& block, const Range::Bound& bound, const Node* node);
  /// `least` is the keyword of the lower bound; that of the upper one follows it.
  void wrong_size(const Block& block, const Instruction& in, Keyword least, std::size_t size,
                  const Node* node);
  void missing(const Block& block, const Node* node, const Property& property);
  void missing_dependent(const Block& block, const Dependent& dependent, const Node* node,
                         std::string_view name);
  void repeated(const Block& block, std::uint32_t first, std::uint32_t second, const Node* node);
  void wrong_count(const Block& block, const Instruction& in, const Node* node,
                   std::uint32_t count);
  void undeclared(const Block& block, Keyword keyword, const Node* key);
  /// The run came to no verdict.
  void limited(const Runner::Trouble& trouble, std::uint32_t block, const Node* node);
  /// The value is not valid, but nothing was found.
  void unexplained(std::uint32_t block, const Node* node);

  void no_branch(Runner& runner, const Block& block, const Instruction& in, const Node* node);
  void many_branches(const Block& block, const Instruction& in, const Node* node,
                     std::uint32_t first, std::uint32_t second);

  /// While the names of an object are checked, what is said is about a name.
  void begin_names() { about_name_ = true; }
  void end_names() { about_name_ = false; }

  std::vector<Failure> take(Value root);

 private:
  struct Finding {
    const Node* node;
    Keyword keyword;
    std::string schema;
    std::string sentence;
    std::string expected;
    std::uint32_t rank = 0;  ///< of missing members, their place in `required`
  };

  /// How well an alternative's outside fits a value.
  enum class Fit : std::uint8_t { kWrongType, kWrongConstant, kLacksMember, kFits };

  void add(const Block& block, Keyword keyword, const Node* node, std::string sentence,
           std::string expected);
  /// What a value of a wrong type is.
  std::string type_of(const Node* node) const;
  Fit fit(std::uint32_t block, const Node* node, unsigned depth);
  Fit fit_members(const MemberTable& table, const Node* node, unsigned depth);
  /// Types the schema takes, as far as it says; for "must be a string or an object".
  std::uint8_t types_of(std::uint32_t block, unsigned depth);
  void explain_branch(Runner& runner, std::uint32_t branch, const Node* node);
  /// For branches that a tag tells apart: what the branch it names finds, or what is wrong with the
  /// tag; false when that cannot be said.
  bool tagged(Runner& runner, const Block& block, const Instruction& in, const Node* node);
  /// Names what the `discriminator` maps when the value's name for itself is none of it; false when
  /// that is not what is wrong.
  bool unknown_name(const Block& block, const Instruction& in, const Node* node);
  /// Whether an alternative takes the name the `discriminator` has for it.
  bool takes_name(std::uint32_t branch, const Text& property, const Text& name);
  /// What each of the branches finds first, as far as it finds anything.
  std::vector<Finding> first_of_each(Runner& runner, std::span<const std::uint32_t> branches,
                                     const Node* node);
  void alternatives(Runner& runner, const Block& block, const Instruction& in,
                    const std::vector<std::uint32_t>& branches, const Node* node);

  const Program::Impl& program_;
  std::size_t limit_;
  Origin origin_;
  std::vector<Finding> findings_;
  bool about_name_ = false;
  bool stopped_ = false;
  unsigned guesses_ = 0;       ///< schemas that may still be looked at to find the branch meant
  unsigned alternatives_ = 0;  ///< sentences about alternatives being made, in one another
};

/// The branch a `discriminator` names for the value; kNowhere when none.
std::uint32_t discriminated(const Program::Impl& program, std::uint32_t discriminator,
                            const Value::Node* node);

}  // namespace barbacane::schema::detail

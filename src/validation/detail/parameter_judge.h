#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/json.h"
#include "schema/program.h"
#include "validation/violation.h"

namespace barbacane::validation::detail {

/// What is wrong with a parameter before any schema is asked.
struct Flaw {
  enum class Kind : std::uint8_t {
    kNotUtf8,
    kRepeated,
    kPrefix,          ///< a label without `.`, a matrix without `;name=`
    kOddPieces,       ///< names and values in turn, and the last name has no value
    kNoEquals,        ///< a member of an exploded object without `=`
    kForeignName,     ///< a piece of an exploded matrix array under another name
    kRepeatedMember,  ///< `about` names it
    kNotOneLevel,     ///< `about` is the name, as sent, that is no `id[name]`
    kSlowNames,       ///< a pattern gave up on the name of a member
    kNotJson,         ///< `about` is the sentence
  } kind;
  std::string about;
};

/// Why the value most likely meant is none: what its schema says of it, or a flaw.
struct Reasons {
  std::vector<schema::Failure> failures;
  std::optional<Flaw> flaw;

  bool empty() const { return failures.empty() && !flaw; }
};

/// Takes the values a parameter could have, one after the other, until one is accepted.
///
/// In a hurry it keeps nothing but that answer; given room for reasons it keeps the first one.
class Judge {
 public:
  Judge(const schema::Program& program, schema::Scratch& scratch, Reasons* reasons)
      : program_(program), scratch_(scratch), reasons_(reasons) {}

  bool accepts(std::optional<schema::SchemaId> schema, schema::Value value,
               schema::Origin origin = schema::Origin::kText) {
    if (!schema || program_.run(*schema, value, scratch_) == schema::Verdict::kValid) return true;
    return rejects(schema, value, origin);
  }

  /// For values whose kind no schema could accept.
  bool rejects(std::optional<schema::SchemaId> schema, schema::Value value,
               schema::Origin origin = schema::Origin::kText) {
    if (wants_reason() && schema) {
      reasons_->failures = program_.explain(*schema, value, scratch_, kMostFailures, origin);
    }
    return false;
  }

  bool refuse(Flaw::Kind kind, std::string_view about = {}) {
    if (wants_reason()) reasons_->flaw = Flaw{kind, std::string(about)};
    return false;
  }

  const schema::Program& program() const { return program_; }
  schema::Scratch& scratch() { return scratch_; }

 private:
  static constexpr std::size_t kMostFailures = kMostShown + 1;

  bool wants_reason() const { return reasons_ && reasons_->empty(); }

  const schema::Program& program_;
  schema::Scratch& scratch_;
  Reasons* reasons_;
};

}  // namespace barbacane::validation::detail

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/detail/slow_document.h"
#include "schema/detail/slow_interpreter.h"
#include "schema/detail/slow_json.h"
#include "schema/program_builder.h"

/// The validator beside the slow model: the same schema, the same value, the same verdict.
namespace barbacane::schema::slow {

/// One schema, for any number of values. The schema outlives it.
class Comparison {
 public:
  Comparison(const Json& schema, Dialect dialect)
      : document_(schema, dialect), interpreter_(document_) {
    ProgramBuilder builder;
    builder.add(std::string(kMain), to_text(schema), dialect);
    id_ = builder.want(kMain);
    auto program = builder.build();
    if (program) {
      program_ = std::move(*program);
    } else if (!document_.leads_back()) {
      problem_ = "does not compile";
      for (const SchemaError& error : program.error()) {
        problem_ += ": " + error.place + ": " + error.message;
      }
    }
  }

  /// What is wrong before any value comes; empty when nothing is.
  const std::string& problem() const { return problem_; }

  /// What the two disagree about; empty when they agree.
  std::string disagreement(const Json& value) {
    if (!program_) return problem_;
    const auto expected = interpreter_.judge(value);
    const std::string text = to_text(value);
    Tape tape;
    const auto read = tape.read(text);
    if (!read) return "the value cannot be read: " + describe(read.error());
    const Verdict verdict = program_->run(id_, *read, scratch_);
    const auto failures = program_->explain(id_, *read, scratch_);
    if (verdict != program_->run(id_, *read, scratch_)) return "a second run says otherwise";
    if (verdict != Verdict::kLimit && failures.empty() == (verdict == Verdict::kInvalid)) {
      return "is " + std::string(word(verdict)) + ", but " + std::to_string(failures.size()) +
             " reasons are given";
    }
    for (const Failure& failure : failures) {
      if (!can_be_found(failure, value)) {
        return "a reason names a place that is not there: '" + failure.instance + "' by " +
               failure.schema;
      }
    }
    if (expected == Interpreter::Answer::kUnclear) return "";
    const auto right =
        expected == Interpreter::Answer::kValid ? Verdict::kValid : Verdict::kInvalid;
    if (verdict == right) return "";
    return "is " + std::string(word(right)) + " to the slow model, " + word(verdict) +
           " to the program";
  }

 private:
  /// Both of its pointers lead somewhere.
  bool can_be_found(const Failure& failure, const Json& value) const {
    const std::string_view place = failure.schema;
    const std::size_t hash = place.find('#');
    return find(value, failure.instance) != nullptr && place.substr(0, hash) == kMain &&
           hash != std::string_view::npos &&
           find(document_.root(), place.substr(hash + 1)) != nullptr && !failure.sentence.empty();
  }

  static const char* word(Verdict verdict) {
    return verdict == Verdict::kValid     ? "valid"
           : verdict == Verdict::kInvalid ? "invalid"
                                          : "beyond a limit";
  }

  Document document_;
  Interpreter interpreter_;
  SchemaId id_{};
  std::optional<Program> program_;
  std::string problem_;
  Scratch scratch_;
};

/// A schema and a value the two disagree about.
struct Disagreement {
  Json schema;
  Json value;
  Dialect dialect;

  /// Empty when they agree after all, or the schema is none any more.
  std::string what() const { return Comparison(schema, dialect).disagreement(value); }
  std::string text() const {
    return what() + "\n  schema " + to_text(schema) + "\n  value " + to_text(value);
  }
};

/// Everything that one thing taken out, or replaced by what is inside it, makes of a value.
inline std::vector<Json> smaller(const Json& value) {
  std::vector<Json> all;
  for (std::size_t at = 0; at < value.items.size(); ++at) {
    all.push_back(value);
    all.back().items.erase(all.back().items.begin() + static_cast<std::ptrdiff_t>(at));
    for (Json& inner : smaller(value.items[at])) {
      all.push_back(value);
      all.back().items[at] = std::move(inner);
    }
  }
  for (std::size_t at = 0; at < value.members.size(); ++at) {
    all.push_back(value);
    all.back().members.erase(all.back().members.begin() + static_cast<std::ptrdiff_t>(at));
    for (Json& inner : smaller(value.members[at].second)) {
      all.push_back(value);
      all.back().members[at].second = std::move(inner);
    }
  }
  all.insert(all.end(), value.items.begin(), value.items.end());
  for (const auto& [name, member] : value.members) all.push_back(member);
  return all;
}

/// The smallest case to be had by taking things out, one at a time.
inline Disagreement shrink(Disagreement found) {
  const std::string kind = found.what().substr(0, 12);
  for (bool smaller_yet = true; smaller_yet;) {
    smaller_yet = false;
    for (Json Disagreement::* part : {&Disagreement::schema, &Disagreement::value}) {
      for (Json& candidate : smaller(found.*part)) {
        Disagreement next = found;
        next.*part = std::move(candidate);
        if (!next.schema.is(Json::Kind::kObject)) continue;
        const std::string what = next.what();
        if (what.substr(0, 12) != kind) continue;
        found = std::move(next);
        smaller_yet = true;
        break;
      }
    }
  }
  return found;
}

}  // namespace barbacane::schema::slow

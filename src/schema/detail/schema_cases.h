#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/program.h"
#include "schema/program_builder.h"

/// One schema on the bench, for tests and benchmarks.
namespace barbacane::schema::detail {

class Bench {
 public:
  static constexpr std::string_view kUri = "test.json";

  explicit Bench(std::string_view schema, Dialect dialect = Dialect::kDraft202012,
                 BuildOptions options = {})
      : Bench(std::vector<std::pair<std::string, std::string>>{{std::string(kUri),
                                                                std::string(schema)}},
              std::string(kUri), dialect, options) {}

  /// Documents by URI, and the schema wanted among them.
  Bench(const std::vector<std::pair<std::string, std::string>>& documents,
        const std::string& wanted, Dialect dialect = Dialect::kDraft202012,
        BuildOptions options = {}) {
    ProgramBuilder builder(options);
    for (const auto& [uri, text] : documents) builder.add(uri, text, dialect);
    schema_ = builder.want(wanted);
    auto program = builder.build();
    if (program) {
      program_.emplace(std::move(*program));
    } else {
      errors_ = std::move(program.error());
    }
  }

  bool built() const { return program_.has_value(); }
  const std::vector<SchemaError>& error_list() const { return errors_; }
  /// One line each.
  std::string errors() const {
    std::string out;
    for (const SchemaError& error : errors_) {
      out += error.place + ": " + error.message;
      if (!error.hint.empty()) out += " (" + error.hint + ")";
      out += "\n";
    }
    return out;
  }
  const Program& program() const { return *program_; }
  SchemaId schema() const { return schema_; }

  Verdict run(Value value) { return program_->run(schema_, value, scratch_); }
  Verdict run(std::string_view text) { return run(read(text)); }
  std::vector<Failure> explain(Value value) { return program_->explain(schema_, value, scratch_); }
  std::vector<Failure> explain(std::string_view text) { return explain(read(text)); }

 private:
  Value read(std::string_view text) {
    text_ = text;
    auto value = tape_.read(text_, {.max_depth = 600, .repeated = {}});
    if (value) return *value;
    tape_.begin();
    tape_.string("not JSON");
    return tape_.built();
  }

  std::optional<Program> program_;
  SchemaId schema_{};
  std::vector<SchemaError> errors_;
  Scratch scratch_;
  Tape tape_;
  std::string text_;
};

}  // namespace barbacane::schema::detail

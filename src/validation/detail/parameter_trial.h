#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "schema/program_builder.h"
#include "validation/parameter_set.h"

/// For tests, benchmarks and fuzz targets: parameters written in a line each, and requests for
/// them.
namespace barbacane::validation::detail {

/// `{.name = "id", .location = "query", .schema = R"({"type":"integer"})"}`
struct Declared {
  std::string name;
  std::string location;
  std::string schema = {};  ///< empty for none
  std::optional<std::string> style = {};
  std::optional<bool> explode = {};
  bool required = false;
  std::optional<std::string> content_type = {};
  bool allow_empty_value = false;
};

/// Fields in lower case.
struct TrialFields : Fields {
  std::map<std::string, std::string, std::less<>> lines;

  std::optional<std::string_view> find(std::string_view name) const override {
    const auto at = lines.find(name);
    if (at == lines.end()) return std::nullopt;
    return at->second;
  }
};

struct TrialRequest {
  std::vector<std::string> path = {};
  std::string query = {};
  std::map<std::string, std::string, std::less<>> fields = {};
};

class Trial {
 public:
  explicit Trial(const std::vector<Declared>& declared, UnknownQuery unknown = UnknownQuery::kPass,
                 const std::vector<std::string>& known_query = {}) {
    std::vector<std::string> captures;
    std::vector<artifact::Parameter> parameters;
    std::vector<std::optional<schema::SchemaId>> schemas;
    schema::ProgramBuilder builder({.direction = schema::BuildOptions::Direction::kRequest});
    builder.add("trial", document(declared));
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const Declared& one = declared[i];
      artifact::Parameter& parameter = parameters.emplace_back();
      parameter.name = one.name;
      parameter.location = one.location;
      parameter.required = one.required;
      parameter.style = one.style;
      parameter.explode = one.explode;
      parameter.content_type = one.content_type;
      parameter.allow_empty_value = one.allow_empty_value;
      if (one.location == "path") captures.push_back(one.name);
      schemas.emplace_back();
      if (!one.schema.empty()) schemas.back() = builder.want("trial#/" + std::to_string(i));
    }
    auto program = builder.build();
    if (!program) throw std::runtime_error(program.error().front().message);
    program_.emplace(std::move(*program));
    auto set =
        ParameterSet::build(parameters, schemas, captures, *program_, {unknown, known_query});
    if (!set) {
      error_ = set.error();
    } else {
      set_.emplace(std::move(*set));
    }
  }

  /// Hands the request on as the parts of one.
  template <class F>
  auto with_parts(const TrialRequest& request, F use) {
    TrialFields fields;
    fields.lines = request.fields;
    const std::vector<std::string_view> path(request.path.begin(), request.path.end());
    RequestParts parts;
    parts.path_values = path;
    parts.query = request.query;
    parts.fields = &fields;
    return use(parts);
  }

  /// Of `build`, empty when there was none.
  const std::string& error() const { return error_; }

  std::optional<Category> first_failing(const TrialRequest& request) {
    return with_parts(
        request, [&](const RequestParts& parts) { return set_->first_failing(parts, workspace_); });
  }

  /// Reasons in the first category that fails.
  std::vector<Violation> explain(const TrialRequest& request) {
    const auto category = first_failing(request);
    if (!category) return {};
    return explain(*category, request);
  }

  std::vector<Violation> explain(Category category, const TrialRequest& request) {
    return with_parts(request, [&](const RequestParts& parts) {
      return set_->explain(category, parts, workspace_);
    });
  }

  const ParameterSet& set() const { return *set_; }
  Workspace& workspace() { return workspace_; }

 private:
  static std::string document(const std::vector<Declared>& declared) {
    std::string out = "[";
    for (const Declared& one : declared) {
      if (out.size() > 1) out += ',';
      out += one.schema.empty() ? "true" : one.schema;
    }
    return out + "]";
  }

  std::optional<schema::Program> program_;
  std::optional<ParameterSet> set_;
  std::string error_;
  Workspace workspace_;
};

}  // namespace barbacane::validation::detail

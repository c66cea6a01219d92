#include "compiler/detail/dialect_forms.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/detail/report.h"

namespace barbacane::compiler {

namespace {

base::Diagnostic warning(std::string message, base::SourcePlace place, std::string hint) {
  return {.severity = base::Severity::kWarning,
          .code = "E1004",
          .message = std::move(message),
          .location = {},
          .place = std::move(place),
          .hint = std::move(hint),
          .notes = {}};
}

/// The only type beside `null`; empty when there are others.
std::string_view nullable_type(const spec::Node& list) {
  std::string_view found;
  for (const spec::Node* type : list.items()) {
    if (type->text() == "null") continue;
    if (!found.empty()) return {};
    found = type->text();
  }
  return found;
}

/// How OpenAPI 3.0 says what the list says.
std::string cure_of_list(const spec::Node& list) {
  const std::string_view type = nullable_type(list);
  if (type.empty()) return "write 'anyOf' with a schema for each type";
  if (list.items().size() == 1) return fmt::format("write type: {}", type);
  return fmt::format("write type: {} and nullable: true", type);
}

void check_30(spec::NodeRef schema, std::vector<base::Diagnostic>& problems) {
  const auto report = [&](std::string_view what, std::string_view keyword, std::string cure) {
    problems.push_back(
        warning(fmt::format("{} is OpenAPI 3.1's form, but this is a schema of OpenAPI 3.0", what),
                member_place(schema, keyword),
                fmt::format("it is read as in 3.1; {}, or make it openapi: 3.1.0", cure)));
  };
  if (const spec::Node* type = schema->find("type"); type != nullptr && type->is_array()) {
    report("a list in 'type'", "type", cure_of_list(*type));
  }
  struct Bound {
    std::string_view limit, exclusive;
  };
  for (const Bound& bound :
       {Bound{"minimum", "exclusiveMinimum"}, Bound{"maximum", "exclusiveMaximum"}}) {
    const spec::Node* value = schema->find(bound.exclusive);
    if (value == nullptr || !value->is_number()) continue;
    report(fmt::format("a number in '{}'", bound.exclusive), bound.exclusive,
           fmt::format("write {}: {} and {}: true", bound.limit, value->text(), bound.exclusive));
  }
}

bool takes_null(const spec::Node& type) {
  const auto is_null = [](const spec::Node* name) { return name->text() == "null"; };
  return is_null(&type) || std::ranges::any_of(type.items(), is_null);
}

void check_31(spec::NodeRef schema, std::vector<base::Diagnostic>& problems) {
  const spec::Node* nullable = schema->find("nullable");
  if (nullable == nullptr || !nullable->is_true()) return;
  const spec::Node* type = schema->find("type");
  if (type != nullptr && takes_null(*type)) return;
  const bool is_one = type != nullptr && type->is_string();
  problems.push_back(
      warning("'nullable' is OpenAPI 3.0's form and means nothing from OpenAPI 3.1 on",
              key_place(schema, "nullable"),
              is_one ? fmt::format("write type: [{}, 'null']", type->text())
                     : "null is a type: write anyOf: [{…}, {type: 'null'}]"));
}

}  // namespace

void check_forms(spec::NodeRef schema, Dialect dialect, std::vector<base::Diagnostic>& problems) {
  if (dialect == Dialect::kOpenApi30) check_30(schema, problems);
  if (dialect == Dialect::kOpenApi31) check_31(schema, problems);
}

}  // namespace barbacane::compiler

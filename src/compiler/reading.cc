#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/detail/stages.h"
#include "compiler/fragments.h"

namespace barbacane::compiler {

namespace {

/// Follows what hangs on every schema of the operations, so that a broken reference is found
/// here, with all others.
void visit_schemas(const spec::Api& api, SchemaTable& schemas,
                   std::vector<base::Diagnostic>& problems) {
  const Dialect dialect = dialect_of(api);
  const auto visit = [&](spec::NodeRef schema) {
    if (schema) schemas.visit(schema, dialect, problems);
  };
  for (const spec::Operation& operation : api.operations) {
    for (const spec::Parameter& parameter : operation.parameters) visit(parameter.schema);
    if (operation.request_body) {
      for (const spec::MediaType& media : operation.request_body->content) {
        visit(media.schema);
        for (const spec::PartHeader& header : media.part_headers) visit(header.parameter.schema);
      }
    }
    for (const spec::Response& response : operation.responses) {
      for (const spec::MediaType& media : response.content) visit(media.schema);
    }
  }
}

/// From OpenAPI 3.1 on a document may say what its schemas are written in.
void check_dialect(const Site& site, const spec::Api& api, Report& report) {
  constexpr std::string_view kKey = "jsonSchemaDialect";
  const spec::NodeRef root{&api.document->root(), api.document};
  const spec::Node* dialect = root->find(kKey);
  if (dialect == nullptr || api.version.starts_with("3.0")) return;
  if (dialect->is_string() && names_dialect(dialect->text())) return;
  report.error(site, "E1004", "schema validation error: unknown jsonSchemaDialect",
               member_place(root, kKey),
               "known are https://spec.openapis.org/oas/3.1/dialect/base, "
               "https://json-schema.org/draft/2020-12/schema and "
               "http://json-schema.org/draft-07/schema#");
}

/// Bytes of the document as JSON with every alias expanded, as far as `limit`. The parser bounds
/// the number of nodes; what they hold together is bounded here.
std::size_t expanded_size(const spec::Node& node, std::size_t limit) {
  std::size_t size = node.text().size() + 2;
  for (const spec::Node* item : node.items()) {
    if (size > limit) return size;
    size += expanded_size(*item, limit - size);
  }
  for (const spec::Member& member : node.members()) {
    size += member.key.size() + 4;
    if (size > limit) return size;
    size += expanded_size(*member.value, limit - size);
  }
  return size;
}

void check_size(const spec::Document& document, const Site& site, Report& report) {
  constexpr std::size_t kLimit = std::size_t{256} << 20;
  if (expanded_size(document.root(), kLimit) <= kLimit) return;
  report.error(site, "E1002", "parse error: the document expands to more than 256 MiB",
               {document.path(), {1, 1}, 0}, "repeat large values less often by aliases");
}

/// A reference to a name that two schemas have could mean either.
void check_names(spec::Project& project, const spec::Document& document, const SpecUnit& unit,
                 Report& report) {
  const Dialect dialect = dialect_of(document).value_or(dialect_of(*unit.api));
  if (dialect == Dialect::kOpenApi30) return;  // where these keywords mean nothing
  for (const spec::NameClash& clash : project.name_clashes(document)) {
    base::Diagnostic problem;
    problem.code = "E1004";
    problem.message = fmt::format("schema validation error: two schemas have the {} '{}'",
                                  clash.keyword, clash.second->text());
    problem.location = report.root(unit).location;
    problem.place = clash.second.place();
    problem.hint = "a reference could mean either: give one of them another name";
    problem.notes.push_back({"the first is here", clash.first.place()});
    report.add(unit.index, std::move(problem));
  }
}

}  // namespace

std::vector<base::Diagnostic> broken_references(spec::Project& project,
                                                const spec::ReadResult& description) {
  std::vector<base::Diagnostic> problems = description.diagnostics;
  SchemaTable schemas(project);
  if (description.api) visit_schemas(*description.api, schemas, problems);
  std::erase_if(problems, [](const base::Diagnostic& problem) {
    return problem.code != "E1003" && problem.code != "E1002";
  });
  return problems;
}

void check_documents(spec::Project& project, std::span<const SpecUnit> units, Report& report) {
  for (const spec::Document* document : project.documents()) {
    // What several specs refer to is told of the first.
    const auto own = std::ranges::find(units, document->path(), &SpecUnit::path);
    const SpecUnit& unit = own == units.end() ? units.front() : *own;
    check_size(*document, report.root(unit), report);
    if (unit.api) check_names(project, *document, unit, report);
  }
}

void read_spec(spec::Project& project, const spec::Document& document, SchemaTable& schemas,
               SpecUnit& unit, Report& report) {
  const Site site = report.root(unit);
  const auto adopt = [&](std::vector<base::Diagnostic> problems) {
    for (base::Diagnostic& problem : problems) {
      problem.location = site.location;
      report.add(unit.index, std::move(problem));
    }
  };
  spec::ReadResult result = spec::read_api(project, document);
  adopt(std::move(result.diagnostics));
  if (!result.api) return;
  if (result.api->kind == spec::ApiKind::kAsyncApi) {
    if (report.failed(unit.index)) return;
    report.error(
        site, "E1004",
        "schema validation error: AsyncAPI documents are not supported by this version yet",
        key_place({&document.root(), &document}, "asyncapi"),
        "describe the HTTP side of this service with OpenAPI, or leave the file out");
    return;
  }
  unit.api = std::move(result.api);
  check_dialect(site, *unit.api, report);
  std::vector<base::Diagnostic> problems;
  visit_schemas(*unit.api, schemas, problems);
  adopt(std::move(problems));
}

}  // namespace barbacane::compiler

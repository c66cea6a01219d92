#include <algorithm>

#include "compiler/detail/stages.h"

namespace barbacane::compiler {

namespace {

/// Follows what hangs on every schema of the operations, so that a broken reference is found
/// here, with all others.
void visit_schemas(const spec::Api& api, SchemaTable& schemas,
                   std::vector<base::Diagnostic>& problems) {
  const Dialect dialect = dialect_of(*api.document).value_or(Dialect::kOpenApi31);
  const auto visit = [&](spec::NodeRef schema) {
    if (schema) schemas.visit(schema, dialect, problems);
  };
  for (const spec::Operation& operation : api.operations) {
    for (const spec::Parameter& parameter : operation.parameters) visit(parameter.schema);
    if (operation.request_body) {
      for (const spec::MediaType& media : operation.request_body->content) visit(media.schema);
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

}  // namespace

void check_sizes(const spec::Project& project, const std::vector<SpecUnit>& units, Report& report) {
  constexpr std::size_t kLimit = std::size_t{256} << 20;
  for (const spec::Document* document : project.documents()) {
    if (expanded_size(document->root(), kLimit) <= kLimit) continue;
    const auto unit = std::ranges::find(units, document->path(), &SpecUnit::path);
    const Site site = report.root(unit == units.end() ? units.front() : *unit);
    report.error(site, "E1002", "parse error: the document expands to more than 256 MiB",
                 {document->path(), {1, 1}, 0}, "repeat large values less often by aliases");
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

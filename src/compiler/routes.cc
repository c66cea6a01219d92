#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>

#include "compiler/detail/stages.h"

namespace barbacane::compiler {

namespace {

class RouteBuilder {
 public:
  RouteBuilder(const spec::Project& project, const Plugins& plugins, const artifact::Mcp& server,
               SchemaTable& schemas)
      : project_(project), plugins_(plugins), server_(server), schemas_(schemas) {}

  artifact::Operation build(const SpecUnit& unit, std::size_t index) {
    const spec::Operation& operation = unit.api->operations[index];
    const OperationExtensions& extensions = unit.operations[index];
    dialect_ = dialect_of(*unit.api);

    artifact::Operation out;
    out.path = operation.path;
    out.method = operation.method;
    out.operation_id = operation.operation_id;
    out.summary = operation.summary;
    out.description = operation.description;
    for (const spec::Parameter& parameter : operation.parameters) {
      out.parameters.push_back(build(parameter));
    }
    if (operation.request_body) {
      out.request_body = {operation.request_body->required,
                          build(operation.request_body->content, Direction::kRequest)};
    }
    for (const spec::Response& response : operation.responses) {
      if (response.content.empty()) continue;  // 7.3 has no place for them
      out.responses.emplace(response.status, build(response.content, Direction::kResponse));
    }
    if (extensions.dispatch) out.dispatch = build(*extensions.dispatch);
    for (const PluginMention* entry : chain_of(unit.root, extensions)) {
      out.middlewares.push_back(build(*entry));
    }
    out.deprecated = operation.deprecated;
    out.sunset = extensions.sunset;
    out.mcp_enabled = mcp_enabled(extensions, server_);
    out.mcp_description = extensions.mcp_description;
    out.validation = validation(unit.root.validation, extensions.validation);
    out.observability = observability(unit.root.observability, extensions.observability);
    out.source = source(*operation.node.document, operation.method_place.position);
    out.spec_file = unit.file;
    return out;
  }

 private:
  enum class Direction { kRequest, kResponse };

  artifact::Source source(const spec::Document& document, base::Position position) {
    const auto [name, is_new] = names_.try_emplace(&document);
    if (is_new) name->second = project_.relative_path(document);
    return {name->second, position.line, position.column};
  }

  artifact::Parameter build(const spec::Parameter& parameter) {
    artifact::Parameter out;
    out.name = parameter.name;
    out.location = parameter.location;
    out.required = parameter.required;
    out.schema = schemas_.text(parameter.schema, dialect_, parameter.name);
    out.style = parameter.style;
    out.explode = parameter.explode;
    out.content_type = parameter.content_type;
    out.allow_empty_value = parameter.allow_empty_value;
    out.source = source(*parameter.node.document, parameter.node->position());
    return out;
  }

  artifact::Content build(const std::vector<spec::MediaType>& content, Direction direction) {
    artifact::Content out;
    for (const spec::MediaType& media : content) {
      const bool request = direction == Direction::kRequest;
      artifact::MediaType& entry = out[media.name];
      entry.schema = schemas_.text(media.schema, dialect_, request ? "body" : "response");
      if (request) entry.encoding = schemas_.encoding_text(media, dialect_);
    }
    return out;
  }

  artifact::PluginUse build(const PluginMention& mention) {
    const auto name = plugins_.names.find(mention.name);
    artifact::PluginUse use{name == plugins_.names.end() ? mention.name : name->second,
                            mention.config_text()};
    schemas_.charge(use.config.text.size());
    return use;
  }

  static std::optional<artifact::Validation> validation(const ValidationFields& root,
                                                        const ValidationFields& operation) {
    if (!root.mode && !root.unknown_query && !operation.mode && !operation.unknown_query) {
      return std::nullopt;
    }
    artifact::Validation out;
    for (const ValidationFields* fields : {&root, &operation}) {
      if (fields->mode) out.mode = *fields->mode;
      if (fields->unknown_query) out.unknown_query = *fields->unknown_query;
    }
    return out;
  }

  static std::optional<artifact::Observability> observability(
      const artifact::Observability& root, const artifact::Observability& operation) {
    artifact::Observability out = root;
    if (operation.trace_sampling) out.trace_sampling = operation.trace_sampling;
    if (operation.detailed_validation_logs) {
      out.detailed_validation_logs = operation.detailed_validation_logs;
    }
    if (operation.latency_slo_ms) out.latency_slo_ms = operation.latency_slo_ms;
    if (!out.trace_sampling && !out.detailed_validation_logs && !out.latency_slo_ms) {
      return std::nullopt;
    }
    return out;
  }

  const spec::Project& project_;
  const Plugins& plugins_;
  const artifact::Mcp& server_;
  SchemaTable& schemas_;
  Dialect dialect_ = Dialect::kOpenApi31;
  std::unordered_map<const spec::Document*, std::string> names_;  ///< of files, in the project
};

}  // namespace

std::vector<RoutedOperation> routed_operations(std::span<const SpecUnit> units) {
  std::vector<RoutedOperation> order;
  for (const SpecUnit& unit : units) {
    for (std::size_t i = 0; i < unit.api->operations.size(); ++i) order.push_back({&unit, i});
  }
  std::ranges::sort(order, {}, [](const RoutedOperation& entry) {
    return std::tie(entry.operation().path, entry.operation().method);
  });
  return order;
}

base::Result<artifact::Routes> build_routes(const spec::Project& project,
                                            std::span<const SpecUnit> units, const Plugins& plugins,
                                            const artifact::Mcp& server, SchemaTable& schemas) {
  const std::vector<RoutedOperation> order = routed_operations(units);
  artifact::Routes routes;
  routes.operations.reserve(order.size());
  RouteBuilder builder(project, plugins, server, schemas);
  for (const RoutedOperation& entry : order) {
    routes.operations.push_back(builder.build(*entry.unit, entry.index));
    if (schemas.exhausted()) {
      return base::fail(
          "the schemas and configs of all operations together are larger than an "
          "artifact may be (256 MiB)");
    }
  }
  routes.schemas = schemas.take_table();
  return routes;
}

}  // namespace barbacane::compiler

#include "artifact/detail/json_writer.h"
#include "artifact/detail/routes_json.h"

namespace barbacane::artifact::detail {
namespace {

/// What "omit when empty" means for objects of free shape.
bool is_empty(const Json& json) { return json.is_null() || json.text == "{}"; }

void write(JsonWriter& json, const Source& source) {
  json.open_object();
  json.key("file").string(source.file);
  json.key("line").integer(source.line);
  json.key("column").integer(source.column);
  json.close_object();
}

void write(JsonWriter& json, const Parameter& parameter) {
  json.open_object();
  json.key("name").string(parameter.name);
  json.key("location").string(parameter.location);
  json.key("required").boolean(parameter.required);
  json.key("schema").value(parameter.schema);
  if (parameter.style) json.key("style").string(*parameter.style);
  if (parameter.explode) json.key("explode").boolean(*parameter.explode);
  if (parameter.content_type) json.key("content_type").string(*parameter.content_type);
  if (parameter.allow_empty_value) json.key("allow_empty_value").boolean(true);
  if (parameter.source) write(json.key("source"), *parameter.source);
  json.close_object();
}

void write(JsonWriter& json, const Content& content) {
  json.open_object();
  for (const auto& [media_type, body] : content) {
    json.key(media_type).open_object();
    json.key("schema").value(body.schema);
    if (!is_empty(body.encoding)) json.key("encoding").value(body.encoding);
    json.close_object();
  }
  json.close_object();
}

void write(JsonWriter& json, const RequestBody& body) {
  json.open_object();
  json.key("required").boolean(body.required);
  write(json.key("content"), body.content);
  json.close_object();
}

void write(JsonWriter& json, const PluginUse& use) {
  json.open_object();
  json.key("name").string(use.name);
  json.key("config").value(use.config);
  json.close_object();
}

void write(JsonWriter& json, const Message& message) {
  json.open_object();
  json.key("name").string(message.name);
  json.key("payload").value(message.payload);
  json.key("content_type").string_or_null(message.content_type);
  json.key("bindings").value(message.bindings.is_null() ? Json{"{}"} : message.bindings);
  json.close_object();
}

void write(JsonWriter& json, const Validation& validation) {
  json.open_object();
  json.key("mode").string(validation.mode);
  json.key("unknown_query").string(validation.unknown_query);
  if (!validation.known_query.empty()) {
    json.key("known_query").open_array();
    for (const std::string& name : validation.known_query) json.string(name);
    json.close_array();
  }
  json.close_object();
}

void write(JsonWriter& json, const Observability& observability) {
  json.open_object();
  if (observability.trace_sampling) {
    json.key("trace_sampling").number(*observability.trace_sampling);
  }
  if (observability.detailed_validation_logs) {
    json.key("detailed_validation_logs").boolean(*observability.detailed_validation_logs);
  }
  if (observability.latency_slo_ms) {
    json.key("latency_slo_ms").integer(*observability.latency_slo_ms);
  }
  json.close_object();
}

template <class T>
void write(JsonWriter& json, const std::vector<T>& list) {
  json.open_array();
  for (const T& element : list) write(json, element);
  json.close_array();
}

void write(JsonWriter& json, const std::map<std::string, Content>& responses) {
  json.open_object();
  for (const auto& [status, content] : responses) {
    json.key(status).open_object();
    write(json.key("content"), content);
    json.close_object();
  }
  json.close_object();
}

void write(JsonWriter& json, const Operation& operation, std::size_t index) {
  json.open_object();
  json.key("index").integer(static_cast<std::int64_t>(index));
  json.key("path").string(operation.path);
  json.key("method").string(operation.method);
  json.key("operation_id").string_or_null(operation.operation_id);
  json.key("summary").string_or_null(operation.summary);
  json.key("description").string_or_null(operation.description);
  write(json.key("parameters"), operation.parameters);
  json.key("request_body");
  operation.request_body ? write(json, *operation.request_body) : json.null();
  write(json.key("dispatch"), operation.dispatch);
  write(json.key("middlewares"), operation.middlewares);
  json.key("deprecated").boolean(operation.deprecated);
  json.key("sunset").string_or_null(operation.sunset);
  if (!operation.messages.empty()) write(json.key("messages"), operation.messages);
  if (!is_empty(operation.bindings)) json.key("bindings").value(operation.bindings);
  if (!operation.responses.empty()) write(json.key("responses"), operation.responses);
  json.key("mcp_enabled").boolean_or_null(operation.mcp_enabled);
  json.key("mcp_description").string_or_null(operation.mcp_description);
  if (operation.validation) write(json.key("validation"), *operation.validation);
  if (!is_empty(operation.mock)) json.key("mock").value(operation.mock);
  if (operation.source) write(json.key("source"), *operation.source);
  if (operation.observability) write(json.key("observability"), *operation.observability);
  if (!operation.spec_file.empty()) json.key("spec_file").string(operation.spec_file);
  json.close_object();
}

}  // namespace

base::Result<std::string> write_routes(const Routes& routes) {
  JsonWriter json;
  json.open_object();
  json.key("operations").open_array();
  for (std::size_t i = 0; i < routes.operations.size(); ++i) write(json, routes.operations[i], i);
  json.close_array();
  if (!routes.schemas.empty()) {
    json.key("schemas").open_object();
    for (const auto& [name, schema] : routes.schemas) json.key(name).value(schema);
    json.close_object();
  }
  json.close_object();
  if (!json.ok()) return base::fail("malformed JSON as '" + json.malformed() + "'");
  return json.take();
}

}  // namespace barbacane::artifact::detail

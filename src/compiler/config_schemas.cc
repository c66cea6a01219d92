#include "compiler/detail/config_schemas.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json_pointer.h"
#include "base/secret_reference.h"
#include "compiler/detail/report.h"
#include "schema/program_builder.h"

namespace barbacane::compiler {

namespace {

/// The descriptions are the hints of diagnostics.
constexpr std::string_view kMock = R"json({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "status": {"type": "integer", "minimum": 200, "maximum": 599,
               "description": "a status code from 200 to 599"},
    "body": {"type": "string", "description": "a text; JSON goes into quotes or a block such as |"},
    "headers": {"type": "object", "additionalProperties": {"type": "string"},
                "description": "texts by name"},
    "content_type": {"type": "string", "description": "a media type such as application/json"},
    "delay_ms": {"type": "integer", "minimum": 0, "maximum": 60000,
                 "description": "milliseconds, up to 60000"},
    "from_spec": {"type": "boolean", "description": "true or false"}
  },
  "if": {"required": ["from_spec"], "properties": {"from_spec": {"const": true}}},
  "then": {"properties": {"status": false, "body": false, "content_type": false}}
})json";

constexpr std::string_view kHttpUpstream = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["url"],
  "properties": {
    "url": {
      "type": "string",
      "pattern": "^([Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{0,5})?(/[^?#\\s]*)?|(env|file|vault|aws-sm|k8s)://.+)$",
      "description": "the base of the upstream such as https://orders.internal:8443/v1, without query, fragment and credentials"},
    "path": {"type": "string",
             "pattern": "^(([^/?#.]|\\.[^/?#.]|\\.\\.[^/?#])[^/?#]*)?(/(([^/?#.]|\\.[^/?#.]|\\.\\.[^/?#])[^/?#]*)?)*(\\?[^#]*)?$",
             "description": "a template such as /orders/{id}, without fragment and dot segments; without it the path of the request"},
    "timeout": {"$ref": "#/$defs/seconds"},
    "connect_timeout": {"$ref": "#/$defs/seconds"},
    "tls": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "client_cert": {"type": "string"},
        "client_key": {"type": "string"},
        "ca": {"type": "string"}
      },
      "dependentRequired": {"client_cert": ["client_key"], "client_key": ["client_cert"]},
      "description": "client_cert and client_key go together; ca stands alone"},
    "circuit_breaker": {"$ref": "#/$defs/circuit_breaker"},
    "circuit-breaker": {"$ref": "#/$defs/circuit_breaker"},
    "retries": {"type": "integer", "minimum": 0, "maximum": 5, "description": "from 0 to 5"},
    "headers": {"type": "object",
                "additionalProperties": {"$ref": "#/$defs/header"},
                "propertyNames": {"pattern": "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},
                "description": "texts by field name, without line breaks"}
  },
  "dependentSchemas": {"circuit-breaker": {"properties": {"circuit_breaker": false}}},
  "$defs": {
    "header": {"type": "string", "pattern": "^[^\\u0000-\\u0008\\u000A-\\u001F\\u007F]*$"},
    "seconds": {"type": ["number", "string"], "exclusiveMinimum": 0,
                "pattern": "^0*[1-9][0-9]*(ms|s|m|h)$",
                "description": "seconds, or a duration such as 500ms or 2m, and more than nothing"},
    "circuit_breaker": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "threshold": {"type": "integer", "minimum": 1, "description": "failures, at least 1"},
        "window": {"$ref": "#/$defs/seconds"},
        "reset_timeout": {"$ref": "#/$defs/seconds"}
      },
      "description": "{} takes the defaults: threshold 5, window 60, reset_timeout 30"}
  }
})json";

constexpr std::string_view kWsUpstream = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["url"],
  "properties": {
    "url": {
      "type": "string",
      "pattern": "^([Ww][Ss][Ss]?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{0,5})?(/[^?#\\s]*)?|(env|file|vault|aws-sm|k8s)://.+)$",
      "description": "the base of the upstream such as wss://chat.internal/v1, without query, fragment and credentials"},
    "path": {"type": "string",
             "pattern": "^(([^/?#.]|\\.[^/?#.]|\\.\\.[^/?#])[^/?#]*)?(/(([^/?#.]|\\.[^/?#.]|\\.\\.[^/?#])[^/?#]*)?)*(\\?[^#]*)?$",
             "description": "a template such as /rooms/{id}, without fragment and dot segments; without it the path of the request"},
    "connect_timeout": {"type": ["number", "string"], "minimum": 0.1, "maximum": 300,
                        "pattern": "^0*[1-9][0-9]*(ms|s|m)$",
                        "description": "from 0.1 to 300 seconds, or a duration such as 500ms"},
    "idle_timeout": {"type": ["number", "string"], "minimum": 0,
                     "pattern": "^[0-9]+(ms|s|m|h)$",
                     "description": "seconds or a duration such as 5m; 0 for none"}
  }
})json";

/// What a schema can forbid and cannot explain.
struct Exclusion {
  std::string_view plugin, field, sentence;
};
constexpr std::array<Exclusion, 4> kExclusions = {{
    {"mock", "status", "cannot stand beside 'from_spec', which takes it from the spec"},
    {"mock", "body", "cannot stand beside 'from_spec', which takes it from the spec"},
    {"mock", "content_type", "cannot stand beside 'from_spec', which takes it from the spec"},
    {"http-upstream", "circuit_breaker", "is another name of 'circuit-breaker': write one of them"},
}};

constexpr std::string_view kUri = "config";

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  while (!pointer.empty()) {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    tokens.push_back(base::unescape_pointer_token(pointer.substr(0, end).substr(1)));
    pointer.remove_prefix(end);
  }
  return tokens;
}

std::string_view text_of(schema::Value object, std::string_view key) {
  const auto value = object.is_object() ? object.find(key) : std::nullopt;
  return value && value->is_string() ? value->text() : std::string_view();
}

/// Behind `#/$defs/NAME`, the only references such schemas need for their hints.
schema::Value dereferenced(schema::Value schema, schema::Value root) {
  constexpr std::string_view kDefs = "#/$defs/";
  const std::string_view reference = text_of(schema, "$ref");
  const auto defs = root.is_object() ? root.find("$defs") : std::nullopt;
  if (!reference.starts_with(kDefs) || !defs || !defs->is_object()) return schema;
  return defs->find(reference.substr(kDefs.size())).value_or(schema);
}

/// The schema of the field a pointer leads to, as far as `properties` and `items` lead there.
schema::Value field_schema(schema::Value root, std::string_view pointer) {
  schema::Value at = dereferenced(root, root);
  for (const std::string& token : tokens_of(pointer)) {
    const auto properties = at.is_object() ? at.find("properties") : std::nullopt;
    const auto next = properties && properties->is_object() ? properties->find(token)
                      : at.is_object()                      ? at.find("items")
                                                            : std::nullopt;
    if (!next) return at;
    at = dereferenced(*next, root);
  }
  return at;
}

std::vector<std::string_view> field_names(schema::Value schema) {
  std::vector<std::string_view> names;
  const auto properties = schema.is_object() ? schema.find("properties") : std::nullopt;
  if (!properties || !properties->is_object()) return names;
  for (const schema::Member member : properties->members()) names.push_back(member.name());
  return names;
}

/// `headers.x-request-id`, as people say it.
std::string dotted(const std::vector<std::string>& tokens) {
  std::string words;
  for (const std::string& token : tokens) {
    if (!words.empty()) words.push_back('.');
    words += token;
  }
  return words;
}

using Names = std::set<std::string, std::less<>>;

/// Names of properties with `writeOnly: true`, where the contract looks for them.
void add_secret_fields(schema::Value schema, Names& names) {
  if (schema.is_array()) {
    for (const schema::Value each : schema.elements()) add_secret_fields(each, names);
  }
  if (!schema.is_object()) return;
  const auto each_member = [&](std::string_view keyword, auto look) {
    const auto map = schema.find(keyword);
    if (!map || !map->is_object()) return;
    for (const schema::Member member : map->members()) look(member);
  };
  each_member("properties", [&](schema::Member property) {
    const auto secret =
        property.value.is_object() ? property.value.find("writeOnly") : std::nullopt;
    if (secret && secret->kind() == schema::Kind::kTrue) names.emplace(property.name());
    add_secret_fields(property.value, names);
  });
  for (const std::string_view keyword : {"$defs", "definitions"}) {
    each_member(keyword, [&](schema::Member each) { add_secret_fields(each.value, names); });
  }
  for (const std::string_view keyword :
       {"items", "additionalProperties", "allOf", "anyOf", "oneOf", "then", "else"}) {
    if (const auto below = schema.find(keyword)) add_secret_fields(*below, names);
  }
}

void collect_literals(schema::Value config, const Names& secrets, const std::string& pointer,
                      std::vector<std::string>& found) {
  if (config.is_array()) {
    std::size_t index = 0;
    for (const schema::Value each : config.elements()) {
      collect_literals(each, secrets, pointer + "/" + std::to_string(index++), found);
    }
  }
  if (!config.is_object()) return;
  for (const schema::Member member : config.members()) {
    std::string here = pointer;
    base::append_pointer_token(here, member.name());
    if (!member.value.is_string()) {
      collect_literals(member.value, secrets, here, found);
    } else if (secrets.contains(member.name()) && !member.value.text().empty() &&
               !base::is_secret_reference(member.value.text())) {
      found.push_back(std::move(here));
    }
  }
}

}  // namespace

std::string_view native_config_schema(std::string_view plugin) {
  if (plugin == "mock") return kMock;
  if (plugin == "http-upstream") return kHttpUpstream;
  if (plugin == "ws-upstream") return kWsUpstream;
  return {};
}

std::expected<ConfigSchema, std::string> ConfigSchema::compile(std::string plugin,
                                                               std::string_view json_schema) {
  schema::ProgramBuilder builder;
  builder.add(std::string(kUri), json_schema);
  const schema::SchemaId schema = builder.want(std::string(kUri) + "#");
  auto program = builder.build();
  if (program) {
    return ConfigSchema(std::move(plugin), std::string(json_schema), std::move(*program), schema);
  }
  const schema::SchemaError& error = program.error().front();
  return std::unexpected(error.place.empty() ? error.message
                                             : fmt::format("{} at {}", error.message, error.place));
}

std::vector<ConfigFault> ConfigSchema::check(std::string_view config) const {
  schema::Tape tape;
  schema::JsonOptions options;
  options.max_depth = 1024;
  const auto value = tape.read(config, options);
  if (!value) return {{{}, "is not JSON: " + schema::describe(value.error()), {}, false}};
  schema::Scratch scratch;
  if (program_.run(schema_, *value, scratch) == schema::Verdict::kValid) return {};
  schema::Tape schema_tape;
  const auto schema_root = schema_tape.read(text_);
  std::vector<ConfigFault> faults;
  for (const schema::Failure& failure : program_.explain(schema_, *value, scratch)) {
    faults.push_back(fault(failure, schema_root ? *schema_root : *value));
  }
  return faults;
}

void ConfigSchema::find_secret_fields() {
  schema::Tape tape;
  if (const auto root = tape.read(text_)) add_secret_fields(*root, secret_fields_);
}

std::vector<std::string> ConfigSchema::literal_secrets(std::string_view config) const {
  std::vector<std::string> pointers;
  if (secret_fields_.empty()) return pointers;
  schema::Tape tape;
  if (const auto value = tape.read(config)) {
    collect_literals(*value, secret_fields_, std::string(), pointers);
  }
  return pointers;
}

ConfigFault ConfigSchema::fault(const schema::Failure& failure, schema::Value root) const {
  std::vector<std::string> tokens = tokens_of(failure.instance);
  const std::string path = dotted(tokens);
  const schema::Value field = field_schema(root, failure.instance);
  if (failure.keyword == "additionalProperties" || failure.keyword == "unevaluatedProperties") {
    const std::string_view around =
        std::string_view(failure.instance).substr(0, failure.instance.rfind('/'));
    const auto names = field_names(field_schema(root, around));
    return {failure.instance, fmt::format("has no field '{}'", path),
            did_you_mean(tokens.empty() ? path : tokens.back(), names,
                         names.empty() ? "" : "the fields are " + quoted_list(names)),
            true};
  }
  const auto exclusion = std::ranges::find_if(kExclusions, [&](const Exclusion& each) {
    return failure.keyword.empty() && each.plugin == plugin_ && each.field == path;
  });
  const std::string_view sentence =
      exclusion != kExclusions.end() ? exclusion->sentence : std::string_view(failure.sentence);
  // A pattern tells the author less than the description of the field does.
  const std::string_view words = failure.keyword == "pattern" ? "has the wrong form" : sentence;
  return {
      failure.instance, path.empty() ? std::string(words) : fmt::format("'{}' {}", path, words),
      exclusion == kExclusions.end() ? std::string(text_of(field, "description")) : std::string(),
      false};
}

}  // namespace barbacane::compiler

#include <optional>

#include "artifact/detail/json_reader.h"
#include "artifact/detail/routes_json.h"

namespace barbacane::artifact::detail {
namespace {

/// A repeated key starts over, as in every JSON reader: the last one counts.
template <class T, class Read>
void read_list(JsonReader& json, std::vector<T>& list, Read read) {
  list.clear();
  json.array([&] { list.push_back(read(json)); });
}

/// `null` where the contract allows a missing object.
template <class Read>
auto optional(JsonReader& json, Read read) -> std::optional<decltype(read(json))> {
  if (json.null()) return std::nullopt;
  return read(json);
}

Source read_source(JsonReader& json) {
  Source source;
  json.object([&](std::string_view key) {
    if (key == "file") {
      source.file = json.string();
    } else if (key == "line") {
      source.line = json.small_integer();
    } else if (key == "column") {
      source.column = json.small_integer();
    } else {
      json.skip();
    }
  });
  return source;
}

Parameter read_parameter(JsonReader& json) {
  Parameter parameter;
  bool has_name = false, has_location = false, has_required = false;
  json.object([&](std::string_view key) {
    if (key == "name") {
      parameter.name = json.string(), has_name = true;
    } else if (key == "location") {
      parameter.location = json.string(), has_location = true;
    } else if (key == "required") {
      parameter.required = json.boolean(), has_required = true;
    } else if (key == "schema") {
      parameter.schema = json.value();
    } else if (key == "style") {
      parameter.style = json.string_or_null();
    } else if (key == "explode") {
      parameter.explode = json.boolean_or_null();
    } else if (key == "content_type") {
      parameter.content_type = json.string_or_null();
    } else if (key == "allow_empty_value") {
      parameter.allow_empty_value = json.boolean();
    } else if (key == "source") {
      parameter.source = optional(json, read_source);
    } else {
      json.skip();
    }
  });
  json.require(has_name, "name");
  json.require(has_location, "location");
  json.require(has_required, "required");
  return parameter;
}

Content read_content(JsonReader& json) {
  Content content;
  json.object([&](std::string_view media_type) {
    MediaType& body = content[std::string(media_type)];
    body = {};
    json.object([&](std::string_view key) {
      if (key == "schema") {
        body.schema = json.value();
      } else if (key == "encoding") {
        body.encoding = json.value();
      } else {
        json.skip();
      }
    });
  });
  return content;
}

RequestBody read_request_body(JsonReader& json) {
  RequestBody body;
  bool has_required = false, has_content = false;
  json.object([&](std::string_view key) {
    if (key == "required") {
      body.required = json.boolean(), has_required = true;
    } else if (key == "content") {
      body.content = read_content(json), has_content = true;
    } else {
      json.skip();
    }
  });
  json.require(has_required, "required");
  json.require(has_content, "content");
  return body;
}

PluginUse read_plugin_use(JsonReader& json) {
  PluginUse use;
  bool has_name = false;
  json.object([&](std::string_view key) {
    if (key == "name") {
      use.name = json.string(), has_name = true;
    } else if (key == "config") {
      use.config = json.value();
    } else {
      json.skip();
    }
  });
  json.require(has_name, "name");
  return use;
}

Message read_message(JsonReader& json) {
  Message message;
  bool has_name = false;
  json.object([&](std::string_view key) {
    if (key == "name") {
      message.name = json.string(), has_name = true;
    } else if (key == "payload") {
      message.payload = json.value();
    } else if (key == "content_type") {
      message.content_type = json.string_or_null();
    } else if (key == "bindings") {
      message.bindings = json.value();
    } else {
      json.skip();
    }
  });
  json.require(has_name, "name");
  return message;
}

std::map<std::string, Content> read_responses(JsonReader& json) {
  std::map<std::string, Content> responses;
  json.object([&](std::string_view status) {
    Content& content = responses[std::string(status)];
    content.clear();
    json.object([&](std::string_view key) {
      if (key == "content") {
        content = read_content(json);
      } else {
        json.skip();
      }
    });
  });
  return responses;
}

Validation read_validation(JsonReader& json) {
  Validation validation;
  json.object([&](std::string_view key) {
    if (key == "mode") {
      validation.mode = json.string();
      if (validation.mode != "enforce" && validation.mode != "report" && validation.mode != "off") {
        json.fail("unknown validation mode '" + validation.mode + "'");
      }
    } else if (key == "unknown_query") {
      validation.unknown_query = json.string();
      if (validation.unknown_query != "pass" && validation.unknown_query != "reject") {
        json.fail("unknown value '" + validation.unknown_query + "' of unknown_query");
      }
    } else if (key == "known_query") {
      json.array([&] { validation.known_query.push_back(json.string()); });
    } else {
      json.skip();
    }
  });
  return validation;
}

Observability read_observability(JsonReader& json) {
  Observability observability;
  json.object([&](std::string_view key) {
    if (key == "trace_sampling") {
      observability.trace_sampling = json.number();
    } else if (key == "detailed_validation_logs") {
      observability.detailed_validation_logs = json.boolean();
    } else if (key == "latency_slo_ms") {
      observability.latency_slo_ms = json.integer();
    } else {
      json.skip();
    }
  });
  return observability;
}

Operation read_operation(JsonReader& json) {
  Operation operation;
  bool has_path = false, has_method = false, has_parameters = false, has_dispatch = false;
  json.object([&](std::string_view key) {
    if (key == "path") {
      operation.path = json.string(), has_path = true;
    } else if (key == "method") {
      operation.method = json.string(), has_method = true;
    } else if (key == "operation_id") {
      operation.operation_id = json.string_or_null();
    } else if (key == "summary") {
      operation.summary = json.string_or_null();
    } else if (key == "description") {
      operation.description = json.string_or_null();
    } else if (key == "parameters") {
      read_list(json, operation.parameters, read_parameter), has_parameters = true;
    } else if (key == "request_body") {
      operation.request_body = optional(json, read_request_body);
    } else if (key == "dispatch") {
      operation.dispatch = read_plugin_use(json), has_dispatch = true;
    } else if (key == "middlewares") {
      read_list(json, operation.middlewares, read_plugin_use);
    } else if (key == "deprecated") {
      operation.deprecated = json.boolean();
    } else if (key == "sunset") {
      operation.sunset = json.string_or_null();
    } else if (key == "messages") {
      read_list(json, operation.messages, read_message);
    } else if (key == "bindings") {
      operation.bindings = json.value();
    } else if (key == "responses") {
      operation.responses = read_responses(json);
    } else if (key == "mcp_enabled") {
      operation.mcp_enabled = json.boolean_or_null();
    } else if (key == "mcp_description") {
      operation.mcp_description = json.string_or_null();
    } else if (key == "validation") {
      operation.validation = optional(json, read_validation);
    } else if (key == "mock") {
      operation.mock = json.value();
    } else if (key == "source") {
      operation.source = optional(json, read_source);
    } else if (key == "observability") {
      operation.observability = optional(json, read_observability);
    } else if (key == "spec_file") {
      operation.spec_file = json.string();
    } else {
      json.skip();
    }
  });
  json.require(has_path, "path");
  json.require(has_method, "method");
  json.require(has_parameters, "parameters");
  json.require(has_dispatch, "dispatch");
  return operation;
}

}  // namespace

base::Result<Routes> read_routes(std::string_view text) {
  Routes routes;
  bool has_operations = false;
  JsonReader json(text);
  json.object([&](std::string_view key) {
    if (key == "operations") {
      read_list(json, routes.operations, read_operation), has_operations = true;
    } else if (key == "schemas") {
      routes.schemas.clear();
      json.object([&](std::string_view name) {
        routes.schemas.insert_or_assign(std::string(name), json.value());
      });
    } else {
      json.skip();
    }
  });
  json.require(has_operations, "operations");
  if (auto result = json.result(); !result) return std::unexpected(result.error());
  return routes;
}

}  // namespace barbacane::artifact::detail

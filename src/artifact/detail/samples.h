#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/artifact.h"
#include "artifact/detail/tar.h"

/// Contents and containers that tests, benchmark and fuzz target of this folder start from.
namespace barbacane::artifact::samples {

/// Uses every field of the model, values as they come back from a file.
inline Contents everything() {
  Contents contents;
  Manifest& manifest = contents.manifest;
  manifest.compiled_at = "2026-06-01T00:00:00Z";
  manifest.compiler_version = "0.9.0";
  manifest.provenance = {.commit = "abc123", .source = std::nullopt};
  manifest.mcp = {.enabled = true, .server_name = "Shop \"API\"", .server_version = "1.0"};
  manifest.capabilities_enforced = true;

  Operation get;
  get.path = "/pets/{id}";
  get.method = "GET";
  get.operation_id = "getPet";
  get.summary = "One pet\nby id";
  get.description = "Größe: \U0001F415";
  get.parameters = {
      {.name = "id",
       .location = "path",
       .required = true,
       .schema = {R"({"maximum":18446744073709551616,"minimum":1e-400,"type":"integer"})"},
       .style = "simple",
       .explode = false,
       .content_type = std::nullopt,
       .allow_empty_value = false,
       .source = Source{"api.yaml", 12, 9}},
      {.name = "q",
       .location = "query",
       .required = false,
       .schema = {},
       .style = std::nullopt,
       .explode = std::nullopt,
       .content_type = "application/json",
       .allow_empty_value = true,
       .source = std::nullopt}};
  get.dispatch = {"mock", {R"({"body":"{\"a\\u0041\": 1}","status":200})"}};
  get.middlewares = {{"rate-limit", {R"({"list":[1,[],{},[[-0.0]]]})"}}, {"cors", {}}};
  get.deprecated = true;
  get.sunset = "Mon, 01 Jun 2026 00:00:00 GMT";
  get.responses = {{"200", {{"application/json", {{R"({"$ref":"#/schemas/Pet"})"}, {}}}}},
                   {"204", {}}};
  get.mcp_enabled = false;
  get.mcp_description = "Looks a pet up";
  get.validation =
      Validation{.mode = "report", .unknown_query = "reject", .known_query = {"api_key"}};
  get.observability =
      Observability{.trace_sampling = 0.1, .detailed_validation_logs = true, .latency_slo_ms = 250};
  get.mock = {R"({"200":{"body":"x","content_type":"text/plain"}})"};
  get.source = Source{"api.yaml", 8, 5};
  get.spec_file = "api.yaml";

  Operation post;
  post.path = "/upload";
  post.method = "POST";
  post.request_body = RequestBody{
      .required = true,
      .content = {{"multipart/form-data",
                   {{R"({"type":"object"})"}, {R"({"file":{"contentType":"image/png"}})"}}}}};
  post.dispatch = {"http-upstream", {R"({"url":"https://example.com"})"}};

  Operation send;
  send.path = "/events";
  send.method = "SEND";
  send.dispatch = {"kafka", {}};
  send.messages = {{"created", {R"({"type":"object"})"}, "application/json", {R"({"kafka":{}})"}},
                   {"gone", {}, std::nullopt, {"{}"}}};
  send.bindings = {R"({"kafka":{"topic":"events"}})"};

  contents.routes.operations = {send, get, post};
  contents.routes.schemas = {{"Pet", {R"({"properties":{"name":{"type":"string"}}})"}},
                             {"Any", {"true"}}};
  contents.specs = {{"api.yaml", "", "openapi", "3.1.0", "openapi: 3.1.0\n"},
                    {"schemas/" + std::string(120, 'x') + ".yaml", "", "fragment", "", ""}};
  const std::string magic("\0asm\1\0\0\0", 8);
  contents.plugins = {
      {"kafka", "0.2.0", "dispatcher", "", false, {"log", "kafka_publish"}, magic + "k"},
      {"rate-limit", "1.0.0", "middleware", "", true, {}, magic + std::string(600, 'r')}};
  contents.documents = {{"index.json", {"application/json", "gzip of the index"}},
                        {"specs/api.yaml.yaml", {"text/yaml", std::string(100, '\0')}}};
  contents.source_map = "gzip of the map";
  return contents;
}

using Entries = std::vector<std::pair<std::string, std::string>>;

/// A well-formed container around anything.
inline std::string container(const Entries& entries) {
  detail::GzipWriter out;
  for (const auto& [name, bytes] : entries) detail::write_entry(out, name, bytes);
  detail::write_end(out);
  return out.finish();
}

}  // namespace barbacane::artifact::samples

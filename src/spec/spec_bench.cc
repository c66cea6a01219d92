#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/file.h"
#include "spec/api.h"

/// Reading speed on a description of 13 MB, the size of the largest public ones.
/// BARBACANE_BENCH_SPEC names a real file to read instead of the generated JSON.
namespace barbacane::spec {
namespace {

std::string json_operation(int number) {
  return fmt::format(R"(    "/repos/{{owner}}/things-{0}/{{id}}": {{
      "get": {{
        "operationId": "things/get-{0}",
        "summary": "Get thing {0}",
        "description": "Returns one thing with \"everything\" about it.\n\nSee the [manual](https://example.com/{0}).",
        "parameters": [
          {{ "name": "owner", "in": "path", "required": true, "schema": {{ "type": "string" }} }},
          {{ "name": "page", "in": "query", "schema": {{ "type": "integer", "default": 1, "maximum": 1.5e3 }} }}
        ],
        "responses": {{
          "200": {{
            "description": "A thing",
            "content": {{
              "application/json": {{
                "schema": {{ "$ref": "#/components/schemas/thing" }},
                "example": {{ "id": {0}, "name": "Octocat", "tags": ["a", "b", null, true], "url": "https://example.com/things/{0}" }}
              }}
            }}
          }}
        }}
      }}
    }})",
                     number);
}

std::string yaml_operation(int number) {
  return fmt::format(R"(  /repos/{{owner}}/things-{0}/{{id}}:
    get:
      operationId: things/get-{0}
      summary: Get thing {0}
      description: |-
        Returns one thing with "everything" about it.

        See the [manual](https://example.com/{0}).
      parameters:
        - {{ name: owner, in: path, required: true, schema: {{ type: string }} }}
        - name: page
          in: query
          schema:
            type: integer
            default: 1
            maximum: 1.5e3
      responses:
        '200':
          description: A thing
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/thing'
              example: {{ id: {0}, name: Octocat, tags: [a, b, null, true] }}
)",
                     number);
}

constexpr std::size_t kSize = 13'000'000;

std::string big_json() {
  std::string text = R"({ "openapi": "3.1.0", "info": { "title": "Big", "version": "1" },
  "components": { "schemas": { "thing": { "type": "object" } } },
  "paths": {
)";
  for (int i = 0; text.size() < kSize; ++i) text += (i == 0 ? "" : ",\n") + json_operation(i);
  return text + "\n  }\n}\n";
}

std::string big_yaml() {
  std::string text =
      "openapi: 3.1.0\ninfo: { title: Big, version: '1' }\n"
      "components: { schemas: { thing: { type: object } } }\npaths:\n";
  for (int i = 0; text.size() < kSize; ++i) text += yaml_operation(i);
  return text;
}

std::string json_input() {
  const char* file = std::getenv("BARBACANE_BENCH_SPEC");
  return file == nullptr ? big_json() : base::read_file(file).value();
}

void parse(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    auto document = parse_document("big", text);
    if (!document) state.SkipWithError(document.error().message.c_str());
    benchmark::DoNotOptimize(document);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

void ParseJson(benchmark::State& state) { parse(state, json_input()); }
void ParseYaml(benchmark::State& state) { parse(state, big_yaml()); }

void ReadApi(benchmark::State& state) {
  Project project(".");
  const auto document = project.add("big.json", json_input());
  for (auto _ : state) {
    ReadResult result = read_api(project, **document);
    if (result.api->operations.empty()) state.SkipWithError("no operations");
    benchmark::DoNotOptimize(result);
  }
}

BENCHMARK(ParseJson)->Unit(benchmark::kMillisecond);
BENCHMARK(ParseYaml)->Unit(benchmark::kMillisecond);
BENCHMARK(ReadApi)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace barbacane::spec

#include "artifact/artifact.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "artifact/detail/routes_json.h"
#include "artifact/detail/samples.h"
#include "artifact/detail/tar.h"
#include "base/hash.h"

namespace barbacane::artifact {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string must_seal(const Contents& contents) {
  auto archive = seal(contents);
  EXPECT_TRUE(archive) << archive.error().message;
  return archive.value_or("");
}

Contents must_open(std::string_view archive, OpenOptions options = {}) {
  options.spec_bytes = OpenOptions::SpecBytes::kKeep;
  auto contents = open(archive, options);
  EXPECT_TRUE(contents) << contents.error().message;
  return contents ? std::move(*contents) : Contents();
}

samples::Entries entries_of(std::string_view archive) {
  samples::Entries entries;
  detail::GzipReader gzip(archive);
  detail::TarReader tar(gzip, 1 << 24);
  for (;;) {
    auto entry = tar.next();
    if (!entry || !*entry) return entries;
    auto& [name, bytes] = entries.emplace_back((*entry)->name, "");
    for (auto part = tar.content(); part && !part->empty(); part = tar.content()) bytes += *part;
  }
}

std::string entry(std::string_view archive, std::string_view name) {
  for (const auto& [entry_name, bytes] : entries_of(archive)) {
    if (entry_name == name) return bytes;
  }
  return "absent";
}

TEST(Artifact, GivesBackEverythingThatWasSealed) {
  const Contents before = samples::everything();
  const Contents after = must_open(must_seal(before));

  const auto routes = [](const Contents& c) { return detail::write_routes(c.routes).value(); };
  EXPECT_EQ(routes(after), routes(before));
  ASSERT_EQ(after.routes.operations.size(), 3u);
  const Operation& get = after.routes.operations[1];
  const Operation& expected = before.routes.operations[1];
  EXPECT_EQ(get.path, expected.path);
  EXPECT_EQ(get.summary, expected.summary);
  EXPECT_EQ(get.description, expected.description);
  EXPECT_EQ(get.parameters[0].schema, expected.parameters[0].schema);
  EXPECT_EQ(get.parameters[0].source->line, 12u);
  EXPECT_TRUE(get.parameters[1].schema.is_null());
  EXPECT_TRUE(get.parameters[1].allow_empty_value);
  EXPECT_EQ(get.dispatch.config, expected.dispatch.config);
  EXPECT_EQ(get.middlewares[0].config, expected.middlewares[0].config);
  EXPECT_EQ(get.mcp_enabled, false);
  EXPECT_EQ(get.validation->mode, "report");
  EXPECT_EQ(get.validation->known_query, expected.validation->known_query);
  EXPECT_EQ(get.observability->trace_sampling, 0.1);
  EXPECT_EQ(get.observability->latency_slo_ms, 250);
  EXPECT_EQ(get.mock, expected.mock);
  EXPECT_EQ(get.spec_file, "api.yaml");
  EXPECT_EQ(after.routes.schemas, before.routes.schemas);
  EXPECT_EQ(after.routes.operations[0].messages[0].bindings, Json{R"({"kafka":{}})"});
  EXPECT_TRUE(after.routes.operations[2].request_body->content.contains("multipart/form-data"));

  EXPECT_EQ(after.manifest.compiled_at, before.manifest.compiled_at);
  EXPECT_EQ(after.manifest.provenance.commit, "abc123");
  EXPECT_EQ(after.manifest.provenance.source, std::nullopt);
  EXPECT_TRUE(after.manifest.mcp.enabled);
  EXPECT_EQ(after.manifest.mcp.server_name, before.manifest.mcp.server_name);
  EXPECT_TRUE(after.manifest.capabilities_enforced);
  EXPECT_EQ(after.manifest.artifact_hash, artifact_hash(after));
  EXPECT_EQ(after.manifest.signature, std::nullopt);

  ASSERT_EQ(after.specs.size(), 2u);
  EXPECT_EQ(after.specs[0].bytes, before.specs[0].bytes);
  EXPECT_EQ(after.specs[1].file, before.specs[1].file);
  EXPECT_EQ(after.specs[1].type, "fragment");
  ASSERT_EQ(after.plugins.size(), 2u);
  EXPECT_EQ(after.plugins[1].wasm, before.plugins[1].wasm);
  EXPECT_EQ(after.plugins[1].sha256, base::sha256_hex(before.plugins[1].wasm));
  EXPECT_TRUE(after.plugins[1].body_access);
  EXPECT_THAT(after.plugins[0].host_functions, ElementsAre("log", "kafka_publish"));
  ASSERT_EQ(after.documents.size(), 2u);
  EXPECT_EQ(after.documents.at("index.json").media_type, "application/json");
  EXPECT_EQ(after.documents.at("specs/api.yaml.yaml").media_type, "text/yaml");
  EXPECT_EQ(after.documents.at("specs/api.yaml.yaml").gzip, std::string(100, '\0'));
  EXPECT_EQ(after.source_map, "gzip of the map");
}

TEST(Artifact, HasEqualBytesForEqualContents) {
  EXPECT_EQ(must_seal(samples::everything()), must_seal(samples::everything()));
  EXPECT_EQ(must_seal(must_open(must_seal(samples::everything()))),
            must_seal(samples::everything()));
}

TEST(Artifact, IsTheSameWithoutCompression) {
  Contents large = samples::everything();
  for (int i = 0; i < 50'000; ++i) large.specs[0].bytes += "  line: " + std::to_string(i) + '\n';
  const std::string small = must_seal(large);
  const auto stored = seal(large, nullptr, Compression::kNone);
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_GT(stored->size(), large.specs[0].bytes.size());
  EXPECT_LT(small.size(), stored->size() / 2);
  EXPECT_EQ(entries_of(*stored), entries_of(small));
  EXPECT_EQ(must_open(*stored).manifest.artifact_hash, must_open(small).manifest.artifact_hash);
}

TEST(Artifact, CompressesNothingTwice) {
  Contents contents = samples::everything();
  auto& document = contents.documents["specs/large.yaml.json"];
  document.gzip = std::string(100'000, 'z');
  contents.source_map = std::string(100'000, 'm');
  const std::string archive = must_seal(contents);
  EXPECT_GT(archive.size(), 200'000u);
  EXPECT_EQ(entry(archive, "documents/specs/large.yaml.json.gz"), document.gzip);
  EXPECT_EQ(must_open(archive).source_map, contents.source_map);
}

TEST(Artifact, SortsSpecsAndPluginsHoweverTheyCome) {
  Contents reversed = samples::everything();
  std::ranges::reverse(reversed.specs);
  std::ranges::reverse(reversed.plugins);
  EXPECT_EQ(must_seal(reversed), must_seal(samples::everything()));
}

TEST(Artifact, KeepsTheEntryOrderOfTheContract) {
  std::vector<std::string> names;
  for (auto& [name, bytes] : entries_of(must_seal(samples::everything()))) names.push_back(name);
  EXPECT_THAT(names,
              ElementsAre("manifest.json", "routes.json", "specs/api.yaml",
                          "specs/schemas/" + std::string(120, 'x') + ".yaml", "plugins/kafka.wasm",
                          "plugins/rate-limit.wasm", "documents/index.json.gz",
                          "documents/specs/api.yaml.yaml.gz", "source_map.json.gz"));
}

TEST(Artifact, HasNoTimeNorNameInItsGzipHeader) {
  const std::string archive = must_seal(samples::everything());
  EXPECT_EQ(archive.substr(0, 8), std::string("\x1f\x8b\x08\0\0\0\0\0", 8));
}

TEST(Artifact, HashesTheTestValueOfTheContract) {
  Contents contents;
  contents.specs = {{"api.yaml", std::string(64, 'a'), "openapi", "3.1.0", ""}};
  contents.manifest.checksums = {{"plugins/mock.wasm", "sha256:" + std::string(64, 'b')},
                                 {"routes.json", "sha256:" + std::string(64, 'c')}};
  contents.manifest.capabilities_enforced = true;
  contents.plugins = {{"mock", "0.1.0", "dispatcher", "", false, {"log", "clock_now"}, ""}};
  EXPECT_EQ(artifact_hash(contents),
            "sha256:f84490eb737ef47b7f88ab9fd66b8257d11cf08631853615628396b9e036920a");
}

TEST(Artifact, HashIgnoresWhatIsInformational) {
  Contents other = samples::everything();
  other.manifest.compiled_at = "2027-01-01T00:00:00Z";
  other.manifest.compiler_version = "1.0.0";
  other.manifest.provenance = {};
  EXPECT_EQ(must_open(must_seal(other)).manifest.artifact_hash,
            must_open(must_seal(samples::everything())).manifest.artifact_hash);
}

TEST(Artifact, WritesTheManifestOfTheContract) {
  Contents contents;
  contents.manifest.compiled_at = "2026-06-01T00:00:00Z";
  contents.manifest.compiler_version = "0.9.0";
  contents.specs = {{"a.yaml", "", "openapi", "3.1.0", "x"}};
  contents.plugins = {{"log", "1.0.0", "middleware", "", true, {"log"}, "wasm"}};
  const std::string archive = must_seal(contents);
  const std::string routes = base::sha256_hex(entry(archive, "routes.json"));
  const std::string wasm = base::sha256_hex("wasm");
  EXPECT_EQ(entry(archive, "manifest.json"), R"({
  "barbacane_artifact_version": 4,
  "compiled_at": "2026-06-01T00:00:00Z",
  "compiler_version": "0.9.0",
  "source_specs": [
    {
      "file": "a.yaml",
      "sha256": ")" + base::sha256_hex("x") + R"(",
      "type": "openapi",
      "version": "3.1.0"
    }
  ],
  "routes_count": 0,
  "checksums": {
    "plugins/log.wasm": "sha256:)" + wasm + R"(",
    "routes.json": "sha256:)" + routes + R"("
  },
  "plugins": [
    {
      "name": "log",
      "version": "1.0.0",
      "plugin_type": "middleware",
      "wasm_path": "plugins/log.wasm",
      "sha256": ")" + wasm + R"(",
      "capabilities": {
        "body_access": true,
        "host_functions": [
          "log"
        ]
      }
    }
  ],
  "artifact_hash": ")" + must_open(archive).manifest.artifact_hash +
                                                 R"(",
  "provenance": {
    "commit": null,
    "source": null
  },
  "mcp": {
    "enabled": false,
    "server_name": null,
    "server_version": null
  },
  "capabilities_enforced": false
})");
}

TEST(Artifact, WritesTheRoutesOfTheContract) {
  Contents contents;
  Operation operation;
  operation.path = "/a";
  operation.method = "GET";
  operation.parameters = {{.name = "n",
                           .location = "query",
                           .required = false,
                           .schema = {R"({"enum": [1.50, "A"],"x":{}})"},
                           .style = {},
                           .explode = {},
                           .content_type = {},
                           .allow_empty_value = false,
                           .source = {}}};
  operation.dispatch = {"mock", {R"({ "status":200 })"}};
  contents.routes.operations = {operation};
  EXPECT_EQ(entry(must_seal(contents), "routes.json"), R"({
  "operations": [
    {
      "index": 0,
      "path": "/a",
      "method": "GET",
      "operation_id": null,
      "summary": null,
      "description": null,
      "parameters": [
        {
          "name": "n",
          "location": "query",
          "required": false,
          "schema": {
            "enum": [
              1.50,
              "A"
            ],
            "x": {}
          }
        }
      ],
      "request_body": null,
      "dispatch": {
        "name": "mock",
        "config": {
          "status": 200
        }
      },
      "middlewares": [],
      "deprecated": false,
      "sunset": null,
      "mcp_enabled": null,
      "mcp_description": null
    }
  ]
})");
}

TEST(Artifact, RefusesToSealWhatItCouldNotOpen) {
  const auto refusal = [](auto change) {
    Contents contents = samples::everything();
    change(contents);
    const auto archive = seal(contents);
    return archive ? "sealed" : archive.error().message;
  };
  EXPECT_EQ(refusal([](Contents& c) { c.routes.operations[0].dispatch.config.text = "{1}"; }),
            "malformed JSON as 'config'");
  EXPECT_EQ(refusal([](Contents& c) { c.routes.operations[0].path = "/\xff"; }),
            "routes.json would not be valid UTF-8");
  EXPECT_EQ(refusal([](Contents& c) { c.specs[1].file = "api.yaml"; }),
            "spec 'api.yaml' is listed twice");
  EXPECT_EQ(refusal([](Contents& c) { c.plugins[1].name = "kafka"; }),
            "plugin 'kafka' is listed twice");
  EXPECT_THAT(refusal([](Contents& c) { c.plugins[0].host_functions = {"a,b"}; }),
              HasSubstr("malformed host function"));
  EXPECT_THAT(refusal([](Contents& c) { c.documents["x.txt"] = {}; }),
              HasSubstr("neither .json nor .yaml"));
}

TEST(Artifact, DropsTheBytesOfSpecsUnlessAskedToKeepThem) {
  const auto contents = open(must_seal(samples::everything()));
  ASSERT_TRUE(contents);
  EXPECT_EQ(contents->specs[0].bytes, "");
  EXPECT_EQ(contents->specs[0].sha256, base::sha256_hex("openapi: 3.1.0\n"));
}

}  // namespace
}  // namespace barbacane::artifact

#include "compiler/documents.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "compiler/detail/gzip.h"
#include "spec/api.h"

namespace barbacane::compiler {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string gunzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK) {
    char buffer[4096];
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
  }
  EXPECT_EQ(state, Z_STREAM_END);
  inflateEnd(&stream);
  return out;
}

class Documents : public ::testing::Test {
 protected:
  /// The face of reading without reading: only what `build_documents` looks at.
  void add(std::string path, std::string text, spec::ApiKind kind = spec::ApiKind::kOpenApi) {
    auto document = spec::parse_document(std::move(path), std::move(text));
    ASSERT_TRUE(document) << document.error().message;
    spec::Api api;
    api.kind = kind;
    api.document = document->get();
    const spec::Node* info = (*document)->root().find("info");
    const spec::Node* title = info ? info->find("title") : nullptr;
    if (title) api.title = title->text();
    documents_.push_back(std::move(*document));
    apis_.push_back(std::move(api));
  }

  void build() { built_ = build_documents(apis_); }

  std::string text(const std::string& name) {
    if (built_.empty()) build();
    const auto found = built_.find(name);
    return found == built_.end() ? "(none)" : gunzip(found->second.gzip);
  }

  std::vector<std::unique_ptr<spec::Document>> documents_;
  std::vector<spec::Api> apis_;
  std::map<std::string, artifact::ServedDocument> built_;
};

TEST_F(Documents, ServeEverySourceWithoutPrivateKeys) {
  add("specs/api.yaml",
      "openapi: 3.1.0\n"
      "x-barbacane-middlewares: []\n"
      "info: {title: A, version: '1'}\n"
      "paths:\n"
      "  /a:\n"
      "    get:\n"
      "      x-barbacane-dispatch: {name: mock}\n"
      "      x-sunset: soon\n"
      "      responses: {'200': {description: ok, content: {a: {x-barbacane-b: 1}}}}\n"
      "      parameters: [{$ref: 'common.yaml#/p'}]\n");
  EXPECT_EQ(text("specs/api.yaml.yaml"),
            "openapi: 3.1.0\n"
            "info:\n"
            "  title: A\n"
            "  version: '1'\n"
            "paths:\n"
            "  /a:\n"
            "    get:\n"
            "      x-sunset: soon\n"
            "      responses:\n"
            "        '200':\n"
            "          description: ok\n"
            "          content:\n"
            "            a: {}\n"
            "      parameters:\n"
            "      - $ref: common.yaml#/p\n");
  EXPECT_THAT(text("specs/api.yaml.json"), HasSubstr("\"/a\": {\n      \"get\": {"));
  EXPECT_EQ(built_.at("specs/api.yaml.json").media_type, "application/json");
  EXPECT_EQ(built_.at("specs/api.yaml.yaml").media_type, "text/yaml");
}

TEST_F(Documents, ListSourcesByNameInTheIndex) {
  add("b.yaml", "info: {title: B}\n");
  add("specs/a b.json", "{\"info\": {\"title\": \"A\"}}");
  add("events.yaml", "info: {title: E}\n", spec::ApiKind::kAsyncApi);
  EXPECT_EQ(text("index.json"),
            "{\n"
            "  \"openapi\": {\n"
            "    \"specs\": [\n"
            "      {\n"
            "        \"name\": \"a b.json\",\n"
            "        \"url\": \"/__barbacane/specs/a%20b.json\"\n"
            "      },\n"
            "      {\n"
            "        \"name\": \"b.yaml\",\n"
            "        \"url\": \"/__barbacane/specs/b.yaml\"\n"
            "      }\n"
            "    ],\n"
            "    \"count\": 2,\n"
            "    \"merged_url\": \"/__barbacane/specs/openapi\"\n"
            "  },\n"
            "  \"asyncapi\": {\n"
            "    \"specs\": [\n"
            "      {\n"
            "        \"name\": \"events.yaml\",\n"
            "        \"url\": \"/__barbacane/specs/events.yaml\"\n"
            "      }\n"
            "    ],\n"
            "    \"count\": 1,\n"
            "    \"merged_url\": \"/__barbacane/specs/asyncapi\"\n"
            "  }\n"
            "}");
}

TEST_F(Documents, ShareTheBytesOfTheOnlySource) {
  add("api.yaml", "openapi: 3.1.0\ninfo: {title: A}\n");
  build();
  EXPECT_EQ(built_.at("openapi.json").gzip, built_.at("specs/api.yaml.json").gzip);
  EXPECT_EQ(built_.at("openapi.yaml").gzip, built_.at("specs/api.yaml.yaml").gzip);
  EXPECT_FALSE(built_.contains("asyncapi.json"));
}

TEST_F(Documents, DoNotDependOnTheOrderOfTheSpecs) {
  add("a.yaml", "openapi: 3.1.0\ninfo: {title: A}\npaths: {/a: {get: {}}}\n");
  add("b.yaml", "openapi: 3.0.0\ninfo: {title: B}\npaths: {/b: {get: {}}}\n");
  build();
  std::ranges::reverse(apis_);
  const auto reversed = build_documents(apis_);
  ASSERT_EQ(built_.size(), reversed.size());
  for (const auto& [name, document] : built_) {
    EXPECT_EQ(document.gzip, reversed.at(name).gzip) << name;
  }
}

TEST_F(Documents, UniteOpenApiDescriptions) {
  add("a.yaml",
      "openapi: 3.1.0\n"
      "info: {title: Shop, version: '1'}\n"
      "servers: [{url: https://a}]\n"
      "tags: [{name: x, description: first}]\n"
      "paths:\n"
      "  /a: {get: {operationId: a}}\n"
      "  /both: {get: {operationId: get}}\n"
      "components: {schemas: {}, x-extra: {}}\n");
  add("b.yaml",
      "openapi: 3.0.3\n"
      "info: {title: Bank, version: '2'}\n"
      "servers: [{url: https://a}, {url: https://b}]\n"
      "tags: [{name: x}, {name: y}]\n"
      "externalDocs: {url: https://docs}\n"
      "paths:\n"
      "  /both: {x-barbacane-a: 1, post: {operationId: post}}\n"
      "  /b: {get: {operationId: b}}\n");
  EXPECT_EQ(text("openapi.yaml"),
            "openapi: 3.1.0\n"
            "info:\n"
            "  title: Shop + Bank\n"
            "  version: '1'\n"
            "servers:\n"
            "- url: https://a\n"
            "- url: https://b\n"
            "tags:\n"
            "- name: x\n"
            "  description: first\n"
            "- name: 'y'\n"
            "paths:\n"
            "  /a:\n"
            "    get:\n"
            "      operationId: a\n"
            "  /both:\n"
            "    get:\n"
            "      operationId: get\n"
            "    post:\n"
            "      operationId: post\n"
            "  /b:\n"
            "    get:\n"
            "      operationId: b\n"
            "externalDocs:\n"
            "  url: https://docs\n");
}

TEST_F(Documents, RenameClashingComponentsWhereverTheyAreReferredTo) {
  add("a.yaml",
      "openapi: 3.1.0\ninfo: {title: A}\n"
      "components:\n"
      "  schemas: {Pet: {type: string}, v2_Cat: {type: string}}\n"
      "  securitySchemes: {key: {type: http}}\n");
  add("v2.yaml",
      "openapi: 3.1.0\ninfo: {title: B}\n"
      "paths:\n"
      "  /p:\n"
      "    get:\n"
      "      security: [{key: []}, {other: []}]\n"
      "      schema: {$ref: '#/components/schemas/Pet/properties/a'}\n"
      "components:\n"
      "  schemas:\n"
      "    Pet:\n"
      "      oneOf: [{$ref: '#/components/schemas/Dog'}, {$ref: "
      "'x.yaml#/components/schemas/Pet'}]\n"
      "      discriminator:\n"
      "        propertyName: kind\n"
      "        mapping: {p: Pet, q: '#/components/schemas/Pet', d: Dog}\n"
      "    Dog: {$ref: '#/components/schemas/%50et'}\n"
      "    v2_Cat: {$ref: '#/components/schemas/v2_Cat'}\n"
      "  securitySchemes: {key: {type: apiKey}}\n");
  EXPECT_EQ(text("openapi.yaml"),
            "openapi: 3.1.0\n"
            "info:\n"
            "  title: A + B\n"
            "components:\n"
            "  schemas:\n"
            "    Pet:\n"
            "      type: string\n"
            "    v2_Cat:\n"
            "      type: string\n"
            "    v2_Pet:\n"
            "      oneOf:\n"
            "      - $ref: '#/components/schemas/Dog'\n"
            "      - $ref: x.yaml#/components/schemas/Pet\n"
            "      discriminator:\n"
            "        propertyName: kind\n"
            "        mapping:\n"
            "          p: v2_Pet\n"
            "          q: '#/components/schemas/v2_Pet'\n"
            "          d: Dog\n"
            "    Dog:\n"
            "      $ref: '#/components/schemas/v2_%50et'\n"
            "    v2_v2_Cat:\n"
            "      $ref: '#/components/schemas/v2_v2_Cat'\n"
            "  securitySchemes:\n"
            "    key:\n"
            "      type: http\n"
            "    v2_key:\n"
            "      type: apiKey\n"
            "paths:\n"
            "  /p:\n"
            "    get:\n"
            "      security:\n"
            "      - v2_key: []\n"
            "      - other: []\n"
            "      schema:\n"
            "        $ref: '#/components/schemas/v2_Pet/properties/a'\n");
}

TEST_F(Documents, MoveWhatADocumentSaysForAllItsOperationsToThem) {
  add("a.yaml",
      "openapi: 3.1.0\ninfo: {title: A}\n"
      "security: [{key: []}]\n"
      "paths:\n"
      "  /p:\n"
      "    parameters: [{name: x, in: query}, {name: y, in: query}]\n"
      "    get: {security: []}\n"
      "    put: {parameters: [{name: x, in: query, required: true}]}\n"
      "  /q: {parameters: [{name: z, in: query}], get: {}}\n");
  add("b.yaml", "openapi: 3.1.0\ninfo: {title: B}\npaths: {/p: {post: {summary: s}}}\n");
  EXPECT_EQ(text("openapi.yaml"),
            "openapi: 3.1.0\n"
            "info:\n"
            "  title: A + B\n"
            "paths:\n"
            "  /p:\n"
            "    get:\n"
            "      security: []\n"
            "      parameters:\n"
            "      - name: x\n"
            "        in: query\n"
            "      - name: 'y'\n"
            "        in: query\n"
            "    put:\n"
            "      parameters:\n"
            "      - name: 'y'\n"
            "        in: query\n"
            "      - name: x\n"
            "        in: query\n"
            "        required: true\n"
            "      security:\n"
            "      - key: []\n"
            "    post:\n"
            "      summary: s\n"
            "  /q:\n"
            "    parameters:\n"
            "    - name: z\n"
            "      in: query\n"
            "    get:\n"
            "      security:\n"
            "      - key: []\n");
}

TEST_F(Documents, KeepParametersOfAPathOnWhichAllAgree) {
  add("a.yaml", "info: {title: A}\npaths: {/p: {parameters: [{name: x, in: query}], get: {}}}\n");
  add("b.yaml", "info: {title: B}\npaths: {/p: {parameters: [{name: x, in: query}], put: {}}}\n");
  EXPECT_THAT(text("openapi.yaml"), HasSubstr("  /p:\n"
                                              "    parameters:\n"
                                              "    - name: x\n"
                                              "      in: query\n"
                                              "    get: {}\n"
                                              "    put: {}\n"));
}

TEST_F(Documents, BringInThePathItemsThatStandElsewhere) {
  add("a.yaml", "info: {title: A}\npaths: {/p: {get: {}}}\n");
  add("b.yaml",
      "info: {title: B}\npaths: {/p: {$ref: '#/components/pathItems/p'}, /q: {$ref: 'q.yaml'}}\n"
      "components: {pathItems: {p: {post: {summary: s}}}}\n");
  const spec::Node* post =
      documents_[1]->root().find("components")->find("pathItems")->find("p")->find("post");
  spec::Operation operation;
  operation.path = "/p";
  operation.method = "POST";
  operation.node = {post, documents_[1].get()};
  apis_[1].operations.push_back(operation);
  EXPECT_THAT(text("openapi.yaml"), HasSubstr("  /p:\n"
                                              "    get: {}\n"
                                              "    post:\n"
                                              "      summary: s\n"
                                              "  /q:\n"
                                              "    $ref: q.yaml\n"));
}

TEST_F(Documents, UniteAsyncApiDescriptions) {
  add("a.yaml",
      "asyncapi: 3.0.0\ninfo: {title: A}\nservers: {s: {host: a}}\n"
      "channels: {c: {address: a}}\noperations: {o: {channel: {$ref: '#/channels/c'}}}\n",
      spec::ApiKind::kAsyncApi);
  add("b.yaml",
      "asyncapi: 3.0.0\ninfo: {title: B}\nservers: {s: {host: b}, t: {host: c}}\n"
      "channels: {c: {address: b}}\noperations: {p: {channel: {$ref: '#/channels/c'}}}\n",
      spec::ApiKind::kAsyncApi);
  EXPECT_EQ(text("asyncapi.yaml"),
            "asyncapi: 3.0.0\n"
            "info:\n"
            "  title: A + B\n"
            "servers:\n"
            "  s:\n"
            "    host: a\n"
            "  t:\n"
            "    host: c\n"
            "channels:\n"
            "  c:\n"
            "    address: a\n"
            "  b_c:\n"
            "    address: b\n"
            "operations:\n"
            "  o:\n"
            "    channel:\n"
            "      $ref: '#/channels/c'\n"
            "  p:\n"
            "    channel:\n"
            "      $ref: '#/channels/b_c'\n");
}

TEST_F(Documents, SurviveShapesThatNoDescriptionHas) {
  add("a.yaml",
      "info: []\nservers: 1\ntags: {a: 1}\npaths: {/a: 1, /b: {get: [], parameters: 1}}\n"
      "components: {schemas: [1], x: 1}\nsecurity: a\n");
  add("b.yaml",
      "info: 1\nservers: [1, [2]]\ntags: [1]\npaths: {/a: {get: {}}, /b: {put: 1, get: {}}}\n"
      "components: {schemas: {a: 1}}\nsecurity: [1]\nwebhooks: []\nchannels: 1\n");
  add("c.yaml", "paths: []\ncomponents: []\nwebhooks: {a: 1, b: {parameters: [{}], get: {}}}\n");
  EXPECT_THAT(text("openapi.json"), HasSubstr("\"/b\""));
  EXPECT_THAT(text("openapi.yaml"), HasSubstr("/b:"));
}

TEST_F(Documents, LeaveOutWhatWouldFillTheDisk) {
  add("fits.yaml", "info: {title: A}\n");
  std::string yaml = "info: {title: A}\na: &a " + std::string(10'000, 'x') + "\nb:\n";
  for (int i = 0; i < 300; ++i) yaml += "- *a\n";
  add("bomb.yaml", yaml);
  built_ = build_documents(apis_, 1'000'000);
  EXPECT_TRUE(built_.contains("index.json"));
  EXPECT_TRUE(built_.contains("specs/fits.yaml.json"));
  EXPECT_FALSE(built_.contains("specs/bomb.yaml.json"));
  EXPECT_FALSE(built_.contains("specs/bomb.yaml.yaml"));
  EXPECT_FALSE(built_.contains("openapi.yaml"));
}

TEST(Gzip, GivesBackItsInputWithoutATime) {
  for (std::size_t size : {0u, 1u, 100u, 100'000u, 3'000'000u}) {
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i * 7919);
    const std::string packed = gzip(text);
    EXPECT_EQ(gunzip(packed), text);
    EXPECT_EQ(packed.substr(4, 4), std::string(4, '\0'));
    EXPECT_EQ(packed, gzip(text));
  }
}

}  // namespace
}  // namespace barbacane::compiler

#include <random>

#include <benchmark/benchmark.h>

#include "artifact/artifact.h"

/// The weight of a very large description: a spec of 13 MB, 1,200 operations whose routes.json is
/// about 10 MB, four documents of half a megabyte.
namespace barbacane::artifact {
namespace {

/// Words rather than noise, so that it compresses like a description does.
std::string prose(std::mt19937& random, std::size_t length) {
  static constexpr const char* kWords[] = {"repository", "the",   "user",   "of", "a",  "returns",
                                           "pull",       "issue", "status", "id", "to", "whether"};
  std::string text;
  while (text.size() < length) {
    text += kWords[random() % std::size(kWords)];
    text += random() % 9 == 0 ? std::to_string(random() % 10'000) + " " : " ";
  }
  return text;
}

std::string schema(std::mt19937& random, int properties) {
  std::string text = R"({"properties":{)";
  for (int i = 0; i < properties; ++i) {
    if (i != 0) text += ',';
    text += "\"property_" + std::to_string(i) + R"(":{"description":")" + prose(random, 40) +
            R"(","examples":[)" + std::to_string(random()) + R"(],"maxLength":80,"type":"string"})";
  }
  return text + R"(},"type":"object"})";
}

const Contents& large() {
  static const Contents contents = [] {
    std::mt19937 random(7);
    Contents large;
    for (int i = 0; i < 1200; ++i) {
      Operation operation;
      operation.path = "/repos/{owner}/{repo}/things" + std::to_string(i) + "/{id}";
      operation.method = "GET";
      operation.operation_id = "operation/" + std::to_string(i);
      operation.summary = prose(random, 60);
      operation.description = prose(random, 300);
      for (const char* name : {"owner", "repo", "id", "per_page", "page"}) {
        Parameter parameter;
        parameter.name = name;
        parameter.location = "query";
        parameter.schema = {R"({"maximum":100,"minimum":1,"type":"integer"})"};
        operation.parameters.push_back(std::move(parameter));
      }
      operation.dispatch = {"mock", {R"({"body":"{}","status":200})"}};
      operation.responses["200"]["application/json"].schema = {schema(random, 20)};
      large.routes.operations.push_back(std::move(operation));
    }
    for (int i = 0; i < 900; ++i) {
      large.routes.schemas["Schema" + std::to_string(i)] = {schema(random, 20)};
    }
    large.specs = {{"api.json", "", "openapi", "3.0.3", prose(random, 13'000'000)}};
    for (const char* name :
         {"openapi.json", "openapi.yaml", "specs/api.json.json", "specs/api.json.yaml"}) {
      std::string noise(500'000, '\0');
      for (char& c : noise) c = static_cast<char>(random());
      large.documents[name] = {"", std::move(noise)};
    }
    return large;
  }();
  return contents;
}

void BM_Seal(benchmark::State& state) {
  const Contents& contents = large();
  std::size_t size = 0;
  for (auto _ : state) {
    const auto archive = seal(contents);
    size = archive->size();
  }
  state.counters["archive_bytes"] = static_cast<double>(size);
}
BENCHMARK(BM_Seal)->Unit(benchmark::kMillisecond);

void BM_Open(benchmark::State& state) {
  const std::string archive = seal(large()).value();
  for (auto _ : state) benchmark::DoNotOptimize(open(archive));
}
BENCHMARK(BM_Open)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace barbacane::artifact

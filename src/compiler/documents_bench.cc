#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "compiler/documents.h"
#include "spec/api.h"

namespace barbacane::compiler {
namespace {

/// A description of about 13 MB, with the mixture of prose, examples and schemas of real ones.
std::string large_description() {
  std::string text = R"({"openapi":"3.1.0","info":{"title":"Large","version":"1"},"paths":{)";
  for (int path = 0; text.size() < 13'000'000; ++path) {
    text += fmt::format(
        R"({}"/repos/{{owner}}/{{repo}}/things{}":{{"get":{{"summary":"Get thing {}","description":)"
        R"("Gets a thing.\n\nYou must be **authenticated** to use this endpoint: see [docs](x#{}).",)"
        R"("operationId":"things/get-{}","x-barbacane-dispatch":{{"name":"mock"}},)"
        R"("responses":{{"200":{{"content":{{"application/json":{{"schema":{{"type":"object",)"
        R"("properties":{{)",
        path ? "," : "", path, path, path * 7919, path);
    for (int member = 0; member < 40; ++member) {
      text += fmt::format(R"({}"field_{}":{{"type":["string","null"],"format":"uri","examples":)"
                          R"(["https://api.example.com/{}/{}"]}})",
                          member ? "," : "", member, path * member, member);
    }
    text += "}}}}}}}}";
  }
  return text + "}}";
}

void build_large(benchmark::State& state) {
  auto document = spec::parse_document("large.json", large_description());
  if (!document) return state.SkipWithError(document.error().message.c_str());
  std::vector<spec::Api> apis(1);
  apis[0].document = document->get();
  std::size_t packed = 0;
  for (auto _ : state) {
    auto documents = build_documents(apis);
    packed = documents["openapi.json"].gzip.size() + documents["openapi.yaml"].gzip.size();
    benchmark::DoNotOptimize(documents);
  }
  state.counters["packed"] = static_cast<double>(packed);
}
BENCHMARK(build_large)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace barbacane::compiler

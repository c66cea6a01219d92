#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "validation/detail/parameter_trial.h"

/// What the parameters of a request cost. The bar is 400 ns for five typed ones, and no allocation.
namespace {

std::uint64_t allocations = 0;

}  // namespace

// Weak, because another benchmark of the same program may count as well; then `-1` is shown here.
[[gnu::weak]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
[[gnu::weak]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::weak]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace barbacane::validation {
namespace {

using detail::Declared;
using detail::Trial;

/// Fields as a server has them: a list that is looked through.
class FieldLines : public Fields {
 public:
  explicit FieldLines(std::vector<std::pair<std::string_view, std::string_view>> lines)
      : lines_(std::move(lines)) {}
  std::optional<std::string_view> find(std::string_view name) const override {
    for (const auto& [field, value] : lines_) {
      if (field == name) return value;
    }
    return std::nullopt;
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> lines_;
};

const std::vector<Declared>& five() {
  static const std::vector<Declared> declared = {
      {.name = "id", .location = "path", .schema = R"({"type":"integer","minimum":1})"},
      {.name = "limit",
       .location = "query",
       .schema = R"({"type":"integer","minimum":1,"maximum":100})"},
      {.name = "sort", .location = "query", .schema = R"({"enum":["asc","desc","none"]})"},
      {.name = "X-Request-Id",
       .location = "header",
       .schema = R"({"type":"string","format":"uuid"})",
       .required = true},
      {.name = "session",
       .location = "cookie",
       .schema = R"({"type":"string","minLength":8,"maxLength":64})"},
  };
  return declared;
}

const std::vector<Declared>& structured() {
  static const std::vector<Declared> declared = {
      {.name = "ids",
       .location = "query",
       .schema = R"({"type":"array","items":{"type":"integer"},"maxItems":10})"},
      {.name = "tags",
       .location = "query",
       .schema = R"({"type":"array","items":{"type":"string"}})",
       .style = "pipeDelimited"},
      {.name = "filter",
       .location = "query",
       .schema = R"({"type":"object","properties":{"from":{"type":"integer"},)"
                 R"("to":{"type":"integer"},"open":{"type":"boolean"}},)"
                 R"("additionalProperties":false})",
       .style = "deepObject"},
  };
  return declared;
}

/// -1 when they cannot be counted.
double count_allocations(Trial& trial, const RequestParts& request) {
  const std::uint64_t before = allocations;
  delete new int;
  if (allocations == before) return -1;
  const std::uint64_t start = allocations;
  for (int i = 0; i < 100; ++i) {
    benchmark::DoNotOptimize(trial.set().first_failing(request, trial.workspace()));
  }
  return static_cast<double>(allocations - start) / 100;
}

void check(benchmark::State& state, const std::vector<Declared>& declared, const char* query,
           bool valid) {
  Trial trial(declared);
  const std::string_view path[] = {"48213"};
  const FieldLines fields({{"host", "api.example.com"},
                           {"user-agent", "bench/1.0"},
                           {"accept", "application/json"},
                           {"x-request-id", "0f8fad5b-d9cb-469f-a165-70867728950e"},
                           {"cookie", "theme=dark; session=c2Vzc2lvbi0xMjM0; lang=fr"}});
  const RequestParts request{.path_values = path, .query = query, .fields = &fields};
  for (auto _ : state) {
    const auto failing = trial.set().first_failing(request, trial.workspace());
    if (failing.has_value() == valid) state.SkipWithError("the wrong verdict");
    benchmark::DoNotOptimize(failing);
  }
  state.counters["allocations"] = count_allocations(trial, request);
}

constexpr const char* kStructured =
    "ids=1&ids=22&ids=333&tags=red|green|blue&filter[from]=10&"
    "filter[to]=20&filter[open]=true";
constexpr const char* kEscaped =
    "ids=1&ids=22&ids=333&tags=r%C3%A9d%7Cgreen+ish%7Cblue&"
    "filter%5Bfrom%5D=10&filter%5Bto%5D=20&filter%5Bopen%5D=true";

BENCHMARK_CAPTURE(check, five, five(), "limit=20&sort=desc", true)->Name("Parameters/5typed");
BENCHMARK_CAPTURE(check, bad, five(), "limit=200&sort=desc", false)->Name("Parameters/5typed/bad");
BENCHMARK_CAPTURE(check, structured, structured(), kStructured, true)
    ->Name("Parameters/array+delimited+deep");
BENCHMARK_CAPTURE(check, escaped, structured(), kEscaped, true)
    ->Name("Parameters/array+delimited+deep/escaped");

}  // namespace
}  // namespace barbacane::validation

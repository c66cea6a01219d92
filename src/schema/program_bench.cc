#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "schema/detail/schema_cases.h"
#include "schema/program.h"
#include "schema/program_builder.h"

/// What a request pays for its body: an order of about 1 KB with twenty properties, nested objects,
/// an array of ten, two patterns and two formats.
namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

// Not inlined: GCC would see a free() of what came from new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace barbacane::schema {
namespace {

using detail::Bench;

constexpr std::string_view kOrderSchema = R"({
"type":"object","additionalProperties":false,
"required":["id","customer","created","currency","status","lines","shipping","total"],
"properties":{
"id":{"type":"string","pattern":"^ord_[a-z0-9]{12}$"},
"reference":{"type":"string","minLength":1,"maxLength":40},
"created":{"type":"string","format":"date-time"},
"currency":{"type":"string","enum":["EUR","USD","GBP","CHF"]},
"status":{"type":"string","enum":["draft","open","paid","shipped","cancelled"]},
"priority":{"type":"integer","minimum":0,"maximum":9},
"gift":{"type":"boolean"},
"note":{"type":"string","maxLength":500},
"total":{"type":"number","minimum":0},
"tax":{"type":"number","minimum":0},
"discount":{"type":["number","null"]},
"channel":{"type":"string"},
"language":{"type":"string","pattern":"^[a-z]{2}(-[A-Z]{2})?$"},
"weight":{"type":"integer","minimum":1},
"items_count":{"type":"integer","minimum":1,"maximum":1000},
"tags":{"type":"array","items":{"type":"string","minLength":1},"maxItems":20},
"customer":{"$ref":"#/$defs/customer"},
"shipping":{"$ref":"#/$defs/address"},
"lines":{"type":"array","minItems":1,"maxItems":100,"items":{"$ref":"#/$defs/line"}},
"active":{"type":"boolean"}},
"$defs":{
"customer":{"type":"object","required":["name","email"],"properties":{
"name":{"type":"string","minLength":1},"email":{"type":"string","format":"email"},
"age":{"type":"integer","minimum":18}}},
"address":{"type":"object","required":["street","city","country"],"properties":{
"street":{"type":"string"},"city":{"type":"string"},"zip":{"type":"string","maxLength":10},
"country":{"type":"string","minLength":2,"maxLength":2}}},
"line":{"type":"object","required":["sku","quantity"],"properties":{
"sku":{"type":"string","minLength":3,"maxLength":20},
"quantity":{"type":"integer","minimum":1,"maximum":99}}}}})";

std::string order(std::string_view last = R"("active":true)") {
  std::string out =
      R"({"id":"ord_4f9a7c21be03","reference":"PO-2024-00017","created":"2024-05-17T09:30:00Z",)"
      R"("currency":"EUR","status":"open","priority":3,"gift":false,)"
      R"("note":"Please ring twice; the bell is quiet. If nobody opens, leave the parcel with the )"
      R"(neighbours on the left, who are at home all day and know about it, and do not tip it )"
      R"(over.","total":1249.5,"tax":237.41,)"
      R"("discount":null,"channel":"web","language":"en-GB","weight":1800,"items_count":42,)"
      R"("tags":["spring","b2b"],)"
      R"("customer":{"name":"Ada Lovelace","email":"ada@example.org","age":36},)"
      R"("shipping":{"street":"12 St James's Square","city":"London","zip":"SW1Y 4JH",)"
      R"("country":"GB"},"lines":[)";
  for (int i = 0; i < 10; ++i) {
    if (i != 0) out += ",";
    out += R"({"sku":"SKU-10)" + std::to_string(20 + i) + R"(","quantity":)" +
           std::to_string(i + 1) + "}";
  }
  return out + "]," + std::string(last) + "}";
}

/// How often memory is asked for in a thousand runs, once everything has grown.
template <class Run>
double allocations_of(const Run& run) {
  for (int i = 0; i < 10; ++i) run();
  const std::size_t before = allocations;
  for (int i = 0; i < 1000; ++i) run();
  return static_cast<double>(allocations - before);
}

void check(benchmark::State& state, bool ok) {
  if (!ok) state.SkipWithError("the verdict is wrong");
}

/// The verdict alone, on what is parsed already.
void BM_ValidateParsedOrder(benchmark::State& state) {
  Bench bench(kOrderSchema);
  const std::string text = order();
  Tape tape;
  const Value value = *tape.read(text);
  Scratch scratch;
  check(state, bench.program().run(bench.schema(), value, scratch) == Verdict::kValid);
  const auto run = [&] { return bench.program().run(bench.schema(), value, scratch); };
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.counters["bytes"] = static_cast<double>(text.size());
  state.counters["allocations"] = allocations_of(run);
}
BENCHMARK(BM_ValidateParsedOrder);

void BM_ParseAndValidateOrder(benchmark::State& state) {
  Bench bench(kOrderSchema);
  const std::string text = order();
  Tape tape;
  Scratch scratch;
  check(state, bench.program().run(bench.schema(), *tape.read(text), scratch) == Verdict::kValid);
  const auto run = [&] { return bench.program().run(bench.schema(), *tape.read(text), scratch); };
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.counters["allocations"] = allocations_of(run);
}
BENCHMARK(BM_ParseAndValidateOrder);

/// A mistake in the last property: parsed, refused and explained.
void BM_RefuseAndExplainOrder(benchmark::State& state) {
  Bench bench(kOrderSchema);
  const std::string text = order(R"("active":"yes")");
  Tape tape;
  Scratch scratch;
  for (auto _ : state) {
    const Value value = *tape.read(text);
    if (bench.program().run(bench.schema(), value, scratch) != Verdict::kInvalid) std::abort();
    benchmark::DoNotOptimize(bench.program().explain(bench.schema(), value, scratch));
  }
}
BENCHMARK(BM_RefuseAndExplainOrder);

/// The same order against a schema that must know what its parts have looked at.
void BM_ValidateUnevaluated(benchmark::State& state) {
  Bench bench(R"({"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/b"}],
                  "unevaluatedProperties":false,
                  "$defs":{"a":{"properties":{"x":{"type":"integer"},"y":{"type":"integer"}}},
                           "b":{"properties":{"z":{"type":"string"}}}}})");
  const std::string text = R"({"x":1,"y":2,"z":"three"})";
  Tape tape;
  const Value value = *tape.read(text);
  Scratch scratch;
  check(state, bench.program().run(bench.schema(), value, scratch) == Verdict::kValid);
  const auto run = [&] { return bench.program().run(bench.schema(), value, scratch); };
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.counters["allocations"] = allocations_of(run);
}
BENCHMARK(BM_ValidateUnevaluated);

/// A description's worth of schemas, some ten megabytes.
void BM_BuildTenMegabytes(benchmark::State& state) {
  std::string text = R"({"schemas":{)";
  const std::string order_schema(kOrderSchema.substr(0, kOrderSchema.find("\"$defs\"") - 2));
  std::size_t count = 0;
  for (; text.size() < 10'000'000; ++count) {
    const std::string number = std::to_string(count);
    if (count != 0) text += ",";
    text += "\"order" + number + R"(":{"allOf":[{"$ref":"#/schemas/customer"},)" + order_schema +
            R"(}],"description":"Order number )" + number + "\"}";
  }
  text += R"(,"customer":{"type":"object"},"address":{"type":"object"},"line":{"type":"object"}}})";
  for (std::size_t at = 0; (at = text.find("#/$defs/", at)) != std::string::npos;) {
    text.replace(at, 8, "#/schemas/");
  }
  std::size_t footprint = 0;
  for (auto _ : state) {
    ProgramBuilder builder;
    builder.add("api.json", text);
    for (std::size_t i = 0; i < count; ++i)
      builder.want("api.json#/schemas/order" + std::to_string(i));
    auto program = builder.build();
    if (!program) std::abort();
    footprint = program->footprint();
  }
  state.counters["footprint"] = static_cast<double>(footprint);
  state.counters["schemas"] = static_cast<double>(count);
}
BENCHMARK(BM_BuildTenMegabytes)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace barbacane::schema

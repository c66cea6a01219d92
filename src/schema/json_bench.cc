#include <string>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "schema/json.h"

/// Reading a body: our tape next to simdjson's own document of the same text.
namespace {

using namespace barbacane::schema;

/// One kilobyte as APIs send it: twenty members, objects in it, an array of ten.
const std::string& order_text() {
  static const std::string text =
      R"({"id":"0f8fad5b-d9cb-469f-a165-70867728950e","number":48213,"status":"confirmed",)"
      R"("currency":"EUR","total":1299.95,"tax":207.55,"discount":0,"paid":true,"gift":false,)"
      R"("note":null,"created":"2024-05-17T09:21:44Z","updated":"2024-05-18T11:02:10Z",)"
      R"("email":"jane.roe@example.com","phone":"+33 1 23 45 67 89","channel":"web",)"
      R"("customer":{"id":99120,"name":"Jane Roe","language":"fr-FR","vip":true,)"
      R"("tags":["returning","newsletter"]},)"
      R"("shipping":{"street":"12 rue des Lilas","city":"Lyon","zip":"69003","country":"FR",)"
      R"("geo":{"lat":45.7597,"lon":4.8422}},"quantities":[1,2,3,5,8,13,21,34,55,89],)"
      R"("items":[{"sku":"BK-2201","title":"Field guide to alpine plants","price":34.5,"count":2},)"
      R"({"sku":"EL-0093","title":"Head lamp, 400 lumen, rechargeable","price":59.9,"count":1},)"
      R"({"sku":"SH-7710","title":"Trail shoes, size 42","price":129,"count":1}],)"
      R"("metadata":{"source":"campaign-spring","session":"c2Vzc2lvbi0xMjM0NTY3ODkw","ip":"203.0.113.7"}})";
  return text;
}

/// The same with line breaks and indents.
std::string indented(const std::string& text) {
  std::string out;
  bool quoted = false;
  for (const char c : text) {
    out += c;
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == ',' || c == '{' || c == '[')) out += "\n    ";
    if (!quoted && c == ':') out += ' ';
  }
  return out;
}

void read_with_tape(benchmark::State& state, const std::string& text) {
  Tape tape;
  for (auto _ : state) {
    auto value = tape.read(text);
    if (!value) state.SkipWithError(describe(value.error()).c_str());
    benchmark::DoNotOptimize(value);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void read_with_simdjson(benchmark::State& state, const std::string& text) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(text);
  for (auto _ : state) {
    simdjson::dom::element element;
    if (parser.parse(padded).get(element)) state.SkipWithError("refused");
    benchmark::DoNotOptimize(element);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void BM_ReadOrder(benchmark::State& state) { read_with_tape(state, order_text()); }
void BM_ReadOrderSimdjson(benchmark::State& state) { read_with_simdjson(state, order_text()); }
BENCHMARK(BM_ReadOrder);
BENCHMARK(BM_ReadOrderSimdjson);

void BM_ReadOrderIndented(benchmark::State& state) {
  read_with_tape(state, indented(order_text()));
}
void BM_ReadOrderIndentedSimdjson(benchmark::State& state) {
  read_with_simdjson(state, indented(order_text()));
}
BENCHMARK(BM_ReadOrderIndented);
BENCHMARK(BM_ReadOrderIndentedSimdjson);

std::string escaped_strings() {
  std::string text = "[";
  for (int i = 0; i < 20; ++i)
    text += R"("caf\u00e9 \"au lait\"\n with \ud83d\ude00 and some text",)";
  return text + "0]";
}
void BM_ReadEscapes(benchmark::State& state) { read_with_tape(state, escaped_strings()); }
void BM_ReadEscapesSimdjson(benchmark::State& state) {
  read_with_simdjson(state, escaped_strings());
}
BENCHMARK(BM_ReadEscapes);
BENCHMARK(BM_ReadEscapesSimdjson);

void BM_ReadDeepArrays(benchmark::State& state) {
  const std::string text = std::string(10'000, '[') + std::string(10'000, ']');
  Tape tape;
  for (auto _ : state) {
    auto value = tape.read(text, {.max_depth = 10'000});
    if (!value) state.SkipWithError("refused");
    benchmark::DoNotOptimize(value);
  }
}
BENCHMARK(BM_ReadDeepArrays);

void BM_ReadMillionMembers(benchmark::State& state) {
  std::string text = "{";
  for (int i = 0; i < 1'000'000; ++i) text += "\"member" + std::to_string(i) + "\":1,";
  text.back() = '}';
  read_with_tape(state, text);
}
BENCHMARK(BM_ReadMillionMembers)->Unit(benchmark::kMillisecond);

}  // namespace

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "schema/detail/ecma_parser.h"
#include "schema/detail/pattern_pcre2.h"
#include "schema/detail/pattern_re2.h"
#include "schema/detail/pattern_steps.h"
#include "schema/pattern.h"

/// Patterns as they stand in specs, on a text that matches, in each engine that takes them.
namespace barbacane::schema {
namespace {

struct Case {
  std::string_view pattern;
  std::string_view text;
};

constexpr Case kCases[] = {
    {"^[A-Z]{3}-[0-9]{4}$", "ABC-1234"},
    {"^[a-z0-9-]+$", "my-resource-name-17"},
    {"^[0-9]{5}(-[0-9]{4})?$", "12345-6789"},
    {"^(GET|POST|PUT|PATCH|DELETE)$", "PATCH"},
    {"^[^/]+$", "r\u00E9sum\u00E9 of the year"},
    {"^\\S+@\\S+\\.[a-z]+$", "ann@example.org"},
    {"^(?=.*[A-Z])(?=.*[0-9]).{8,}$", "correctHorse7"},
};

detail::PatternTree parsed(std::string_view pattern) {
  auto tree = detail::parse_ecma_pattern(pattern);
  if (!tree) std::abort();
  return std::move(*tree);
}

template <class Engine>
void run(benchmark::State& state, const Engine& engine, std::string_view text) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    benchmark::DoNotOptimize(engine.match(text));
  }
}

void pattern(benchmark::State& state) {
  const Case& it = kCases[static_cast<std::size_t>(state.range(0))];
  const auto compiled = Pattern::compile(it.pattern);
  if (!compiled || compiled->match(it.text) != Pattern::Outcome::kMatch) std::abort();
  state.SetLabel(std::string(it.pattern));
  run(state, *compiled, it.text);
}

void re2(benchmark::State& state) {
  const Case& it = kCases[static_cast<std::size_t>(state.range(0))];
  state.SetLabel(std::string(it.pattern));
  const auto engine = detail::Re2Pattern::compile(parsed(it.pattern));
  if (!engine) return state.SkipWithError("not for this engine");
  run(state, *engine, it.text);
}

void pcre2(benchmark::State& state) {
  const Case& it = kCases[static_cast<std::size_t>(state.range(0))];
  state.SetLabel(std::string(it.pattern));
  const auto engine = detail::Pcre2Pattern::compile(parsed(it.pattern));
  if (!engine) std::abort();
  run(state, **engine, it.text);
}

void compile_pattern(benchmark::State& state) {
  const Case& it = kCases[static_cast<std::size_t>(state.range(0))];
  state.SetLabel(std::string(it.pattern));
  for (auto _ : state) benchmark::DoNotOptimize(Pattern::compile(it.pattern));
}

constexpr int kLast = static_cast<int>(std::size(kCases)) - 1;
BENCHMARK(pattern)->DenseRange(0, kLast);
BENCHMARK(re2)->DenseRange(0, kLast);
BENCHMARK(pcre2)->DenseRange(0, kLast);
BENCHMARK(compile_pattern)->DenseRange(0, kLast);

}  // namespace
}  // namespace barbacane::schema

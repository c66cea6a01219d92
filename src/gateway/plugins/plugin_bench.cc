// What plugins cost: calls on a warm instance, chains, and instances themselves. Every figure is a
// whole exchange's share of one thread.

#include <benchmark/benchmark.h>

#include "base/file.h"
#include "gateway/detail/test_gateway_state.h"
#include "gateway/plugins/plugin_answer.h"
#include "gateway/stages/stages.h"
#include "wasm/text_format.h"

namespace barbacane::gateway {
namespace {

const FakeExchange::Fields kTenHeaders = {
    {"host", "api.example.com"},
    {"user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
    {"accept", "application/json, text/plain;q=0.9, */*;q=0.8"},
    {"accept-language", "en-GB,en;q=0.7,de;q=0.3"},
    {"accept-encoding", "gzip, deflate, br"},
    {"authorization", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl"},
    {"content-type", "application/json"},
    {"x-request-start", "t=1732380000.123"},
    {"x-tenant", "blue"},
    {"connection", "keep-alive"}};

std::string direct(std::string_view imports, std::string_view on_request,
                   std::string_view on_response) {
  const std::string text = "(module " + std::string(imports) + R"((memory (export "memory") 1)
      (data (i32.const 1024) "x-tenantx-answer")
      (func (export "init") (result i32) (i32.const 0))
      (func (export "on_request") (result i32) )" +
                           std::string(on_request) +
                           R"() (func (export "on_response") (result i32) )" +
                           std::string(on_response) + "))";
  return wasm::assemble(text).value();
}

/// An on_response that does nothing but is not known to: skipping it would flatter the numbers.
constexpr std::string_view kNothing = "(i32.sub (i32.load (i32.const 0)) (i32.load (i32.const 0)))";

std::string empty_middleware() { return direct("", kNothing, kNothing); }

/// Reads x-tenant on the way in, sets x-answer on the way out.
std::string header_middleware() {
  return direct(
      R"((import "barbacane_direct" "header_get"
           (func $get (param i32 i32 i32 i32 i32 i32) (result i32)))
         (import "barbacane_direct" "header_set"
           (func $set (param i32 i32 i32 i32 i32) (result i32))))",
      "(drop (call $get (i32.const 0) (i32.const 1024) (i32.const 8) (i32.const 0)"
      "  (i32.const 2048) (i32.const 256))) (i32.const 0)",
      "(drop (call $set (i32.const 1) (i32.const 1032) (i32.const 8) (i32.const 1024)"
      "  (i32.const 8))) (i32.const 0)");
}

/// JSON ABI: gives its input back as its output, which a plugin that changes nothing comes to.
std::string json_echo() {
  return wasm::assemble(R"((module
      (import "barbacane" "host_set_output" (func $out (param i32 i32)))
      (import "barbacane" "host_body_clear" (func $clear))
      (memory (export "memory") 2)
      (func (export "alloc") (param i32) (result i32) (i32.const 4096))
      (func (export "init") (param i32 i32) (result i32) (i32.const 0))
      (func (export "on_request") (param i32 i32) (result i32)
        (call $clear) (call $out (local.get 0) (local.get 1)) (i32.const 0))
      (func (export "on_response") (param i32 i32) (result i32)
        (call $clear) (call $out (local.get 0) (local.get 1)) (i32.const 0))))")
      .value();
}

/// A plugin of the catalog, as it was built for `direct` or `json`.
std::string official(const std::string& abi, const std::string& name) {
  const std::string path = std::string(BARBACANE_PLUGIN_MODULES) + '/' + abi + '/' + name + ".wasm";
  auto bytes = base::read_file(path);
  if (!bytes) throw std::runtime_error(path + ": " + bytes.error().message);
  return *bytes;
}

artifact::Plugin plugin_of(const std::string& wasm, const std::string& type) {
  artifact::Plugin plugin;
  plugin.name = "bench";
  plugin.plugin_type = type;
  plugin.host_functions = {"log", "context_get", "context_set", "http_call", "generate_uuid"};
  plugin.wasm = wasm;
  return plugin;
}

artifact::Contents behind_middlewares(const std::string& wasm, std::size_t times,
                                      const std::string& config = "{}") {
  artifact::Contents contents;
  artifact::Operation operation = mock("GET", "/orders/{id}", R"({"body":"{}"})");
  for (std::size_t i = 0; i < times; ++i) operation.middlewares.push_back({"bench", {config}});
  contents.routes.operations.push_back(std::move(operation));
  if (times > 0) contents.plugins.push_back(plugin_of(wasm, "middleware"));
  return contents;
}

artifact::Contents dispatched_by(const std::string& wasm) {
  artifact::Contents contents;
  contents.routes.operations.push_back(
      operation("GET", "/orders/{id}", "bench", R"({"body":"{\"id\":7}"})"));
  contents.plugins.push_back(plugin_of(wasm, "dispatcher"));
  return contents;
}

/// A worker that serves one operation behind that many of the module.
class Bench {
 public:
  explicit Bench(artifact::Contents contents) : worker_({}) {
    const auto modules =
        PluginModules::compile(contents, worker_.settings.options, worker_.process);
    if (!modules) throw std::runtime_error(modules.error().message);
    auto plugins =
        LoadedPlugins::load(contents, *modules, {}, worker_.settings.options, worker_.process);
    if (!plugins) throw std::runtime_error(plugins.error().message);
    auto snapshot = Snapshot::build(
        std::move(contents), {worker_.settings.options, worker_.process, {}, std::move(*plugins)});
    worker_.state.use(std::shared_ptr<const Snapshot>(std::move(*snapshot)));
    worker_.exchange.forget_answers();
    worker_.exchange.request("GET", "/orders/7", kTenHeaders);
  }

  /// The whole of a request.
  void whole() {
    worker_.exchange.next();
    worker_.handle();
  }

  /// Only what plugins add to it: both phases.
  void chain(benchmark::State& state) {
    RequestContext request(worker_.exchange, worker_.state);
    prepare(request);
    for ([[maybe_unused]] auto _ : state) {
      begin_again(request);
      stages::begin_plugins(request);
      benchmark::DoNotOptimize(stages::run_request_chain(request));
      request.reply.status = 200;
      benchmark::DoNotOptimize(stages::run_response_chain(request));
    }
  }
  /// Only the dispatcher.
  void dispatch(benchmark::State& state) {
    RequestContext request(worker_.exchange, worker_.state);
    prepare(request);
    for ([[maybe_unused]] auto _ : state) {
      begin_again(request);
      begin_chain(request);
      benchmark::DoNotOptimize(request.operation->dispatcher->answer(request));
    }
  }

  /// A new instance with its `init`, and its end.
  void instantiate(benchmark::State& state) {
    const Plugin& plugin = *worker_.state.snapshot->pools().front();
    for ([[maybe_unused]] auto _ : state) {
      auto instance = PluginInstance::make(plugin, *worker_.state.plugin_services);
      if (!instance || !(*instance)->initialize_now().returned()) {
        state.SkipWithError("no instance");
        return;
      }
    }
  }

  /// The same without the plugins.
  void bare(benchmark::State& state) {
    RequestContext request(worker_.exchange, worker_.state);
    prepare(request);
    for ([[maybe_unused]] auto _ : state) {
      begin_again(request);
      begin_chain(request);
      benchmark::ClobberMemory();
    }
  }

 private:
  /// What would lie in the arena otherwise, which is emptied again and again.
  static void prepare(RequestContext& request) {
    static constexpr std::string_view kValues[] = {"7"};
    stages::find_route(request);
    request.path_values = kValues;
    request.identity = {.request_id = "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b",
                        .trace_id = "4bf92f3577b34da6a3ce929d0e0e4736",
                        .parent = {}};
  }

  /// As a connection does between two requests: nothing of the arena is left.
  void begin_again(RequestContext& request) {
    request.chain.reset();
    request.reply.fields = std::pmr::vector<http::Field>(request.arena);
    worker_.exchange.next();
    request.reply.fields.reserve(12);
  }

  TestWorker worker_;
};

void BM_BeginChain(benchmark::State& state) {
  Bench(behind_middlewares(empty_middleware(), 1)).bare(state);
}
BENCHMARK(BM_BeginChain);

void BM_DirectEmpty(benchmark::State& state) {
  Bench(behind_middlewares(empty_middleware(), 1)).chain(state);
}
BENCHMARK(BM_DirectEmpty);

void BM_DirectHeader(benchmark::State& state) {
  Bench(behind_middlewares(header_middleware(), 1)).chain(state);
}
BENCHMARK(BM_DirectHeader);

void BM_DirectHeaderChainOfFive(benchmark::State& state) {
  Bench(behind_middlewares(header_middleware(), 5)).chain(state);
}
BENCHMARK(BM_DirectHeaderChainOfFive);

/// The host's share of a JSON middleware.
void BM_JsonEcho(benchmark::State& state) {
  Bench(behind_middlewares(json_echo(), 1)).chain(state);
}
BENCHMARK(BM_JsonEcho);

/// One that the C++ SDK reads and writes for: it looks at a number and changes nothing.
void BM_JsonSdkMiddleware(benchmark::State& state) {
  Bench(behind_middlewares(official("json", "request-size-limit"), 1)).chain(state);
}
BENCHMARK(BM_JsonSdkMiddleware);

void BM_Dispatcher(benchmark::State& state, const char* abi) {
  Bench(dispatched_by(official(abi, "mock"))).dispatch(state);
}
BENCHMARK_CAPTURE(BM_Dispatcher, direct, "direct");
BENCHMARK_CAPTURE(BM_Dispatcher, json, "json");

void BM_NewInstanceOfCors(benchmark::State& state) {
  Bench(behind_middlewares(official("direct", "cors"), 1,
                           R"({"allowed_origins":["https://app.example.com"]})"))
      .instantiate(state);
}
BENCHMARK(BM_NewInstanceOfCors);

void BM_RequestBehindHeaders(benchmark::State& state) {
  Bench bench(behind_middlewares(header_middleware(), static_cast<std::size_t>(state.range(0))));
  for ([[maybe_unused]] auto _ : state) bench.whole();
}
BENCHMARK(BM_RequestBehindHeaders)->Arg(0)->Arg(1)->Arg(5);

}  // namespace
}  // namespace barbacane::gateway

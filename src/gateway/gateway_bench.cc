// The cost of a request in the pipeline, without a connection around it.

#include <string>

#include <benchmark/benchmark.h>

#include "gateway/detail/test_gateway_state.h"

namespace barbacane::gateway {
namespace {

artifact::Contents many_operations() {
  artifact::Contents contents;
  const std::string text =
      R"({"body":"{\"status\":\"ok\"}","headers":{"cache-control":"no-store"}})";
  for (int i = 0; i < 100; ++i) {
    const std::string path = "/v1/things" + std::to_string(i);
    contents.routes.operations.push_back(mock("GET", path, text));
    contents.routes.operations.push_back(
        mock("GET", path + "/{id}", R"({"body":"{\"id\":\"{{path_params.id}}\"}"})"));
  }
  contents.routes.operations.push_back(mock("POST", "/v1/upload", text));
  return contents;
}

net::Task<> answer_all(benchmark::State& state, TestWorker& worker) {
  for (auto step : state) {
    static_cast<void>(step);
    worker.exchange.next();
    co_await worker.pipeline.handle(worker.exchange);
  }
  worker.loop.stop();
}

void run(benchmark::State& state, TestWorker& worker) {
  worker.exchange.forget_answers();
  worker.loop.spawn(answer_all(state, worker));
  worker.loop.run();
}

const FakeExchange::Fields kBrowserFields = {
    {"host", "localhost:8080"}, {"user-agent", "bench"}, {"accept", "*/*"}};

void BM_StaticMock(benchmark::State& state) {
  TestWorker worker(many_operations());
  worker.exchange.request("GET", "/v1/things42", kBrowserFields);
  run(state, worker);
}
BENCHMARK(BM_StaticMock);

void BM_TemplateMock(benchmark::State& state) {
  TestWorker worker(many_operations());
  worker.exchange.request("GET", "/v1/things42/1234", kBrowserFields);
  run(state, worker);
}
BENCHMARK(BM_TemplateMock);

void BM_ClientIds(benchmark::State& state) {
  TestWorker worker(many_operations());
  worker.exchange.request(
      "GET", "/v1/things42",
      {{"host", "localhost"},
       {"x-request-id", "0b2f8c1e-9d1f-4a57-8e0e-0f6d1f3f9a11"},
       {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}});
  run(state, worker);
}
BENCHMARK(BM_ClientIds);

void BM_BodyIgnoredByMock(benchmark::State& state) {
  TestWorker worker(many_operations());
  worker.exchange.request("POST", "/v1/upload", kBrowserFields);
  worker.exchange.send_body("{\"a\":1}");
  run(state, worker);
}
BENCHMARK(BM_BodyIgnoredByMock);

void BM_UnknownPath(benchmark::State& state) {
  TestWorker worker(many_operations());
  worker.exchange.request("GET", "/v1/nothing", kBrowserFields);
  run(state, worker);
}
BENCHMARK(BM_UnknownPath);

void BM_Health(benchmark::State& state) {
  TestWorker worker(many_operations());
  worker.exchange.request("GET", "/__barbacane/health", kBrowserFields);
  run(state, worker);
}
BENCHMARK(BM_Health);

void BM_StaticMockWithLogLine(benchmark::State& state) {
  TestWorker worker(many_operations(), {}, telemetry::Level::kInfo);
  worker.exchange.request("GET", "/v1/things42", kBrowserFields);
  run(state, worker);
}
BENCHMARK(BM_StaticMockWithLogLine);

}  // namespace
}  // namespace barbacane::gateway

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "router/router.h"

/// Look-ups in tables shaped like the description of a large API: resources by name, each with a
/// collection, items, nested items under an organisation, and a few fixed sub-resources. The paths
/// looked up come in random order, so that no single one stays in the branch predictor.
namespace barbacane::router {
namespace {

struct Route {
  std::string path;
  std::string method;
};

struct Request {
  std::string path;
  std::string method;
};

std::string resource(std::size_t i) {
  static const char* const kWords[] = {"customers", "orders", "invoices", "repositories",  "teams",
                                       "users",     "hooks",  "payments", "subscriptions", "jobs"};
  return std::string(kWords[i % std::size(kWords)]) + std::to_string(i / std::size(kWords));
}

/// Ten operations for each resource: four on static paths, six below parameters.
std::vector<Route> routes(std::size_t operations) {
  std::vector<Route> out;
  for (std::size_t i = 0; out.size() < operations; ++i) {
    const std::string name = resource(i);
    const std::string nested = "/orgs/{org}/" + name + "/{id}/items/{item}";
    out.push_back({"/v1/" + name, "GET"});
    out.push_back({"/v1/" + name, "POST"});
    out.push_back({"/v1/" + name + "/search/recent", "GET"});
    out.push_back({"/v1/" + name + "/statistics", "GET"});
    out.push_back({"/v1/" + name + "/{id}", "GET"});
    out.push_back({"/v1/" + name + "/{id}", "DELETE"});
    out.push_back({"/v1/" + name + "/{id}/events", "GET"});
    out.push_back({nested, "GET"});
    out.push_back({nested, "PUT"});
    out.push_back({nested, "DELETE"});
  }
  return out;
}

RouteTable table(const std::vector<Route>& routes) {
  std::vector<RouteSpec> specs;
  for (const Route& route : routes) {
    specs.push_back({route.path, route.method, static_cast<std::uint32_t>(specs.size())});
  }
  auto built = RouteTable::build(specs);
  if (!built) std::abort();
  return std::move(*built);
}

enum class Which { kStatic, kThreeParameters, kAll };

/// What clients would send: the templates with values in place of the parameters.
std::vector<Request> requests(const std::vector<Route>& routes, Which which) {
  std::mt19937 random(1);
  std::vector<Request> out;
  for (const Route& route : routes) {
    const auto parameters = std::ranges::count(route.path, '{');
    if (which == Which::kStatic && parameters != 0) continue;
    if (which == Which::kThreeParameters && parameters != 3) continue;
    Request request{{}, route.method};
    for (std::size_t i = 0; i < route.path.size(); ++i) {
      if (route.path[i] != '{') {
        request.path += route.path[i];
        continue;
      }
      request.path += std::to_string(random() % 1'000'000);
      i = route.path.find('}', i);
    }
    out.push_back(std::move(request));
  }
  std::ranges::shuffle(out, random);
  return std::vector<Request>(out);  // copied, so that memory is laid out in the order of use
}

void look_up(benchmark::State& state, std::size_t operations, Which which) {
  const std::vector<Route> declared = routes(operations);
  const RouteTable table = router::table(declared);
  const std::vector<Request> requests = router::requests(declared, which);
  Lookup lookup;
  std::size_t next = 0;
  for (auto _ : state) {
    const Request& request = requests[next];
    table.find(request.path, request.method, lookup);
    if (lookup.outcome != Lookup::Outcome::kFound) state.SkipWithError("a path was not found");
    benchmark::DoNotOptimize(lookup.operation);
    if (++next == requests.size()) next = 0;
  }
}

void build(benchmark::State& state) {
  const std::vector<Route> declared = routes(100'000);
  for (auto _ : state) benchmark::DoNotOptimize(table(declared));
}

BENCHMARK_CAPTURE(look_up, static, 1'000, Which::kStatic)->Name("RouteLookup/1000/static");
BENCHMARK_CAPTURE(look_up, three, 1'000, Which::kThreeParameters)->Name("RouteLookup/1000/3params");
BENCHMARK_CAPTURE(look_up, random, 100'000, Which::kAll)->Name("RouteLookup/100000/random");
BENCHMARK(build)->Name("RouteBuild/100000")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace barbacane::router

#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "gateway/detail/test_gateway_state.h"
#include "gateway/plugins/loading.h"

/// Requests through the whole pipeline with plugins in it, without a connection.
///
///     TestChain chain;
///     chain.module("a", wasm, {"log", "body_access"});
///     chain.middleware("a").middleware("a").mock(R"({"status":201})");
///     EXPECT_EQ(chain.ask("GET", "/x").status(), 201);
///
/// One operation, at `/{path+}` for every method that is asked first.
namespace barbacane::gateway {

class TestChain {
 public:
  explicit TestChain(Options options = default_options())
      : options_(std::move(options)), log_(::memfd_create("log", MFD_CLOEXEC)) {}
  ~TestChain() {
    worker_.reset();
    ::close(log_);
  }
  TestChain(const TestChain&) = delete;
  TestChain& operator=(const TestChain&) = delete;

  static Options default_options() {
    Options options;
    options.errors = Options::ErrorDetail::kDevelopment;
    return options;
  }

  TestChain& module(std::string name, std::string wasm,
                    std::vector<std::string> capabilities = {}) {
    artifact::Plugin plugin;
    plugin.name = std::move(name);
    plugin.version = "0.1.0";
    plugin.plugin_type = "plugin";
    plugin.body_access = std::erase(capabilities, "body_access") > 0;
    plugin.host_functions = std::move(capabilities);
    plugin.wasm = std::move(wasm);
    plugins_.push_back(std::move(plugin));
    return *this;
  }
  /// As this compiler does: what the artifact does not grant, nobody may.
  TestChain& enforce_capabilities() {
    enforced_ = true;
    return *this;
  }
  TestChain& middleware(std::string name, std::string config = "{}") {
    middlewares_.push_back({std::move(name), {std::move(config)}});
    return *this;
  }
  TestChain& dispatcher(std::string name, std::string config = "{}") {
    dispatcher_ = {std::move(name), {std::move(config)}};
    return *this;
  }
  TestChain& mock(std::string config) { return dispatcher("mock", std::move(config)); }

  /// What keeps it from starting, if anything.
  std::string start(std::string method = "GET") {
    worker_ = std::make_unique<TestWorker>(artifact::Contents{}, options_, telemetry::Level::kTrace,
                                           log_);
    worker_->process.log = &worker_->log;
    artifact::Contents contents;
    artifact::Operation only = operation(std::move(method), "/{path+}", "mock", "{}");
    only.dispatch = dispatcher_;
    only.middlewares = middlewares_;
    contents.routes.operations.push_back(std::move(only));
    contents.plugins = plugins_;
    contents.manifest.capabilities_enforced = enforced_;
    const auto modules = PluginModules::compile(contents, options_, worker_->process);
    if (!modules) return modules.error().message;
    auto loaded = LoadedPlugins::load(contents, *modules, {}, options_, worker_->process);
    if (!loaded) return loaded.error().message;
    auto built =
        Snapshot::build(std::move(contents), {options_, worker_->process, {}, std::move(*loaded)});
    if (!built) return built.error().message;
    worker_->state.use(std::shared_ptr<const Snapshot>(std::move(*built)));
    return {};
  }

  FakeExchange& ask(std::string_view method, std::string_view target,
                    FakeExchange::Fields fields = {}) {
    begin(method, target, fields);
    worker_->handle();
    return worker_->exchange;
  }
  FakeExchange& send(std::string_view method, std::string_view target, std::string body,
                     FakeExchange::Fields fields = {}) {
    begin(method, target, fields);
    worker_->exchange.send_body(std::move(body));
    worker_->handle();
    return worker_->exchange;
  }

  /// Everything logged so far, once it is written.
  std::string log() {
    const std::string mark = "end of log " + std::to_string(++marks_);
    worker_->log.text(telemetry::Level::kError, "test", mark);
    std::string text;
    while (text.find(mark) == std::string::npos) {
      ::usleep(1000);
      text.resize(static_cast<std::size_t>(::lseek(log_, 0, SEEK_END)));
      text.resize(static_cast<std::size_t>(::pread(log_, text.data(), text.size(), 0)));
    }
    return text;
  }

 private:
  void begin(std::string_view method, std::string_view target, FakeExchange::Fields fields) {
    if (!worker_) {
      const std::string error = start(std::string(method));
      if (!error.empty()) throw std::runtime_error(error);
    }
    worker_->exchange.request(method, target, fields);
  }

  const Options options_;
  const int log_;
  std::vector<artifact::Plugin> plugins_;
  bool enforced_ = false;
  std::vector<artifact::PluginUse> middlewares_;
  artifact::PluginUse dispatcher_{"mock", {"{}"}};
  std::unique_ptr<TestWorker> worker_;
  int marks_ = 0;
};

}  // namespace barbacane::gateway

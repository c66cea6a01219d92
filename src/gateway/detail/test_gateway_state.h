#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "artifact/model.h"
#include "gateway/detail/fake_exchange.h"
#include "gateway/pipeline.h"
#include "gateway/process_state.h"
#include "gateway/worker_state.h"
#include "net/event_loop.h"
#include "telemetry/log.h"

/// What tests of single stages and of the whole pipeline stand on: one worker without a thread.
namespace barbacane::gateway {

inline artifact::Operation operation(std::string method, std::string path, std::string dispatcher,
                                     std::string config) {
  artifact::Operation result;
  result.method = std::move(method);
  result.path = std::move(path);
  result.dispatch = {std::move(dispatcher), {std::move(config)}};
  result.spec_file = "api.yaml";
  return result;
}

inline artifact::Operation mock(std::string method, std::string path, std::string config) {
  return operation(std::move(method), std::move(path), "mock", std::move(config));
}

/// /dev/null, open as long as something may write to it.
class Nowhere {
 public:
  Nowhere() : descriptor_(::open("/dev/null", O_WRONLY | O_CLOEXEC)) {}
  Nowhere(const Nowhere&) = delete;
  Nowhere& operator=(const Nowhere&) = delete;
  ~Nowhere() { ::close(descriptor_); }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

class TestWorker {
 public:
  explicit TestWorker(artifact::Contents contents, Options options = {},
                      telemetry::Level level = telemetry::Level::kError, int log_to = -1)
      : settings{std::move(options), {}, std::chrono::steady_clock::now()},
        log(level, telemetry::LogFormat::kJson, log_to < 0 ? nowhere_.descriptor() : log_to),
        state(settings, log),
        pipeline(state),
        exchange(loop) {
    state.open(loop, process);
    settings.trusted_proxies = *TrustedProxies::parse(settings.options.trusted_proxies);
    use(std::move(contents));
  }

  void use(artifact::Contents contents) {
    auto built = Snapshot::build(std::move(contents), {settings.options, process});
    if (!built) throw std::runtime_error(built.error().message);
    state.use(std::shared_ptr<const Snapshot>(std::move(*built)));
  }

  /// Answers what `exchange` asks.
  void handle() {
    loop.spawn(handle_and_stop());
    loop.run();
  }
  /// Asks and answers.
  FakeExchange& ask(std::string_view method, std::string_view target,
                    FakeExchange::Fields fields = {}) {
    exchange.request(method, target, fields);
    handle();
    return exchange;
  }

 private:
  net::Task<> handle_and_stop() {
    co_await pipeline.handle(exchange);
    loop.stop();
  }

  Nowhere nowhere_;  // before the log, whose thread writes to the end

 public:
  ProcessState process;
  Settings settings;
  telemetry::Log log;
  WorkerState state;
  Pipeline pipeline;
  net::EventLoop loop;
  FakeExchange exchange;
};

}  // namespace barbacane::gateway

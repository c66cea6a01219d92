#include "gateway/plugins/trial.h"

#include <algorithm>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "gateway/detail/test_gateway_state.h"
#include "gateway/plugins/plugin_answer.h"
#include "gateway/stages/stages.h"
#include "schema/json.h"
#include "wasm/outline.h"

namespace barbacane::gateway {
namespace {

constexpr std::chrono::seconds kDetachedTime{10};

std::optional<std::string> first_of(const TrialHeaders& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [&](const auto& header) { return base::equals_ignoring_case(header.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

/// What the gateway logs, to be read back.
class LogFile {
 public:
  LogFile() : descriptor_(::memfd_create("log", MFD_CLOEXEC)) {}
  ~LogFile() { ::close(descriptor_); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  int descriptor() const { return descriptor_; }
  std::string text() const {
    std::string all(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
    const ssize_t got = ::pread(descriptor_, all.data(), all.size(), 0);
    all.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return all;
  }

 private:
  int descriptor_;
};

Options trial_options() {
  Options options;
  options.plaintext = Options::PlaintextUpstreams::kAllow;
  options.egress = net::EgressGuard::kOff;
  options.errors = Options::ErrorDetail::kDevelopment;
  return options;
}

bool is_dispatcher(const artifact::Plugin& plugin) {
  return wasm::outline_of(plugin.wasm).find_export("dispatch") != nullptr;
}

/// One operation that has the plugin at its place.
artifact::Contents contents_of(artifact::Plugin plugin, const std::string& config) {
  artifact::Contents contents;
  const artifact::PluginUse use{plugin.name, {config}};
  const bool dispatches = is_dispatcher(plugin);
  artifact::Operation operation = mock("GET", "/", "{}");
  if (dispatches) {
    operation.dispatch = use;
  } else {
    operation.middlewares.push_back(use);
  }
  contents.routes.operations.push_back(std::move(operation));
  contents.plugins.push_back(std::move(plugin));
  return contents;
}

}  // namespace

std::optional<std::string> TrialRequest::header(std::string_view name) const {
  return first_of(headers, name);
}

std::optional<std::string> TrialResponse::header(std::string_view name) const {
  return first_of(headers, name);
}

std::vector<std::string> TrialResponse::header_lines(std::string_view name) const {
  std::vector<std::string> lines;
  for (const auto& [key, value] : headers) {
    if (base::equals_ignoring_case(key, name)) lines.push_back(value);
  }
  return lines;
}

struct PluginTrial::State {
  LogFile log_file;
  std::unique_ptr<TestWorker> worker;
  std::string error;
  std::size_t logs_read = 0;

  State(artifact::Plugin plugin, const std::string& config) {
    // A worker without plugins first: it has the process that modules are loaded into.
    worker = std::make_unique<TestWorker>(artifact::Contents{}, trial_options(),
                                          telemetry::Level::kTrace, log_file.descriptor());
    worker->process.log = &worker->log;
    auto contents = contents_of(std::move(plugin), config);
    const auto modules =
        PluginModules::compile(contents, worker->settings.options, worker->process);
    if (!modules) {
      error = modules.error().message;
      return;
    }
    auto plugins =
        LoadedPlugins::load(contents, *modules, {}, worker->settings.options, worker->process);
    if (!plugins) {
      error = plugins.error().message;
      return;
    }
    auto snapshot = Snapshot::build(
        std::move(contents), {worker->settings.options, worker->process, {}, std::move(*plugins)});
    if (!snapshot) throw std::runtime_error(snapshot.error().message);
    worker->state.use(std::shared_ptr<const Snapshot>(std::move(*snapshot)));
  }
};

PluginTrial::PluginTrial(artifact::Plugin plugin, const std::string& config_json)
    : state_(std::make_unique<State>(std::move(plugin), config_json)) {}

PluginTrial::PluginTrial(PluginTrial&&) noexcept = default;
PluginTrial::~PluginTrial() = default;

const std::string& PluginTrial::error() const { return state_->error; }

std::vector<std::pair<std::string, std::string>> PluginTrial::logs() const {
  static int marks = 0;
  const std::string mark = "end of log " + std::to_string(++marks);
  state_->worker->log.text(telemetry::Level::kError, "testkit", mark);
  std::string text;
  while (text.find(mark) == std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    text = state_->log_file.text();
  }
  std::istringstream lines(text.substr(state_->logs_read));
  state_->logs_read = text.size();
  std::vector<std::pair<std::string, std::string>> found;
  for (std::string line; std::getline(lines, line);) {
    schema::Tape tape;
    const auto record = tape.read(line);
    if (!record || !record->is_object()) continue;
    const auto member = [&](schema::Value object, std::string_view name) {
      const auto value = object.find(name);
      return value && value->is_string() ? std::string(value->text()) : std::string();
    };
    const auto fields = record->find("fields");
    std::string message = member(*record, "message");
    if (message.empty() && fields && fields->is_object()) message = member(*fields, "message");
    if (message != mark) found.emplace_back(member(*record, "level"), message);
  }
  return found;
}

// ---- one request ----------------------------------------------------------------------------

struct PluginTrial::Exchange::State {
  State(PluginTrial::State& trial, TrialRequest request_)
      : asked(std::move(request_)), request(asked), worker(*trial.worker), exchange(worker.loop) {
    exchange.request(asked.method, asked.path);
    exchange.head().query = asked.query;
    for (const auto& [name, value] : asked.headers) exchange.add(name, value);
    exchange.come_from(asked.client_ip);
    operation = &worker.state.snapshot->operation(0);
    CompiledOperation& own = copy_of(*operation);
    for (const auto& [name, value] : asked.path_params) {
      own.parameters.push_back(name);
      values.push_back(value);
    }
    context.emplace(exchange, worker.state);
    context->operation = &own;
    context->path_values = values;
    if (asked.body) context->body = *asked.body;
    begin_chain(*context);
  }

  /// The operation with the parameters of this request.
  CompiledOperation& copy_of(const CompiledOperation& from) {
    with_parameters.path = from.path;
    with_parameters.method = from.method;
    with_parameters.chain = from.chain;
    with_parameters.dispatcher = from.dispatcher;
    with_parameters.dispatcher_name = from.dispatcher_name;
    with_parameters.dispatcher_is_module = from.dispatcher_is_module;
    return with_parameters;
  }

  template <class Work>
  Step run(Work work) {
    Step step = Step::kGoOn;
    worker.loop.spawn(run_and_stop(work, step));
    worker.loop.run();
    return step;
  }
  template <class Work>
  net::Task<> run_and_stop(Work work, Step& step) {
    step = co_await work(*context);
    // Nobody runs the loop between two phases, so what was begun there has its time now.
    const auto deadline = worker.loop.now() + kDetachedTime;
    while (worker.process.detached_calls.pending() > 0 && worker.loop.now() < deadline) {
      co_await worker.loop.sleep(std::chrono::milliseconds(1));
    }
    worker.loop.stop();
  }

  void look_at_request() {
    const http::RequestHead& seen = context->seen();
    request.method = seen.method;
    request.path = seen.path;
    request.query = seen.query;
    request.headers.clear();
    for (const http::Field& field : seen.fields) {
      if (field.name == "x-request-id") continue;
      request.headers.emplace_back(field.name, field.value);
    }
    request.client_ip = context->chain->client_ip;
    request.body.reset();
    if (!context->body.empty()) request.body = std::string(context->body);
  }

  void look_at_response() {
    response = {};
    response.status = context->reply.status;
    for (const http::Field& field : context->reply.fields) {
      response.headers.emplace_back(field.name, field.value);
    }
    if (!context->reply.body.empty()) response.body = std::string(context->reply.body);
    if (exchange.streamed()) response.body = exchange.sent();
  }

  Verdict verdict(Step step) {
    look_at_request();
    if (step == Step::kGoOn) return Verdict::kContinue;
    look_at_response();
    const bool ours = response.status == 500 && response.body &&
                      response.body->find("internal-error") != std::string::npos;
    return ours || step == Step::kGone ? Verdict::kFailed : Verdict::kRespond;
  }

  const TrialRequest asked;  ///< what the exchange looks at
  TrialRequest request;
  TrialResponse given;  ///< what the plugin is shown
  TrialResponse response;
  TestWorker& worker;
  FakeExchange exchange;
  const CompiledOperation* operation;
  CompiledOperation with_parameters;
  std::vector<std::string_view> values;
  std::optional<RequestContext> context;
};

PluginTrial::Exchange PluginTrial::exchange(TrialRequest request) {
  if (!state_->error.empty()) throw std::logic_error(state_->error);
  return Exchange(std::make_unique<Exchange::State>(*state_, std::move(request)));
}

PluginTrial::Exchange::Exchange(std::unique_ptr<State> state) : state_(std::move(state)) {}
PluginTrial::Exchange::Exchange(Exchange&&) noexcept = default;
PluginTrial::Exchange::~Exchange() = default;

PluginTrial::Exchange::Verdict PluginTrial::Exchange::on_request() {
  return state_->verdict(state_->run(stages::run_request_chain_later));
}

PluginTrial::Exchange::Verdict PluginTrial::Exchange::dispatch() {
  return state_->verdict(state_->run(stages::dispatch_later));
}

void PluginTrial::Exchange::on_response(TrialResponse response) {
  RequestContext& context = *state_->context;
  state_->given = std::move(response);
  context.reply.status = state_->given.status;
  context.reply.fields.clear();
  for (const auto& [name, value] : state_->given.headers) context.reply.add(name, value);
  context.reply.body = state_->given.body ? *state_->given.body : std::string_view();
  context.chain->response_json = {};
  context.chain->passed = 1;
  state_->run(stages::run_response_chain_later);
  state_->look_at_response();
}

const TrialRequest& PluginTrial::Exchange::request() const { return state_->request; }
const TrialResponse& PluginTrial::Exchange::response() const { return state_->response; }

void PluginTrial::Exchange::set_context(const std::string& key, const std::string& value) {
  state_->context->chain->context.set(key, value);
}

std::map<std::string, std::string> PluginTrial::Exchange::contexts() const {
  std::map<std::string, std::string> all;
  for (const auto& [key, value] : state_->context->chain->context.save()) {
    all.emplace(key, value);
  }
  return all;
}

std::optional<std::string> PluginTrial::Exchange::context(const std::string& key) const {
  const auto value = state_->context->chain->context.get(key);
  if (!value) return std::nullopt;
  return std::string(*value);
}

}  // namespace barbacane::gateway

#include "testkit/plugin_harness.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"
#include "compiler/plugin_manifest.h"
#include "gateway/detail/test_gateway_state.h"
#include "gateway/plugins/plugin_answer.h"
#include "gateway/stages/stages.h"
#include "schema/json.h"
#include "wasm/outline.h"

namespace barbacane::testkit {
namespace {

using gateway::RequestContext;
using gateway::Step;

std::optional<std::string> first_of(const Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [&](const auto& header) { return base::equals_ignoring_case(header.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
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

gateway::Options harness_options() {
  gateway::Options options;
  options.plaintext = gateway::Options::PlaintextUpstreams::kAllow;
  options.egress = net::EgressGuard::kOff;
  options.errors = gateway::Options::ErrorDetail::kDevelopment;
  return options;
}

artifact::Plugin plugin_of(std::string name, std::string wasm,
                           std::vector<std::string> capabilities) {
  artifact::Plugin plugin;
  plugin.name = std::move(name);
  plugin.version = "0.1.0";
  plugin.plugin_type = "plugin";
  plugin.body_access = std::erase(capabilities, "body_access") > 0;
  plugin.host_functions = std::move(capabilities);
  plugin.wasm = std::move(wasm);
  return plugin;
}

artifact::Plugin described_plugin(std::string wasm) {
  const auto outline = wasm::outline_of(wasm);
  const auto manifest = compiler::parse_plugin_manifest(outline.custom("barbacane_manifest"));
  if (!manifest) throw std::runtime_error("no plugin manifest: " + manifest.error().message);
  std::vector<std::string> capabilities = manifest->capabilities;
  if (manifest->body_access) capabilities.emplace_back("body_access");
  return plugin_of(manifest->name, std::move(wasm), std::move(capabilities));
}

bool is_dispatcher(const artifact::Plugin& plugin) {
  return wasm::outline_of(plugin.wasm).find_export("dispatch") != nullptr;
}

/// One operation that has the plugin at its place.
artifact::Contents contents_of(artifact::Plugin plugin, const std::string& config) {
  artifact::Contents contents;
  const artifact::PluginUse use{plugin.name, {config}};
  const bool dispatches = is_dispatcher(plugin);
  artifact::Operation operation = gateway::mock("GET", "/", "{}");
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

std::optional<std::string> PluginRequest::header(std::string_view name) const {
  return first_of(headers, name);
}

std::optional<std::string> PluginResponse::header(std::string_view name) const {
  return first_of(headers, name);
}

std::vector<std::string> PluginResponse::header_lines(std::string_view name) const {
  std::vector<std::string> lines;
  for (const auto& [key, value] : headers) {
    if (base::equals_ignoring_case(key, name)) lines.push_back(value);
  }
  return lines;
}

struct PluginHarness::State {
  LogFile log_file;
  std::unique_ptr<gateway::TestWorker> worker;
  std::string error;
  std::size_t logs_read = 0;

  State(artifact::Plugin plugin, const std::string& config) {
    // A worker without plugins first: it has the process that modules are loaded into.
    worker = std::make_unique<gateway::TestWorker>(artifact::Contents{}, harness_options(),
                                                   telemetry::Level::kTrace, log_file.descriptor());
    worker->process.log = &worker->log;
    auto contents = contents_of(std::move(plugin), config);
    const auto modules =
        gateway::PluginModules::compile(contents, worker->settings.options, worker->process);
    if (!modules) {
      error = modules.error().message;
      return;
    }
    auto plugins = gateway::LoadedPlugins::load(contents, *modules, {}, worker->settings.options,
                                                worker->process);
    if (!plugins) {
      error = plugins.error().message;
      return;
    }
    auto snapshot = gateway::Snapshot::build(
        std::move(contents), {worker->settings.options, worker->process, {}, std::move(*plugins)});
    if (!snapshot) throw std::runtime_error(snapshot.error().message);
    worker->state.use(std::shared_ptr<const gateway::Snapshot>(std::move(*snapshot)));
  }
};

PluginHarness::PluginHarness(const std::string& wasm_path, const std::string& config_json)
    : state_(std::make_unique<State>(described_plugin(read_file(wasm_path)), config_json)) {}

PluginHarness::PluginHarness(std::string name, std::string wasm, const std::string& config_json,
                             std::vector<std::string> capabilities)
    : state_(std::make_unique<State>(
          plugin_of(std::move(name), std::move(wasm), std::move(capabilities)), config_json)) {}

PluginHarness::~PluginHarness() = default;

const std::string& PluginHarness::error() const { return state_->error; }

std::vector<std::pair<std::string, std::string>> PluginHarness::logs() {
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

struct PluginHarness::Exchange::State {
  State(PluginHarness::State& harness, PluginRequest asked)
      : request(std::move(asked)), worker(*harness.worker), exchange(worker.loop) {
    exchange.request(request.method, request.path);
    exchange.head().query = request.query;
    for (const auto& [name, value] : request.headers) exchange.add(name, value);
    exchange.come_from(request.client_ip);
    operation = &worker.state.snapshot->operation(0);
    gateway::CompiledOperation& own = copy_of(*operation);
    for (const auto& [name, value] : request.path_params) {
      own.parameters.push_back(name);
      values.push_back(value);
    }
    context.emplace(exchange, worker.state);
    context->operation = &own;
    context->path_values = values;
    if (request.body) context->body = *request.body;
    gateway::begin_chain(*context);
  }

  /// The operation with the parameters of this request.
  gateway::CompiledOperation& copy_of(const gateway::CompiledOperation& from) {
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
  }

  Verdict verdict(Step step) {
    look_at_request();
    if (step == Step::kGoOn) return Verdict::kContinue;
    look_at_response();
    const bool ours = response.status == 500 && response.body &&
                      response.body->find("internal-error") != std::string::npos;
    return ours || step == Step::kGone ? Verdict::kFailed : Verdict::kRespond;
  }

  PluginRequest request;
  PluginResponse given;  ///< what the plugin is shown
  PluginResponse response;
  gateway::TestWorker& worker;
  gateway::FakeExchange exchange;
  const gateway::CompiledOperation* operation;
  gateway::CompiledOperation with_parameters;
  std::vector<std::string_view> values;
  std::optional<RequestContext> context;
};

PluginHarness::Exchange PluginHarness::exchange(PluginRequest request) {
  if (!state_->error.empty()) throw std::runtime_error(state_->error);
  return Exchange(std::make_unique<Exchange::State>(*state_, std::move(request)));
}

PluginHarness::Exchange::Exchange(std::unique_ptr<State> state) : state_(std::move(state)) {}
PluginHarness::Exchange::Exchange(Exchange&&) noexcept = default;
PluginHarness::Exchange::~Exchange() = default;

PluginHarness::Exchange::Verdict PluginHarness::Exchange::on_request() {
  return state_->verdict(state_->run(gateway::stages::run_request_chain_later));
}

PluginHarness::Exchange::Verdict PluginHarness::Exchange::dispatch() {
  return state_->verdict(state_->run(gateway::stages::dispatch_later));
}

void PluginHarness::Exchange::on_response(PluginResponse response) {
  RequestContext& context = *state_->context;
  state_->given = std::move(response);
  context.reply.status = state_->given.status;
  context.reply.fields.clear();
  for (const auto& [name, value] : state_->given.headers) context.reply.add(name, value);
  context.reply.body = state_->given.body ? *state_->given.body : std::string_view();
  context.chain->response_json = {};
  context.chain->passed = 1;
  state_->run(gateway::stages::run_response_chain_later);
  state_->look_at_response();
}

const PluginRequest& PluginHarness::Exchange::request() const { return state_->request; }
const PluginResponse& PluginHarness::Exchange::response() const { return state_->response; }

void PluginHarness::Exchange::set_context(const std::string& key, const std::string& value) {
  state_->context->chain->context.set(key, value);
}

std::optional<std::string> PluginHarness::Exchange::context(const std::string& key) const {
  const auto value = state_->context->chain->context.get(key);
  if (!value) return std::nullopt;
  return std::string(*value);
}

std::string module_path(std::string_view plugin, PluginAbi abi) {
  return std::string(BARBACANE_PLUGIN_MODULES) +
         (abi == PluginAbi::kDirect ? "/direct/" : "/json/") + std::string(plugin) + ".wasm";
}

}  // namespace barbacane::testkit

#include "gateway/snapshot.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.h"
#include "gateway/dispatchers/module_dispatcher.h"
#include "gateway/dispatchers/upstream_tls.h"

namespace barbacane::gateway {
namespace {

std::unexpected<StartError> corrupt(std::string message) {
  return std::unexpected(StartError{10, std::move(message)});
}

/// AsyncAPI operations are reached by HTTP methods (data-plane contract, 12).
std::string http_method(const std::string& method) {
  if (method == "SEND") return "POST";
  if (method == "RECEIVE") return "GET";
  return method;
}

std::string stem(const std::string& file) { return file.substr(0, file.rfind('.')); }

std::string quoted_or_null(const std::optional<std::string>& text) {
  return text ? base::json_string(*text) : "null";
}

std::string provenance_members(const artifact::Contents& contents) {
  const artifact::Manifest& manifest = contents.manifest;
  std::string out = "\"artifact_hash\":" + base::json_string(manifest.artifact_hash);
  out += ",\"compiled_at\":" + base::json_string(manifest.compiled_at);
  out += ",\"compiler_version\":" + base::json_string(manifest.compiler_version);
  out += ",\"artifact_version\":" + std::to_string(manifest.artifact_version);
  out += ",\"provenance\":{\"commit\":" + quoted_or_null(manifest.provenance.commit);
  out += ",\"source\":" + quoted_or_null(manifest.provenance.source);
  out += "},\"source_specs\":[";
  for (const artifact::SourceSpec& spec : contents.specs) {
    if (out.back() != '[') out += ',';
    out += "{\"file\":" + base::json_string(spec.file);
    out += ",\"sha256\":" + base::json_string(spec.sha256);
    out += ",\"type\":" + base::json_string(spec.type) + '}';
  }
  out += "],\"plugins\":[";
  for (const artifact::Plugin& plugin : contents.plugins) {
    if (out.back() != '[') out += ',';
    out += "{\"name\":" + base::json_string(plugin.name);
    out += ",\"version\":" + base::json_string(plugin.version);
    out += ",\"sha256\":" + base::json_string(plugin.sha256) + '}';
  }
  return out + ']';
}

Facts facts_of(const artifact::Contents& contents) {
  Facts facts;
  facts.artifact_version = contents.manifest.artifact_version;
  facts.artifact_hash = contents.manifest.artifact_hash;
  facts.compiler_version = contents.manifest.compiler_version;
  facts.plugins = contents.plugins.size();
  facts.provenance = provenance_members(contents);
  for (const artifact::SourceSpec& spec : contents.specs) {
    if (spec.type == "fragment") continue;
    facts.only_spec = ++facts.specs == 1 ? spec.file : std::string();
  }
  return facts;
}

/// Gives every place of a plugin in a chain its pool of instances. Chains share pools as long as no
/// two places of one chain would.
class PoolNumbers {
 public:
  /// `earlier`: how many entries of the same chain have the same plugin.
  std::uint32_t get(const Plugin* plugin, std::size_t earlier) {
    const auto [entry, added] = numbers_.try_emplace({plugin, earlier}, plugins_.size());
    if (added) plugins_.push_back(plugin);
    return static_cast<std::uint32_t>(entry->second);
  }

  std::vector<const Plugin*> take() { return std::move(plugins_); }

 private:
  std::map<std::pair<const Plugin*, std::size_t>, std::size_t> numbers_;
  std::vector<const Plugin*> plugins_;
};

PluginChain chain_of(const artifact::Operation& operation, const LoadedPlugins& plugins,
                     PoolNumbers& pools) {
  PluginChain chain;
  for (const artifact::PluginUse& use : operation.middlewares) {
    const Plugin* plugin = plugins.find(use.name, use.config.text);
    if (plugin == nullptr) continue;  // `load` has refused names that nobody knows
    const auto earlier = static_cast<std::size_t>(std::ranges::count_if(
        chain.entries, [&](const PluginChain::Entry& entry) { return entry.plugin == plugin; }));
    chain.entries.push_back({plugin, pools.get(plugin, earlier)});
    chain.reads_request_body |= plugin->body_access;
    chain.reads_response_body |= plugin->body_access && !plugin->skips_on_response;
  }
  return chain;
}

/// Makes each distinct (name, config) once: a spec with a thousand operations mostly has a handful.
class DispatcherPool {
 public:
  DispatcherPool(const BuildContext& context, PoolNumbers& pools)
      : context_(context), pools_(pools) {}

  base::Result<const Dispatcher*> get(const artifact::PluginUse& use) {
    const auto key = std::make_pair(use.name, use.config.text);
    if (const auto found = made_.find(key); found != made_.end()) return found->second;
    // A module that the artifact brings along is preferred to what is built in.
    if (const Plugin* plugin = context_.plugins.find(use.name, use.config.text)) {
      owned_.push_back(make_module_dispatcher({plugin, pools_.get(plugin, 0)}));
      return made_[key] = owned_.back().get();
    }
    const auto resolved = context_.resolved.find(use.config.text);
    const std::string& config =
        resolved == context_.resolved.end() ? use.config.text : resolved->second;
    auto dispatcher = make_dispatcher(use.name, {use.config.text, config},
                                      {context_.options, context_.process, tls_});
    if (!dispatcher) return std::unexpected(dispatcher.error());
    owned_.push_back(std::move(*dispatcher));
    return made_[key] = owned_.back().get();
  }

  std::vector<std::unique_ptr<Dispatcher>> take() { return std::move(owned_); }

 private:
  const BuildContext& context_;
  PoolNumbers& pools_;
  UpstreamTlsContexts tls_;
  std::map<std::pair<std::string, std::string>, const Dispatcher*> made_;
  std::vector<std::unique_ptr<Dispatcher>> owned_;
};

CompiledOperation::Validation validation_mode(const artifact::Operation& operation) {
  using Mode = CompiledOperation::Validation;
  if (!operation.validation || operation.validation->mode == "enforce") return Mode::kEnforce;
  return operation.validation->mode == "report" ? Mode::kReport : Mode::kOff;
}

bool detailed_validation_logs(const artifact::Operation& operation) {
  return operation.observability &&
         operation.observability->detailed_validation_logs.value_or(false);
}

/// Artifacts of the earlier implementation hold the schemas of OpenAPI 3.0 as they were written.
schema::Dialect stored_dialect(const artifact::Contents& contents) {
  bool any = false;
  for (const artifact::SourceSpec& spec : contents.specs) {
    if (spec.type == "fragment") continue;
    any = true;
    if (!spec.version.starts_with("3.0.")) return schema::Dialect::kDraft202012;
  }
  const bool ours = contents.routes.operations.empty() || !contents.documents.empty();
  return any && !ours ? schema::Dialect::kOpenApi30 : schema::Dialect::kDraft202012;
}

/// Of a place as validation names it.
std::string_view pointer_in(std::string_view schema) { return schema.substr(schema.find('#') + 1); }

std::expected<validation::Validators, StartError> build_validators(
    const artifact::Contents& contents, std::span<const std::vector<std::string>> path_names) {
  auto validators =
      validation::Validators::build(contents.routes, path_names, stored_dialect(contents));
  if (validators) return std::move(*validators);
  const validation::BuildError& error = validators.error().front();
  std::string message = "failed to load schemas";
  if (error.operation < contents.routes.operations.size()) {
    const artifact::Operation& operation = contents.routes.operations[error.operation];
    message += " of " + operation.method + ' ' + operation.path;
  }
  message += ": " + error.message;
  if (!error.place.empty()) message += " (at " + error.place + ')';
  return corrupt(std::move(message));
}

}  // namespace

Snapshot::Snapshot(router::RouteTable routes, validation::Validators validators,
                   std::vector<CompiledOperation> operations,
                   std::vector<std::unique_ptr<Dispatcher>> dispatchers, Documents documents,
                   artifact::SourceMap source_map, Facts facts)
    : routes_(std::move(routes)),
      validators_(std::move(validators)),
      operations_(std::move(operations)),
      dispatchers_(std::move(dispatchers)),
      documents_(std::move(documents)),
      source_map_(std::move(source_map)),
      facts_(std::move(facts)) {}

std::expected<std::unique_ptr<Snapshot>, StartError> Snapshot::build(artifact::Contents contents,
                                                                     BuildContext context) {
  Facts facts = facts_of(contents);
  facts.holds_secrets = !context.resolved.empty();
  auto source_map = artifact::SourceMap::read(contents.source_map);
  if (!source_map) return corrupt("failed to load the source map: " + source_map.error().message);
  std::vector<std::vector<std::string>> path_names;
  for (const artifact::Operation& source : contents.routes.operations) {
    const auto parsed = router::parse_template(source.path);
    if (!parsed) {
      return corrupt("failed to load routes: path '" + source.path +
                     "': " + parsed.error().message);
    }
    path_names.push_back(parsed->parameters());
  }
  auto validators = build_validators(contents, path_names);
  if (!validators) return std::unexpected(validators.error());

  PoolNumbers pools;
  DispatcherPool pool(context, pools);
  const auto mock_texts = std::make_shared<MockTexts>();
  std::vector<CompiledOperation> operations;
  operations.reserve(contents.routes.operations.size());
  for (artifact::Operation& source : contents.routes.operations) {
    const std::size_t index = operations.size();
    const auto dispatcher = pool.get(source.dispatch);
    if (!dispatcher) {
      return std::unexpected(StartError{14, "dispatcher '" + source.dispatch.name + "' of " +
                                                source.method + ' ' + source.path + ": " +
                                                dispatcher.error().message});
    }
    auto mock_answers = MockAnswers::parse(source.mock.text, mock_texts);
    if (!mock_answers) return corrupt("failed to load routes: " + mock_answers.error().message);
    operations.push_back(
        {.path = std::move(source.path),
         .method = http_method(source.method),
         .operation_id = std::move(source.operation_id).value_or(""),
         .spec_file = source.spec_file,
         .api = stem(source.spec_file),
         .parameters = std::move(path_names[index]),
         .chain = chain_of(source, context.plugins, pools),
         .dispatcher = *dispatcher,
         .dispatcher_name = (*dispatcher)->name(),
         .dispatcher_is_module =
             context.plugins.find(source.dispatch.name, source.dispatch.config.text) != nullptr,
         .mock_answers = *std::move(mock_answers),
         .validation = validation_mode(source),
         .detailed_validation_logs = detailed_validation_logs(source),
         .validator = &validators->of(index),
         .deprecated = source.deprecated,
         .sunset = std::move(source.sunset).value_or("")});
  }
  std::vector<router::RouteSpec> routes;
  routes.reserve(operations.size());
  for (const CompiledOperation& operation : operations) {
    routes.push_back({operation.path, operation.method, static_cast<std::uint32_t>(routes.size())});
  }
  auto table = router::RouteTable::build(routes);
  if (!table) return corrupt("failed to load routes: " + table.error().message);
  Documents documents(std::make_move_iterator(contents.documents.begin()),
                      std::make_move_iterator(contents.documents.end()));
  std::unique_ptr<Snapshot> snapshot(
      new Snapshot(std::move(*table), std::move(*validators), std::move(operations), pool.take(),
                   std::move(documents), std::move(*source_map), std::move(facts)));
  snapshot->plugins_ = std::move(context.plugins);
  snapshot->pools_ = pools.take();
  return snapshot;
}

std::optional<artifact::Source> Snapshot::source_of(std::string_view schema) const {
  return source_map_.find(pointer_in(schema));
}

std::string Snapshot::place_of(std::string_view schema) const {
  if (schema.empty()) return {};
  const auto source = source_of(schema);
  if (!source) return std::string(pointer_in(schema));
  return source->file + ':' + std::to_string(source->line) + ':' + std::to_string(source->column);
}

const artifact::ServedDocument* Snapshot::document(std::string_view name) const {
  const auto found = documents_.find(name);
  return found == documents_.end() ? nullptr : &found->second;
}

std::size_t route_count(const Snapshot& snapshot) { return snapshot.route_count(); }
const std::string& artifact_hash(const Snapshot& snapshot) {
  return snapshot.facts().artifact_hash;
}
bool holds_secrets(const Snapshot& snapshot) { return snapshot.facts().holds_secrets; }

}  // namespace barbacane::gateway

#include "gateway/snapshot.h"

#include <utility>

#include "base/text.h"

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

/// Makes each distinct (name, config) once: a spec with a thousand operations mostly has a handful.
class DispatcherPool {
 public:
  base::Result<const Dispatcher*> get(const artifact::PluginUse& use) {
    const auto key = std::make_pair(use.name, use.config.text);
    if (const auto found = made_.find(key); found != made_.end()) return found->second;
    auto dispatcher = make_dispatcher(use.name, use.config.text);
    if (!dispatcher) return std::unexpected(dispatcher.error());
    owned_.push_back(std::move(*dispatcher));
    return made_[key] = owned_.back().get();
  }

  std::vector<std::unique_ptr<Dispatcher>> take() { return std::move(owned_); }

 private:
  std::map<std::pair<std::string, std::string>, const Dispatcher*> made_;
  std::vector<std::unique_ptr<Dispatcher>> owned_;
};

}  // namespace

Snapshot::Snapshot(router::RouteTable routes, std::vector<CompiledOperation> operations,
                   std::vector<std::unique_ptr<Dispatcher>> dispatchers, Documents documents,
                   Facts facts)
    : routes_(std::move(routes)),
      operations_(std::move(operations)),
      dispatchers_(std::move(dispatchers)),
      documents_(std::move(documents)),
      facts_(std::move(facts)) {}

std::expected<std::unique_ptr<Snapshot>, StartError> Snapshot::build(artifact::Contents contents) {
  Facts facts = facts_of(contents);
  DispatcherPool pool;
  std::vector<CompiledOperation> operations;
  operations.reserve(contents.routes.operations.size());
  for (artifact::Operation& source : contents.routes.operations) {
    const auto parsed = router::parse_template(source.path);
    if (!parsed) {
      return corrupt("failed to load routes: path '" + source.path +
                     "': " + parsed.error().message);
    }
    const auto dispatcher = pool.get(source.dispatch);
    if (!dispatcher) {
      return std::unexpected(StartError{14, "dispatcher '" + source.dispatch.name + "' of " +
                                                source.method + ' ' + source.path + ": " +
                                                dispatcher.error().message});
    }
    operations.push_back({.path = std::move(source.path),
                          .method = http_method(source.method),
                          .operation_id = std::move(source.operation_id).value_or(""),
                          .spec_file = source.spec_file,
                          .api = stem(source.spec_file),
                          .parameters = parsed->parameters(),
                          .dispatcher = *dispatcher,
                          .dispatcher_name = (*dispatcher)->name(),
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
  return std::unique_ptr<Snapshot>(new Snapshot(std::move(*table), std::move(operations),
                                                pool.take(), std::move(documents),
                                                std::move(facts)));
}

const artifact::ServedDocument* Snapshot::document(std::string_view name) const {
  const auto found = documents_.find(name);
  return found == documents_.end() ? nullptr : &found->second;
}

std::size_t route_count(const Snapshot& snapshot) { return snapshot.route_count(); }

}  // namespace barbacane::gateway

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "compiler/detail/configs.h"
#include "compiler/detail/stages.h"
#include "compiler/detail/version.h"

namespace barbacane::compiler {

namespace {

enum class Role { kDispatcher, kMiddleware };

struct Use {
  Role role;
  const PluginMention* mention;
  Site site;
};

void report_missing_dispatch(const SpecUnit& unit, const spec::Operation& operation,
                             const OperationExtensions& extensions, Report& report) {
  const Site site = report.operation(unit, operation);
  const bool compiles = report.purpose() == Purpose::kCompile;
  base::Diagnostic diagnostic;
  diagnostic.severity = compiles ? base::Severity::kError : base::Severity::kWarning;
  diagnostic.code = "E1020";
  diagnostic.message =
      compiles ? fmt::format("operation has no x-barbacane-dispatch: {}", site.words)
               : fmt::format("operation {} is missing x-barbacane-dispatch", site.words);
  diagnostic.location = site.location;
  if (extensions.dispatch_malformed) {
    diagnostic.place = member_place(operation.node, "x-barbacane-dispatch");
    diagnostic.hint = "x-barbacane-dispatch needs a 'name': {name: mock}";
  } else {
    diagnostic.place = operation.method_place;
    diagnostic.hint =
        "add for example 'x-barbacane-dispatch: {name: mock}' to the operation, or a "
        "'default_dispatch' to barbacane.yaml";
  }
  report.add(site.unit, std::move(diagnostic));
}

/// Every plugin the specs name, in source order; a global chain once for its spec.
std::vector<Use> collect_uses(const std::vector<SpecUnit>& units, const Report& report) {
  std::vector<Use> uses;
  for (const SpecUnit& unit : units) {
    const auto middlewares = [&](const Site& site, const std::vector<PluginMention>& chain) {
      for (const PluginMention& entry : chain) uses.push_back({Role::kMiddleware, &entry, site});
    };
    const auto one = [&](Role role, const Site& site, const std::optional<PluginMention>& entry) {
      if (entry) uses.push_back({role, &*entry, site});
    };
    const Site root = report.root(unit);
    middlewares(root, unit.root.middlewares);
    one(Role::kMiddleware, root, unit.root.rate_limit);
    for (std::size_t index : in_source_order(*unit.api)) {
      const OperationExtensions& operation = unit.operations[index];
      const Site site = report.operation(unit, unit.api->operations[index]);
      one(Role::kDispatcher, site, operation.dispatch);
      if (operation.middlewares) middlewares(site, *operation.middlewares);
      one(Role::kMiddleware, site, operation.rate_limit);
      one(Role::kMiddleware, site, operation.cache);
    }
  }
  return uses;
}

class Resolution {
 public:
  Resolution(const ProjectManifest& manifest, const PluginResolver& resolve, Catalog catalog,
             Report& report)
      : manifest_(manifest),
        resolve_(resolve),
        catalog_(catalog),
        report_(report),
        configs_(report) {}

  /// E1040, E1023 of native dispatchers, and all that needs no module. Nothing is fetched while a
  /// name is wrong.
  bool check_names(const std::vector<Use>& uses) {
    bool good = true;
    for (const Use& use : uses) {
      const PluginSource* source = manifest_.find(use.mention->name);
      if (source != nullptr) {
        sources_.emplace(source->name, source);
        plugins_.names[use.mention->name] = source->name;
      } else if (const NativePlugin* native = find_native(use.mention->name)) {
        plugins_.names[use.mention->name] = use.mention->name;
        check_use(use, native->version, "dispatcher");
        if (use.role == Role::kDispatcher) {
          configs_.check(use.site, *use.mention, use.mention->name);
        }
      } else if (const CatalogPlugin* plugin = find_plugin(catalog_, use.mention->name)) {
        bundled_.emplace(plugin, place_of(*use.mention));
        plugins_.names[use.mention->name] = plugin->name;
      } else {
        good = false;
        if (undeclared_.insert(use.mention->name).second) report_undeclared(use);
      }
    }
    return good;
  }

  void fetch() {
    for (const auto& [name, source] : sources_) take_in(resolve_(*source), source->place);
    for (const auto& [plugin, place] : bundled_) take_in(resolve_plugin(*plugin), place);
    std::ranges::sort(plugins_.bundled, {}, &artifact::Plugin::name);
  }

  /// E1022, E1023 and E1024 against what was fetched.
  void check_fetched(const std::vector<Use>& uses) {
    for (const Use& use : uses) {
      const auto name = plugins_.names.find(use.mention->name);
      if (name == plugins_.names.end()) continue;
      const auto plugin =
          std::ranges::find(plugins_.bundled, name->second, &artifact::Plugin::name);
      if (plugin == plugins_.bundled.end()) continue;
      check_use(use, plugin->version, plugin->plugin_type);
      if (!unchecked_.contains(name->second)) {
        configs_.check(use.site, *use.mention, name->second);
      }
    }
  }

  Plugins take() { return std::move(plugins_); }

 private:
  void take_in(std::expected<ResolvedPlugin, std::string> resolved,
               const base::SourcePlace& place) {
    if (!resolved) {
      return add_codeless(base::Severity::kError, "plugin resolution error: " + resolved.error(),
                          place);
    }
    for (std::string& warning : resolved->warnings) {
      add_codeless(base::Severity::kWarning, std::move(warning), place);
    }
    const std::string& name = resolved->plugin.name;
    for (const std::string& fault : resolved->faults) {
      report_.add(0, {base::Severity::kError,
                      "E1024",
                      fmt::format("plugin '{}' cannot run: {}", name, fault),
                      {},
                      place,
                      "'barbacane plugin inspect' shows what a module imports and exports",
                      {}});
    }
    if (resolved->config_schema) {
      configs_.add_schema(name, *resolved->config_schema, place);
    } else {
      unchecked_.insert(name);
    }
    plugins_.bundled.push_back(std::move(resolved->plugin));
  }

  void check_use(const Use& use, std::string_view version, std::string_view type) {
    check_version(use, version);
    check_role(use, type);
  }

  void check_version(const Use& use, std::string_view version) {
    const PluginMention& mention = *use.mention;
    if (mention.constraint.empty()) return;
    const auto constraint = VersionConstraint::parse(mention.constraint);
    const auto available = Version::parse(version);
    if (constraint && available && constraint->admits(*available)) return;
    report_.fault(use.site, "E1022",
                  fmt::format("no version of plugin '{}' satisfies '{}', available is {}",
                              mention.name, mention.constraint, version),
                  place_of(mention),
                  constraint ? fmt::format("write '{}' to take the version there is", mention.name)
                             : "a constraint is a version such as 1.2.3, ^1.2.0 or >=1.0.0,<2.0.0");
  }

  void check_role(const Use& use, std::string_view type) {
    const std::string_view wanted = use.role == Role::kDispatcher ? "dispatcher" : "middleware";
    if (type == wanted || (type != "dispatcher" && type != "middleware")) return;
    report_.fault(use.site, "E1024",
                  fmt::format("plugin '{}' is a {} and cannot be used as a {}", use.mention->name,
                              type, wanted),
                  place_of(*use.mention),
                  type == "dispatcher" ? "a dispatcher goes into x-barbacane-dispatch"
                                       : "a middleware goes into x-barbacane-middlewares");
  }

  void report_undeclared(const Use& use) {
    const std::string& name = use.mention->name;
    std::vector<std::string_view> known;
    for (const NativePlugin& plugin : native_plugins()) known.push_back(plugin.name);
    for (const PluginSource& source : manifest_.plugins) known.push_back(source.name);
    for (const CatalogPlugin& plugin : catalog_) known.push_back(plugin.name);
    report_.error(use.site, "E1040",
                  fmt::format("plugin '{}' used in spec but not declared in barbacane.yaml", name),
                  place_of(*use.mention),
                  did_you_mean(name, known,
                               fmt::format("declare it under 'plugins:' of {}: '{}: {{path: "
                                           "./plugins/{}.wasm}}'",
                                           manifest_.path, name, name)));
  }

  void add_codeless(base::Severity severity, std::string message, base::SourcePlace place) {
    report_.add(0, {severity, {}, std::move(message), {}, std::move(place), {}, {}});
  }

  const ProjectManifest& manifest_;
  const PluginResolver& resolve_;
  Catalog catalog_;
  Report& report_;
  Plugins plugins_;
  std::map<std::string, const PluginSource*> sources_;
  std::map<const CatalogPlugin*, base::SourcePlace> bundled_;  ///< where each is first used
  std::set<std::string> undeclared_;
  ConfigCheck configs_;
  std::set<std::string> unchecked_;  ///< fetched and without a schema
};

std::optional<PluginMention> default_mention(const ProjectManifest& manifest) {
  if (!manifest.default_dispatch) return std::nullopt;
  PluginMention result = mention(manifest.default_dispatch->name);
  result.config = manifest.default_dispatch->config;
  result.elsewhere = manifest.default_dispatch->place;
  return result;
}

void check_unit_dispatchers(const SpecUnit& unit, Report& report) {
  for (std::size_t index : in_source_order(*unit.api)) {
    const OperationExtensions& extensions = unit.operations[index];
    if (!extensions.dispatch) {
      report_missing_dispatch(unit, unit.api->operations[index], extensions, report);
    }
  }
}

}  // namespace

Plugins resolve_plugins(std::vector<SpecUnit>& units, const ProjectManifest& manifest,
                        const PluginResolver& resolve, Catalog catalog, Report& report) {
  const std::optional<PluginMention> fallback = default_mention(manifest);
  for (SpecUnit& unit : units) {
    for (OperationExtensions& operation : unit.operations) {
      if (!operation.dispatch && !operation.dispatch_malformed) operation.dispatch = fallback;
    }
    check_unit_dispatchers(unit, report);
  }
  Resolution resolution(manifest, resolve, catalog, report);
  const std::vector<Use> uses = collect_uses(units, report);
  const bool names_are_good = resolution.check_names(uses);
  if (names_are_good) {
    resolution.fetch();
    resolution.check_fetched(uses);
  }
  return resolution.take();
}

void check_dispatchers(const SpecUnit& unit, Report& report) {
  if (unit.api) check_unit_dispatchers(unit, report);
}

}  // namespace barbacane::compiler

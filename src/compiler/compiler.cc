#include "compiler/compiler.h"

#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "compiler/detail/source_map.h"
#include "compiler/detail/stages.h"
#include "compiler/detail/workspace.h"
#include "compiler/documents.h"
#include "compiler/fragments.h"

namespace barbacane::compiler {

namespace {

using Opened = std::expected<const spec::Document*, base::Diagnostic>;

SpecUnit unit_of(std::size_t index, const std::string& path) {
  SpecUnit unit;
  unit.index = index;
  unit.path = path;
  unit.file = path.substr(path.find_last_of('/') + 1);
  return unit;
}

/// Fragments beside the specs that refer to them are no specs of their own.
void set_parts_aside(const std::filesystem::path& root, std::vector<std::string>& specs,
                     std::vector<Opened>& opened) {
  std::vector<const spec::Document*> files;
  for (const Opened& file : opened) files.push_back(file.value_or(nullptr));
  const std::vector<bool> parts = find_parts(root, files);
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (!parts[i]) continue;
    specs.erase(specs.begin() + static_cast<std::ptrdiff_t>(i));
    opened.erase(opened.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

base::Diagnostic plain_error(std::string code, std::string message) {
  base::Diagnostic diagnostic;
  diagnostic.code = std::move(code);
  diagnostic.message = std::move(message);
  return diagnostic;
}

/// Reads what was opened, or reports why it could not be.
void read_opened(spec::Project& project, Opened opened, SchemaTable& schemas, SpecUnit& unit,
                 Report& report) {
  if (!opened) {
    base::Diagnostic& problem = opened.error();
    if (problem.code != "E1000") {
      problem.location = report.root(unit).location;
    } else if (report.purpose() == Purpose::kCompile) {
      problem =
          plain_error({}, fmt::format("I/O error: failed to read {}: {}", unit.path, problem.hint));
    } else if (!problem.hint.empty()) {
      problem = plain_error("E1000", fmt::format("failed to read {}: {}", unit.path, problem.hint));
    }
    report.add(unit.index, std::move(problem));
    return;
  }
  read_spec(project, **opened, schemas, unit, report);
}

/// The schemas of one spec, without the plugins that would make its operations complete.
void validate_schemas(const spec::Project& project, const SpecUnit& unit, SchemaTable& schemas,
                      Report& report) {
  const std::span units(&unit, 1);
  const auto routes = build_routes(project, units, {}, {}, schemas);
  if (!routes) return report.add(unit.index, plain_error({}, routes.error().message));
  check_schemas(units, *routes, schemas, report);
}

/// One compilation behind the opened specs.
class Pipeline {
 public:
  Pipeline(std::shared_ptr<Workspace> workspace, PlaintextUpstreams plaintext, SealRequest seal,
           PluginResolver resolver, Catalog catalog, Environment environment)
      : workspace_(std::move(workspace)),
        plaintext_(plaintext),
        seal_(std::move(seal)),
        resolver_(std::move(resolver)),
        catalog_(catalog),
        environment_(environment),
        schemas_(project()) {}

  CompileOutcome run(std::vector<SpecUnit> units, std::vector<Opened> opened) {
    units_ = std::move(units);
    CompileOutcome outcome;
    auto archive = travel(std::move(opened), outcome);
    if (!archive) {
      report_.add(0, plain_error({}, std::move(archive.error().message)));
    }
    if (archive) outcome.archive = std::move(*archive);
    outcome.diagnostics = report_.take();
    outcome.sources = std::move(workspace_);
    return outcome;
  }

 private:
  spec::Project& project() { return *workspace_->projects.front(); }

  /// The archive; empty when a stage reported an error, which ends the journey.
  base::Result<std::string> travel(std::vector<Opened> opened, CompileOutcome& outcome) {
    std::string stopped;
    if (auto names = check_file_names(units_); !names) return std::unexpected(names.error());
    for (std::size_t i = 0; i < units_.size(); ++i) {
      read_opened(project(), std::move(opened[i]), schemas_, units_[i], report_);
    }
    check_documents(project(), units_, report_);
    if (!report_.end_stage()) return stopped;

    for (SpecUnit& unit : units_) read_extensions(unit, report_);
    check_paths(units_, report_);
    if (!report_.end_stage()) return stopped;

    Plugins plugins = resolve_plugins(units_, workspace_->manifest, resolver_, catalog_, report_);
    if (!report_.end_stage()) return stopped;

    check_security(units_, plaintext_, report_);
    if (!report_.end_stage()) return stopped;

    check_limits(units_, report_);
    const artifact::Mcp server = mcp_server(units_);
    check_mcp(units_, server, report_);
    if (!report_.end_stage()) return stopped;

    return pack(std::move(plugins), server, outcome);
  }

  base::Result<std::string> pack(Plugins plugins, const artifact::Mcp& server,
                                 CompileOutcome& outcome) {
    auto routes = build_routes(project(), units_, plugins, server, schemas_);
    if (!routes) return std::unexpected(routes.error());
    add_query_keys(units_, project(), *routes);
    check_schemas(units_, *routes, schemas_, report_);
    if (!report_.end_stage()) return std::string();
    auto answers = prepare_mock_answers(units_, project(), schemas_, *routes, report_);
    if (!answers) return std::unexpected(answers.error());
    auto specs = source_specs(units_, project());
    if (!specs) return std::unexpected(specs.error());
    outcome.spec_count = units_.size();
    outcome.route_count = routes->operations.size();
    outcome.plugin_count = plugins.bundled.size();
    seal_.contents.source_map = write_source_map(project(), units_, schemas_);
    seal_.contents.manifest.mcp = server;
    seal_.contents.routes = std::move(*routes);
    seal_.contents.specs = std::move(*specs);
    seal_.contents.plugins = std::move(plugins.bundled);
    std::vector<spec::Api> apis;  // nothing reads the units any more
    for (SpecUnit& unit : units_) apis.push_back(std::move(*unit.api));
    seal_.contents.documents = build_documents(apis);
    return seal_artifact(std::move(seal_), environment_);
  }

  std::shared_ptr<Workspace> workspace_;
  PlaintextUpstreams plaintext_;
  SealRequest seal_;
  PluginResolver resolver_;
  Catalog catalog_;
  Environment environment_;
  Report report_{Purpose::kCompile};
  SchemaTable schemas_;
  std::vector<SpecUnit> units_;
};

CompileOutcome setup_failure(std::shared_ptr<Workspace> workspace, SetupError error) {
  CompileOutcome outcome;
  outcome.setup_error = std::move(error);
  outcome.sources = std::move(workspace);
  return outcome;
}

}  // namespace

CompileOutcome compile(const CompileRequest& request) {
  auto workspace = std::make_shared<Workspace>();
  auto manifest = load_manifest(request.manifest);
  if (!manifest) return setup_failure(workspace, std::move(manifest.error()));
  workspace->manifest = std::move(*manifest);
  std::vector<std::string> specs = request.specs;
  if (specs.empty()) {
    auto discovered = discover_specs(workspace->manifest);
    if (!discovered) return setup_failure(workspace, std::move(discovered.error()));
    specs = std::move(*discovered);
  }
  for (const std::string& path : specs) {
    if (!exists(path)) return setup_failure(workspace, {"spec file not found: " + path});
  }
  workspace->projects.push_back(std::make_unique<spec::Project>(workspace->manifest.directory));
  std::vector<SpecUnit> units;
  std::vector<Opened> opened;
  for (const std::string& path : specs) opened.push_back(workspace->projects.front()->open(path));
  if (request.specs.empty()) set_parts_aside(workspace->manifest.directory, specs, opened);
  for (const std::string& path : specs) units.push_back(unit_of(units.size(), path));
  const ProjectManifest& declared = workspace->manifest;
  const auto resolver = [&declared, cache = request.downloads](const PluginSource& source) {
    return resolve_plugin(source, declared, cache);
  };
  SealRequest seal{
      .contents = {}, .provenance = request.provenance, .compression = request.compression};
  Pipeline pipeline(workspace, request.plaintext, std::move(seal), resolver, request.catalog,
                    Environment::kRead);
  return pipeline.run(std::move(units), std::move(opened));
}

CompileOutcome compile_texts(const TextRequest& request) {
  auto workspace = std::make_shared<Workspace>();
  auto manifest = parse_manifest("barbacane.yaml",
                                 request.manifest.empty() ? "plugins: {}\n" : request.manifest, {});
  if (!manifest) return setup_failure(workspace, std::move(manifest.error()));
  workspace->manifest = std::move(*manifest);
  workspace->projects.push_back(std::make_unique<spec::Project>("/dev/null/nowhere"));
  std::vector<SpecUnit> units;
  std::vector<Opened> opened;
  for (const SpecText& spec : request.specs) {
    units.push_back(unit_of(units.size(), spec.path));
    opened.push_back(workspace->projects.front()->add(spec.path, spec.text));
  }
  const auto no_resolver =
      [](const PluginSource& source) -> std::expected<ResolvedPlugin, std::string> {
    return std::unexpected(
        fmt::format("plugin '{}' cannot be fetched while compiling from memory", source.name));
  };
  Pipeline pipeline(workspace, request.plaintext, {}, no_resolver, request.catalog,
                    Environment::kIgnore);
  return pipeline.run(std::move(units), std::move(opened));
}

ValidateOutcome validate(const std::vector<std::string>& specs) {
  auto workspace = std::make_shared<Workspace>();
  Report report(Purpose::kValidate);
  std::vector<SpecUnit> units;
  std::vector<std::unique_ptr<SchemaTable>> tables;
  for (const std::string& path : specs) {
    SpecUnit unit = unit_of(units.size(), path);
    std::filesystem::path root = std::filesystem::path(path).parent_path();
    if (root.empty()) root = ".";
    auto& project = *workspace->projects.emplace_back(std::make_unique<spec::Project>(root));
    SchemaTable& schemas = *tables.emplace_back(std::make_unique<SchemaTable>(project));
    if (!exists(path)) {
      report.add(unit.index, plain_error("E1000", "file not found: " + path));
    } else {
      read_opened(project, project.open(path), schemas, unit, report);
    }
    units.push_back(std::move(unit));
  }
  for (const SpecUnit& unit : units) {
    check_documents(*workspace->projects[unit.index], std::span(&unit, 1), report);
  }
  report.end_stage();
  for (SpecUnit& unit : units) {
    if (report.failed(unit.index)) continue;
    read_extensions(unit, report);
    check_dispatchers(unit, report);
  }
  check_paths(units, report);
  report.end_stage();
  for (const SpecUnit& unit : units) {
    if (report.failed(unit.index)) continue;
    validate_schemas(*workspace->projects[unit.index], unit, *tables[unit.index], report);
  }
  report.end_stage();

  ValidateOutcome outcome;
  for (const SpecUnit& unit : units) {
    outcome.specs.push_back({unit.path, report.take(unit.index)});
  }
  outcome.sources = std::move(workspace);
  return outcome;
}

}  // namespace barbacane::compiler

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "app/bundled_plugins.h"
#include "app/command_line.h"
#include "app/compile_report.h"
#include "app/issue_document.h"
#include "app/progress.h"
#include "base/file.h"
#include "compiler/compiler.h"
#include "compiler/manifest.h"

/// `barbacane compile`: cli.md, section 4.
namespace barbacane::app {

namespace {

using base::Diagnostic;
using base::Severity;
using compiler::CompileOutcome;

struct CompileFlags {
  std::vector<std::string> specs;
  std::string output;
  std::string manifest;
  std::string format = "text";
  bool allow_plaintext = false;
  bool no_cache = false;
  bool no_bundled_plugins = false;
  artifact::Provenance provenance;
};

std::optional<int> parse(Arguments arguments, CompileFlags& flags) {
  CommandLine line("barbacane compile", "Check specs and seal them into an artifact",
                   "barbacane compile --manifest barbacane.yaml --output api.bca\n"
                   "barbacane compile -m barbacane.yaml -s users.yaml orders.yaml -o api.bca");
  using enum CommandLine::Need;
  line.texts("--spec,-s", flags.specs, "FILE",
             "Specs to compile, instead of the manifest's folder");
  line.text("--output,-o", flags.output, "FILE", "The artifact to write", kRequired);
  line.text("--manifest,-m", flags.manifest, "FILE", "The project's barbacane.yaml", kRequired);
  line.choice("--format", flags.format, {"text", "json"},
              "How problems are reported; json goes to standard output");
  line.flag("--allow-plaintext", flags.allow_plaintext,
            "Accept upstreams with http:// URLs (no E1031)");
  line.optional_text("--provenance-commit", flags.provenance.commit, "TEXT",
                     "Commit the specs come from, kept in the artifact");
  line.optional_text("--provenance-source", flags.provenance.source, "TEXT",
                     "Repository or pipeline the specs come from, kept in the artifact");
  line.flag("--no-cache", flags.no_cache, "Neither read nor write the plugin download cache");
  line.flag("--no-bundled-plugins", flags.no_bundled_plugins, kNoBundledPluginsHelp);
  return line.parse(arguments);
}

/// The specs that were compiled: as typed, or those of the manifest's folder.
std::vector<std::string> spec_files(const CompileFlags& flags) {
  if (!flags.specs.empty()) return flags.specs;
  const auto manifest = compiler::load_manifest(flags.manifest);
  if (!manifest) return {};
  return compiler::discover_specs(*manifest).value_or(std::vector<std::string>{});
}

/// Problems by file: the specs come first, in their order, with or without problems. When an error
/// stands elsewhere, in the manifest or a referenced file, a spec without problems is left out:
/// nobody can say that it is valid.
std::vector<FileIssues> by_file(const CompileFlags& flags, const CompileOutcome& outcome) {
  std::vector<FileIssues> files;
  for (const std::string& spec : spec_files(flags)) files.push_back({spec, {}});
  const std::size_t spec_count = files.size();
  const auto add = [&](const std::string& name, const Diagnostic& diagnostic) {
    auto found = std::ranges::find(files, name, &FileIssues::file);
    if (found == files.end()) found = files.insert(files.end(), FileIssues{name, {}});
    found->diagnostics.push_back(diagnostic);
  };
  if (outcome.setup_error) {
    Diagnostic diagnostic;
    diagnostic.message = outcome.setup_error->message;
    add(flags.manifest, diagnostic);
  }
  for (const Diagnostic& diagnostic : outcome.diagnostics) {
    add(diagnostic.place.file.empty() ? flags.manifest : diagnostic.place.file, diagnostic);
  }
  const auto stopped = [](const FileIssues& file) { return base::has_errors(file.diagnostics); };
  if (std::any_of(files.begin() + static_cast<std::ptrdiff_t>(spec_count), files.end(), stopped)) {
    std::erase_if(files, [](const FileIssues& file) { return file.diagnostics.empty(); });
  }
  return files;
}

CompileOutcome compile(const CompileFlags& flags) {
  using enum compiler::PlaintextUpstreams;
  using compiler::DownloadCache;
  const Progress progress("compiling");
  return compiler::compile({
      .manifest = flags.manifest,
      .specs = flags.specs,
      .plaintext = flags.allow_plaintext ? kAllow : kRefuse,
      .downloads = flags.no_cache ? DownloadCache::kIgnore : DownloadCache::kUse,
      .catalog = catalog_for(flags.no_bundled_plugins),
      .provenance = flags.provenance,
  });
}

std::string success_text(const CompileOutcome& outcome, const std::string& output) {
  std::string text = fmt::format("compiled {} spec(s) to {} ({} routes", outcome.spec_count, output,
                                 outcome.route_count);
  if (outcome.plugin_count > 0) text += fmt::format(", {} plugin(s) bundled", outcome.plugin_count);
  return text + ")";
}

}  // namespace

int run_compile(Arguments arguments) {
  CompileFlags flags;
  if (const auto exit = parse(arguments, flags)) return *exit;

  const CompileOutcome outcome = compile(flags);
  if (flags.format == "json") {
    fmt::print(stdout, "{}", issue_document(by_file(flags, outcome), IssuePlaces::kShow));
  } else {
    fmt::print(stderr, "{}", diagnostics_text(outcome));
  }
  if (outcome.setup_error) {
    fmt::print(stderr, "error: {}\n", outcome.setup_error->message);
    return kFailure;
  }
  if (!outcome.ok()) {
    fmt::print(stderr, "error: compilation failed: {}\n", first_error(outcome));
    return kFailure;
  }
  if (const auto written = base::write_file_atomically(flags.output, outcome.archive); !written) {
    fmt::print(stderr, "error: compilation failed: I/O error: failed to write {}: {}\n",
               flags.output, written.error().message);
    return kFailure;
  }
  fmt::print(stderr, "{}\n", success_text(outcome, flags.output));
  return kSuccess;
}

}  // namespace barbacane::app

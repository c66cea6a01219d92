#include "app/existing_spec.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/diagnostic_text.h"
#include "compiler/fragments.h"
#include "spec/api.h"
#include "spec/document.h"

namespace barbacane::app {

namespace {

namespace fs = std::filesystem;

std::string with_place(const base::Diagnostic& problem) {
  std::string text = problem.message;
  if (problem.place.position.known()) {
    text += fmt::format(" at line {} column {}", problem.place.position.line,
                        problem.place.position.column);
  }
  if (!problem.hint.empty()) text += "; " + problem.hint;
  return text;
}

/// Nothing when the description is one; else what is wrong.
std::string objection(const spec::ReadResult& result) {
  if (result.api && result.api->kind == spec::ApiKind::kAsyncApi)
    return "it is an AsyncAPI document";
  if (result.api && result.api->version.starts_with("3.")) return {};
  return result.diagnostics.empty() ? "it has no version" : with_place(result.diagnostics.front());
}

/// A value for a path or query parameter, as its author or its type suggests.
std::string value_for(spec::Project& project, const spec::Parameter& parameter) {
  const auto scalar = [](const spec::Node* node) {
    return node != nullptr && (node->is_string() || node->is_number()) && !node->text().empty();
  };
  if (const spec::Node* example = parameter.node->find("example"); scalar(example)) {
    return std::string(example->text());
  }
  const auto resolved = parameter.schema ? project.resolve(parameter.schema)
                                         : std::expected<spec::NodeRef, base::Diagnostic>();
  if (!resolved || !*resolved) return "1";
  const spec::NodeRef schema = *resolved;
  for (std::string_view keyword : {"example", "default", "const", "minimum"}) {
    if (const spec::Node* value = schema->find(keyword); scalar(value)) {
      return std::string(value->text());
    }
  }
  if (const spec::Node* values = schema->find("enum")) {
    const auto found = std::ranges::find_if(values->items(), scalar);
    if (found != values->items().end()) return std::string((*found)->text());
  }
  const auto says = [&](std::string_view keyword, std::string_view word) {
    const spec::Node* value = schema->find(keyword);
    return value != nullptr && value->text() == word;
  };
  if (says("format", "uuid")) return "3fa85f64-5717-4562-b3fc-2c963f66afa6";
  if (says("format", "date")) return "2024-05-17";
  if (says("format", "date-time")) return "2024-05-17T09:30:00Z";
  if (says("type", "boolean")) return "true";
  return says("type", "string") ? "example" : "1";
}

void append_encoded(std::string& out, std::string_view text) {
  for (char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~:").contains(c);
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
}

std::string target_of(spec::Project& project, const spec::Operation& operation) {
  const auto value_of = [&](std::string_view name) -> std::string {
    const auto found = std::ranges::find_if(operation.parameters, [&](const auto& parameter) {
      return parameter.location == "path" && parameter.name == name;
    });
    return found == operation.parameters.end() ? "1" : value_for(project, *found);
  };
  std::string out;
  std::string_view rest = operation.path;
  for (std::size_t open = rest.find('{'); open != rest.npos; open = rest.find('{')) {
    const std::size_t close = rest.find('}', open);
    if (close == rest.npos) break;
    out += rest.substr(0, open);
    std::string_view name = rest.substr(open + 1, close - open - 1);
    if (name.ends_with('+')) name.remove_suffix(1);
    append_encoded(out, value_of(name));
    rest.remove_prefix(close + 1);
  }
  out += rest;
  char separator = '?';
  for (const spec::Parameter& parameter : operation.parameters) {
    if (parameter.location != "query" || !parameter.required) continue;
    out += std::exchange(separator, '&');
    append_encoded(out, parameter.name);
    out += '=';
    append_encoded(out, value_for(project, parameter));
  }
  return out;
}

/// The GET that asks least of whoever tries it.
std::string example_target(spec::Project& project, const spec::Api& api) {
  const spec::Operation* best = nullptr;
  std::size_t best_cost = 0;
  for (const spec::Operation& operation : api.operations) {
    if (operation.method != "GET") continue;
    std::size_t cost = 0;
    for (const spec::Parameter& parameter : operation.parameters) {
      if (!parameter.required) continue;
      cost += parameter.location == "path" ? 1 : parameter.location == "query" ? 10 : 1000;
    }
    if (best != nullptr && cost >= best_cost) continue;
    best = &operation;
    best_cost = cost;
  }
  return best == nullptr || best_cost >= 1000 ? std::string() : target_of(project, *best);
}

/// What the specs folder takes for a spec has one of three endings.
std::string file_name(const std::string& path, const spec::Document& description) {
  const fs::path name = fs::path(path).filename();
  const fs::path extension = name.extension();
  if (extension == ".yaml" || extension == ".yml" || extension == ".json") return name.string();
  return name.string() + (description.is_json() ? ".json" : ".yaml");
}

std::string cannot_follow(const std::string& path, std::size_t count) {
  return fmt::format(
      "{} of {} cannot be followed, and the project would not compile: nothing was created. All "
      "files of a description have to lie in its folder or below",
      count == 1 ? "a reference" : fmt::format("{} references", count), path);
}

std::string excerpts(const spec::Project& project, const std::vector<base::Diagnostic>& problems) {
  base::DiagnosticText text([&](std::string_view file) { return project.text(file); },
                            base::colours_for(STDERR_FILENO));
  std::string all;
  for (const base::Diagnostic& problem : problems) all += text.render(problem);
  return all;
}

}  // namespace

std::expected<ExistingSpec, RefusedSpec> read_existing_spec(const std::string& path) {
  const auto refused = [](std::string message, std::string excerpts = {}) {
    return std::unexpected(RefusedSpec{std::move(message), std::move(excerpts)});
  };
  std::error_code error;
  // References start from where the file really lies.
  const fs::path real = fs::canonical(path, error);
  if (error) return refused(fmt::format("cannot read {}: {}", path, error.message()));
  const fs::path folder =
      fs::is_symlink(path, error) ? real.parent_path() : fs::path(path).parent_path();
  spec::Project project(folder);
  const auto opened = project.open(path);
  if (!opened && opened.error().code == "E1000") {
    return refused(fmt::format("cannot read {}: {}", path, opened.error().hint));
  }
  constexpr auto kNone = "{} is not an OpenAPI 3.x description: {}";
  if (!opened) return refused(fmt::format(kNone, path, with_place(opened.error())));
  const spec::Document& description = **opened;
  const spec::ReadResult result = spec::read_api(project, description);
  if (const std::string why = objection(result); !why.empty()) {
    return refused(fmt::format(kNone, path, why));
  }
  const auto broken = compiler::broken_references(project, result);
  if (!broken.empty()) {
    return refused(cannot_follow(path, broken.size()), excerpts(project, broken));
  }

  ExistingSpec found;
  found.operations = result.api->operations.size();
  found.example_target = example_target(project, *result.api);
  found.files.push_back({file_name(path, description), description.text()});
  const compiler::Fragments fragments = compiler::fragments_of(project, description);
  for (const base::Diagnostic& problem : fragments.problems) {
    found.warnings.push_back(fmt::format("{}: {}", problem.location, with_place(problem)));
  }
  for (const spec::Document* file : fragments.files) {
    found.files.push_back({project.relative_path(*file), file->text()});
  }
  return found;
}

}  // namespace barbacane::app

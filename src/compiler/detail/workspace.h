#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/compiler.h"
#include "compiler/manifest.h"
#include "spec/document.h"

/// Everything that was read in one run, kept as long as somebody holds its diagnostics.
namespace barbacane::compiler {

struct Workspace final : Sources {
  ProjectManifest manifest;
  /// One for a compilation; one a spec for `validate`, each with its own root.
  std::vector<std::unique_ptr<spec::Project>> projects;

  std::optional<std::string_view> text(std::string_view file) const override {
    for (const auto& project : projects) {
      if (auto found = project->text(file)) return found;
    }
    if (manifest.document && manifest.document->path() == file) return manifest.document->text();
    return std::nullopt;
  }

  std::vector<std::string> files() const override {
    std::vector<std::string> files;
    for (const auto& project : projects) {
      for (const spec::Document* document : project->documents()) files.push_back(document->path());
    }
    return files;
  }
};

}  // namespace barbacane::compiler

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The files `barbacane init` writes (cli.md, section 2). Both templates compile unchanged.
namespace barbacane::app {

struct ProjectPlugin {
  std::string name;
  std::string file;  ///< below plugins/
};

/// `specs/api.yaml` of the template; nothing for an unknown name.
std::optional<std::string_view> template_spec(std::string_view name);

/// What answers operations that name no dispatcher.
enum class DefaultAnswers { kNone, kFromSpec };

/// `barbacane.yaml` declaring the plugins that were fetched.
std::string project_manifest(const std::vector<ProjectPlugin>& plugins, DefaultAnswers answers);

/// `.gitignore`.
std::string_view project_gitignore();

}  // namespace barbacane::app

#pragma once

#include <filesystem>
#include <string>

/// The modules of golden cases, from text files beside their name.
namespace barbacane::golden {

/// A module as `NAME.module` describes it, one thing a line:
///
///   import barbacane host_log (i32, i32, i32)
///   export init (i32, i32) -> i32
///   memory 1
///   section barbacane_config_schema schema.json
///
/// Exported functions do nothing; the memory is exported; sections are files of the same folder.
std::string module_of_description(const std::filesystem::path& file);

/// The least module of the type a `plugin.toml` names, for cases that are not about modules.
std::string module_of_manifest(const std::filesystem::path& file);

}  // namespace barbacane::golden

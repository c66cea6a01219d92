#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "base/diagnostic.h"
#include "spec/api.h"
#include "spec/document.h"

/// The files a description is made of.
///
/// Compiling follows the references its operations reach; here every `$ref` is followed, wherever
/// it stands, so that a copy of the files is complete.
namespace barbacane::compiler {

struct Fragments {
  /// The files referred to, directly or by one another, without the description itself. They belong
  /// to the project.
  std::vector<const spec::Document*> files;
  /// One for each reference to a file that is not there, is no YAML or JSON, or lies outside the
  /// project. Whether that matters depends on who needs it: examples may hold anything.
  std::vector<base::Diagnostic> problems;
};

Fragments fragments_of(spec::Project& project, const spec::Document& description);

/// The references that compiling will stumble over: what the operations reach and cannot be
/// followed (E1003), or is a file that cannot be read (E1002).
std::vector<base::Diagnostic> broken_references(spec::Project& project,
                                                const spec::ReadResult& description);

/// Whether a document says of itself that it is a description, of whatever kind and version.
bool is_description(const spec::Document& document);

/// Which files of a specs folder are no specs but parts of a description beside them: they say of
/// themselves no version, and one of those that do refers to them. `files` are null where one could
/// not be read; `root` is the project's.
std::vector<bool> find_parts(const std::filesystem::path& root,
                             std::span<const spec::Document* const> files);

}  // namespace barbacane::compiler

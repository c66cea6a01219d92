#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// The way from the root of the file system to a file, link by link.
///
/// What a path means can change in every folder on its way: the file is renamed, a symbolic link is
/// turned to another target (as Kubernetes publishes volumes), a folder is moved. Who wants to know
/// of a change has to look at each of these places.
namespace barbacane::app {

/// A name in a folder that itself has no links on its way.
struct Place {
  std::string folder;
  std::string name;

  friend auto operator<=>(const Place&, const Place&) = default;
};

struct PathRoute {
  std::vector<Place> turns;          ///< links on the way, and the folder where it breaks off
  std::vector<std::string> folders;  ///< every real folder passed, without the root
  /// Where the file lies, or would lie; its folder is empty when the way breaks off before.
  Place end;

  friend bool operator==(const PathRoute&, const PathRoute&) = default;
};

/// Of an absolute path. Reads links, never fails: what cannot be looked at does not exist.
PathRoute route_to(const std::filesystem::path& path);

}  // namespace barbacane::app

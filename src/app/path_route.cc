#include "app/path_route.h"

#include <deque>
#include <system_error>

namespace barbacane::app {

namespace {

namespace fs = std::filesystem;

/// As the kernel's; a ring of links ends here.
constexpr int kMostLinks = 40;

void put_in_front(std::deque<fs::path>& parts, const fs::path& path) {
  const fs::path relative = path.relative_path();
  parts.insert(parts.begin(), relative.begin(), relative.end());
}

}  // namespace

PathRoute route_to(const fs::path& path) {
  PathRoute route;
  std::deque<fs::path> rest;
  put_in_front(rest, path);
  fs::path folder = "/";
  int links = 0;
  while (!rest.empty()) {
    const fs::path part = rest.front();
    rest.pop_front();
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      folder = folder.parent_path();
      continue;
    }
    const Place place{folder, part};
    std::error_code error;
    const fs::file_status status = fs::symlink_status(folder / part, error);
    if (fs::is_symlink(status) && ++links <= kMostLinks) {
      route.turns.push_back(place);
      const fs::path target = fs::read_symlink(folder / part, error);
      if (target.is_absolute()) folder = "/";
      put_in_front(rest, target);
      continue;
    }
    if (rest.empty()) {
      route.end = place;
    } else if (fs::exists(status)) {
      folder /= part;
      route.folders.push_back(folder);
    } else {
      route.turns.push_back(place);
      break;
    }
  }
  return route;
}

}  // namespace barbacane::app

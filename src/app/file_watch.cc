#include "app/file_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace barbacane::app {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using How = FileWatch::Change::How;
using What = FileWatch::Change::What;

/// Something happened to a name in the folder, or to the folder itself.
constexpr std::uint32_t kNames =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;
constexpr std::uint32_t kItself = IN_MOVE_SELF | IN_DELETE_SELF;
/// A path that changes while it is looked up is looked up again, but not for ever.
constexpr int kMostLooks = 10;

/// A new name is a complete file at once when it is a link of either kind; else its writer is only
/// beginning.
bool is_complete(const fs::path& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return false;
  return S_ISLNK(info.st_mode) || (S_ISREG(info.st_mode) && info.st_nlink > 1);
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

void note(std::map<fs::path, FileWatch::Change>& changes, const FileWatch::Change& change) {
  const auto [entry, fresh] = changes.emplace(change.path, change);
  // Half-written weighs more than replaced: who reads it has to wait.
  if (!fresh) entry->second.how = std::min(entry->second.how, change.how);
}

/// `visit` gets each folder of the tree and its path from the tree's own.
template <class Visit>
void for_each_folder(const fs::path& root, const Visit& visit) {
  visit(root, fs::path());
  std::error_code error;
  fs::recursive_directory_iterator entry(root, fs::directory_options::skip_permission_denied,
                                         error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (entry->is_symlink(unknown) || !entry->is_directory(unknown)) continue;
    if (entry->path().filename().native().starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    visit(entry->path(), entry->path().lexically_relative(root));
  }
}

}  // namespace

struct FileWatch::Event {
  std::uint32_t mask;
  std::string name;

  bool about_names() const { return (mask & kNames) != 0; }
  bool about_folder() const { return (mask & IN_ISDIR) != 0; }
  bool created() const { return (mask & IN_CREATE) != 0; }
  What what() const { return about_folder() ? What::kFolder : What::kFile; }
  How how() const { return (mask & IN_CLOSE_WRITE) != 0 ? How::kWritten : How::kReplaced; }
};

base::Result<std::unique_ptr<FileWatch>> FileWatch::create() {
  const int wake_up = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_up < 0) return base::fail(std::strerror(errno));
  return std::unique_ptr<FileWatch>(new FileWatch(wake_up));
}

FileWatch::~FileWatch() {
  if (events_ >= 0) ::close(events_);
  ::close(wake_up_);
}

base::Result<> FileWatch::watch(std::vector<Target> targets) {
  // Instances are few on many systems, and who watches nothing needs none.
  if (events_ < 0 && !targets.empty()) {
    events_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (events_ < 0 && errno == EMFILE) {
      return base::fail("the system has no more inotify instances (fs.inotify.max_user_instances)");
    }
    if (events_ < 0) return base::fail(std::strerror(errno));
  }
  targets_ = std::move(targets);
  return follow_plan();
}

FileWatch::Plan FileWatch::make_plan() const {
  Plan plan;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    std::error_code error;
    const PathRoute route = route_to(fs::absolute(targets_[i].path, error));
    for (const std::string& folder : route.folders) plan.folders[folder] |= kItself;
    for (const Place& turn : route.turns) {
      plan.folders[turn.folder] |= kNames | kItself;
      plan.places[turn].push_back({i, Plan::Use::Role::kTurn});
    }
    if (route.end.folder.empty()) continue;
    plan.folders[route.end.folder] |= kNames | kItself;
    plan.places[route.end].push_back({i, Plan::Use::Role::kItself});
    if (targets_[i].kind != Target::Kind::kTree) continue;
    const fs::path root = fs::path(route.end.folder) / route.end.name;
    if (!fs::is_directory(root, error)) continue;
    for_each_folder(root, [&](const fs::path& folder, const fs::path& below) {
      plan.folders[folder] |= kNames | kItself;
      plan.trees[folder].push_back(below.empty() ? targets_[i].path : targets_[i].path / below);
    });
  }
  return plan;
}

base::Result<> FileWatch::follow_plan() {
  base::Result<> done;
  plan_ = make_plan();
  for (int look = 0; look < kMostLooks; ++look) {
    done = watch_folders();
    // Only what was still so after the watches stood has been seen whole.
    Plan now = make_plan();
    if (now == plan_) break;
    plan_ = std::move(now);
  }
  identities_.clear();
  for (const Target& target : targets_) identities_.push_back(identity_of(target));
  return done;
}

base::Result<> FileWatch::watch_folders() {
  base::Result<> done;
  std::map<int, std::vector<std::string>> watched;
  for (const auto& [folder, mask] : plan_.folders) {
    const int watch = ::inotify_add_watch(events_, folder.c_str(), mask | IN_MASK_ADD | IN_ONLYDIR);
    if (watch >= 0) {
      watched[watch].push_back(folder);
    } else if (mask != kItself && errno != ENOENT && errno != ENOTDIR) {
      // A folder that is only passed may be closed to us; one that is gone is another plan.
      done = base::fail(fmt::format("cannot watch {}: {}", folder,
                                    errno == ENOSPC ? "the system has no more inotify watches "
                                                      "(fs.inotify.max_user_watches)"
                                                    : std::strerror(errno)));
    }
  }
  for (const auto& [watch, folders] : watched_) {
    if (!watched.contains(watch)) ::inotify_rm_watch(events_, watch);
  }
  watched_ = std::move(watched);
  return done;
}

FileWatch::Identity FileWatch::identity_of(const Target& target) {
  struct stat info{};
  if (::stat(target.path.c_str(), &info) != 0) return {};
  // Of a folder only which one it is: what is in it has events of its own.
  if (S_ISDIR(info.st_mode)) return {info.st_dev, info.st_ino, 0, 0};
  return {info.st_dev, info.st_ino, static_cast<std::uint64_t>(info.st_size),
          info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec};
}

std::vector<FileWatch::Change> FileWatch::wait(std::optional<std::chrono::milliseconds> at_most) {
  const auto deadline = at_most ? Clock::now() + *at_most : Clock::time_point::max();
  while (true) {
    int limit = -1;
    if (at_most) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      limit = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
    }
    std::array<pollfd, 2> ready{{{events_, POLLIN, 0}, {wake_up_, POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), limit) < 0 && errno != EINTR) return {};
    std::uint64_t woken = 0;
    const bool wake = ::read(wake_up_, &woken, sizeof woken) > 0;
    std::vector<Change> changes = take();
    if (wake || !changes.empty() || Clock::now() >= deadline) return changes;
  }
}

void FileWatch::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_up_, &one, sizeof one);
}

std::vector<FileWatch::Change> FileWatch::take() {
  Changes changes;
  const bool turned = read_events(changes);
  if (turned) {
    const std::vector<Identity> before = identities_;
    // What cannot be watched any more was watched before: nothing the operator could do now.
    (void)follow_plan();
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      // It was not seen coming, so nobody knows whether its writer is done.
      if (identities_[i] == before[i]) continue;
      const bool tree = targets_[i].kind == Target::Kind::kTree;
      const Change change{targets_[i].path, How::kWritten, tree ? What::kFolder : What::kFile};
      changes.emplace(change.path, change);
    }
  }
  for (std::size_t i = 0; i < targets_.size() && !turned; ++i) {
    if (changes.contains(targets_[i].path)) identities_[i] = identity_of(targets_[i]);
  }
  std::vector<Change> list;
  for (auto& [path, change] : changes) {
    if (!is_there(path)) change.how = How::kGone;
    list.push_back(std::move(change));
  }
  return list;
}

/// Returns whether a part of the way to a target has changed.
bool FileWatch::read_events(Changes& changes) {
  if (events_ < 0) return false;
  bool turned = false;
  alignas(inotify_event) std::array<char, 16 * 1024> bytes;
  for (ssize_t length; (length = ::read(events_, bytes.data(), bytes.size())) > 0;) {
    for (const char* at = bytes.data(); at < bytes.data() + length;) {
      inotify_event head{};
      std::memcpy(&head, at, sizeof head);
      const char* name = at + sizeof head;
      at = name + head.len;
      if ((head.mask & IN_Q_OVERFLOW) != 0) {
        turned = true;
        for (const Target& target : targets_) note(changes, {target.path, How::kWritten});
        continue;
      }
      const auto found = watched_.find(head.wd);
      if (found == watched_.end()) continue;
      const Event event{head.mask, head.len > 0 ? name : ""};
      for (const std::string& folder : found->second) {
        turned = take_event(event, folder, changes) || turned;
      }
      if ((head.mask & IN_IGNORED) != 0) watched_.erase(found);
    }
  }
  return turned;
}

bool FileWatch::take_event(const Event& event, const std::string& folder, Changes& changes) {
  if (!event.about_names()) return true;
  if (event.created() && !event.about_folder() && !is_complete(fs::path(folder) / event.name)) {
    return false;
  }
  bool turned = false;
  if (const auto place = plan_.places.find({folder, event.name}); place != plan_.places.end()) {
    for (const Plan::Use& use : place->second) {
      // Also a file may have become a link.
      turned = turned || event.how() != How::kWritten;
      if (use.role == Plan::Use::Role::kItself) {
        note(changes, {targets_[use.target].path, event.how(), event.what()});
      }
    }
  }
  const auto tree = plan_.trees.find(folder);
  if (tree == plan_.trees.end()) return turned;
  for (const fs::path& path : tree->second) {
    note(changes, {path / event.name, event.how(), event.what()});
  }
  return turned || event.about_folder();
}

}  // namespace barbacane::app

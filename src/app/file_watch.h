#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/path_route.h"
#include "base/result.h"

/// Tells which files have changed, however it was done: written in place, renamed over, deleted and
/// made anew, or put in their place by a link or a folder that changed on the way to them.
///
/// The folders are watched, not the files (inotify, 7), because a file that is replaced is another
/// file; the path is looked up anew whenever a part of it changed. A file that is being written
/// counts as changed when its writer closes it. File systems that other machines write to do not
/// tell the kernel: nothing is seen there.
///
/// `watch` and `wait` belong to one thread at a time.
namespace barbacane::app {

class FileWatch {
 public:
  struct Target {
    enum class Kind : std::uint8_t {
      kFile,
      kTree,  ///< a folder and everything below, except what hidden folders hold
    };
    std::filesystem::path path;
    Kind kind = Kind::kFile;
  };

  struct Change {
    enum class How : std::uint8_t {
      kWritten,   ///< in place: its writer may open it again
      kReplaced,  ///< by another file, complete from the first moment
      kGone,
    };
    enum class What : std::uint8_t { kFile, kFolder };

    std::filesystem::path path;  ///< as in the target, in a tree continued from there
    How how = How::kReplaced;
    What what = What::kFile;
  };

  /// Watches nothing yet. Fails when the process has no descriptor left.
  static base::Result<std::unique_ptr<FileWatch>> create();
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// From now on these and no others; none has to exist. What has changed meanwhile and is still
  /// watched is not forgotten. On failure, as much as the system allows is watched.
  base::Result<> watch(std::vector<Target> targets);

  /// Blocks until something changed, `wake` was called or the time is over; without a time, as long
  /// as it takes. Changes are sorted by path, each file once.
  std::vector<Change> wait(std::optional<std::chrono::milliseconds> at_most = std::nullopt);

  /// Ends a `wait`, the running one or the next. Any thread.
  void wake() const;

 private:
  /// What the targets ask for, as the file system is now.
  struct Plan {
    struct Use {
      std::size_t target;
      enum class Role : std::uint8_t { kItself, kTurn } role;
      friend auto operator<=>(const Use&, const Use&) = default;
    };
    std::map<std::string, std::uint32_t> folders;  ///< events wanted from each
    std::map<Place, std::vector<Use>> places;
    std::map<std::string, std::vector<std::filesystem::path>> trees;  ///< names by folder
    friend bool operator==(const Plan&, const Plan&) = default;
  };
  /// Tells two files under one path apart.
  struct Identity {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t written_at = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
  };
  using Changes = std::map<std::filesystem::path, Change>;
  struct Event;

  explicit FileWatch(int wake_up) : wake_up_(wake_up) {}

  Plan make_plan() const;
  base::Result<> follow_plan();
  base::Result<> watch_folders();
  static Identity identity_of(const Target& target);
  std::vector<Change> take();
  bool read_events(Changes& changes);
  bool take_event(const Event& event, const std::string& folder, Changes& changes);

  int events_ = -1;
  int wake_up_;
  std::vector<Target> targets_;
  std::vector<Identity> identities_;
  Plan plan_;
  std::map<int, std::vector<std::string>> watched_;  ///< folders by watch descriptor
};

}  // namespace barbacane::app

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/file_watch.h"
#include "gateway/gateway.h"

/// Loads again what the gateway runs on, away from its workers.
///
/// One thread does all of it, one after the other. A request that comes while it is busy is
/// remembered, and several of them are one. Files are loaded when they are complete: a file that
/// was renamed into place at once, one that is written in place or belongs to others when all have
/// been left alone for a moment. The thread also frees the snapshots that reloads leave behind.
namespace barbacane::app {

/// What can be loaded again: the artifact, certificates.
struct Reloadable {
  enum class Cause : std::uint8_t {
    kAsked,    ///< by SIGHUP: everything is loaded
    kChanged,  ///< one of the files has
    kGone,     ///< one of the files is, and has not come back for a second
  };
  std::vector<std::string> files;
  /// On the reload thread. Tells people how it went by itself, and leaves things as they were when
  /// it went wrong.
  std::function<void(Cause)> load;
};

class ReloadThread {
 public:
  /// `watch` watches the files already when their changes count, so that none between the first
  /// load and now is missed. What is passed outlives the thread.
  ReloadThread(gateway::Gateway& gateway, FileWatch& watch, std::vector<Reloadable> reloadables);
  /// Waits for a load that has begun.
  ~ReloadThread();
  ReloadThread(const ReloadThread&) = delete;
  ReloadThread& operator=(const ReloadThread&) = delete;

  /// Everything, soon. Any thread.
  void ask();

 private:
  void run(const std::stop_token& stop);
  std::optional<std::chrono::milliseconds> patience_with(
      const std::vector<FileWatch::Change>& changes) const;
  std::vector<FileWatch::Change> settled(std::vector<FileWatch::Change> changes);
  void load_changed(const std::vector<FileWatch::Change>& changes);

  gateway::Gateway& gateway_;
  FileWatch& watch_;
  std::vector<Reloadable> reloadables_;
  std::atomic<bool> asked_{false};
  std::jthread thread_;
};

/// Between two looks at snapshots that somebody still uses; nothing when there are none.
std::optional<std::chrono::milliseconds> free_retired(gateway::Gateway& gateway);

}  // namespace barbacane::app

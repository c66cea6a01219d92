#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

/// A line that says what is going on while something takes longer than a second.
///
/// Only where standard error is a terminal; the line is taken back when the object dies. Its thread
/// writes nothing but this line, so end its life before printing.
namespace barbacane::app {

class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void run(std::stop_token stop);

  std::string what_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace barbacane::app

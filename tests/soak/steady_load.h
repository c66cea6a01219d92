#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "testkit/connection.h"

/// Clients that ask again and again, each in a thread of its own, while a test does things to the
/// gateway, and a count of how it went.
namespace barbacane::soak {

enum class Ending {
  kAnswered,
  kAborted,  ///< the connection broke after the head of an answer
  kDropped,  ///< it broke before one
  kStuck,    ///< nothing came for ten seconds
};

struct Answer {
  Ending ending = Ending::kDropped;
  testkit::Response response;  ///< as far as it came

  /// `200`, `aborted`, `dropped`, `stuck`.
  std::string word() const;
};

/// A connection that is made anew whenever it has ended.
class Client {
 public:
  explicit Client(std::uint16_t port) : port_(port) {}
  Answer request(const testkit::RequestBuilder& request);

 private:
  std::uint16_t port_;
  std::optional<testkit::Connection> connection_;
};

/// How often each word was said.
using Counts = std::map<std::string, std::size_t>;

class SteadyLoad {
 public:
  /// One request, and in a word how it went.
  using Turn = std::function<std::string(Client&)>;

  explicit SteadyLoad(std::uint16_t port) : port_(port) {}
  ~SteadyLoad() { stop(); }
  SteadyLoad(const SteadyLoad&) = delete;
  SteadyLoad& operator=(const SteadyLoad&) = delete;

  /// So many more clients that take such turns, each with a pause after it.
  void add(std::size_t clients, const Turn& turn, std::chrono::milliseconds pause);
  /// Anything else that goes on until the flag is set, saying words.
  using Say = std::function<void(const std::string& word)>;
  void add(const std::function<void(const std::atomic<bool>& stopping, const Say& say)>& work);

  Counts counts() const;
  /// Ends what is under way and waits for it.
  void stop();

 private:
  const std::uint16_t port_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  Counts counts_;
  std::vector<std::thread> threads_;
};

std::string as_text(const Counts& counts);

/// Resident KiB of a process.
std::size_t resident_kib(pid_t pid);

}  // namespace barbacane::soak

#include "steady_load.h"

#include <fstream>

#include "testkit/error.h"

namespace barbacane::soak {

using testkit::Connection;
using testkit::TestkitError;
using testkit::TimeoutError;

std::string Answer::word() const {
  switch (ending) {
    case Ending::kAnswered:
      return std::to_string(response.status);
    case Ending::kAborted:
      return "aborted";
    case Ending::kDropped:
      return "dropped";
    case Ending::kStuck:
      return "stuck";
  }
  return {};
}

Answer Client::request(const testkit::RequestBuilder& request) {
  Answer answer;
  try {
    if (!connection_) connection_.emplace(port_, std::chrono::milliseconds(10'000));
    connection_->send(request.bytes());
    answer.response = connection_->read_head();
    answer.ending = Ending::kAborted;
    connection_->read_body(answer.response, request.method());
    answer.ending = Ending::kAnswered;
  } catch (const TimeoutError&) {
    answer.ending = Ending::kStuck;
  } catch (const TestkitError&) {
    // Broken where the ending says.
  }
  const bool reusable =
      answer.ending == Ending::kAnswered && answer.response.header("connection") != "close";
  if (!reusable) connection_.reset();
  return answer;
}

void SteadyLoad::add(std::size_t clients, const Turn& turn, std::chrono::milliseconds pause) {
  for (std::size_t i = 0; i < clients; ++i) {
    add([this, turn, pause](const std::atomic<bool>& stopping, const Say& say) {
      Client client(port_);
      while (!stopping) {
        say(turn(client));
        std::this_thread::sleep_for(pause);
      }
    });
  }
}

void SteadyLoad::add(
    const std::function<void(const std::atomic<bool>& stopping, const Say& say)>& work) {
  threads_.emplace_back([this, work] {
    work(stopping_, [this](const std::string& word) {
      const std::lock_guard lock(mutex_);
      ++counts_[word];
    });
  });
}

Counts SteadyLoad::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void SteadyLoad::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

std::string as_text(const Counts& counts) {
  std::string text;
  for (const auto& [word, count] : counts) text += word + " × " + std::to_string(count) + "\n";
  return text;
}

std::size_t resident_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    if (word == "VmRSS:") {
      status >> word;
      return std::stoull(word);
    }
  }
  return 0;
}

}  // namespace barbacane::soak

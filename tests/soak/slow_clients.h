#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

/// Thousands of clients that say one byte a second, on one thread, until the object dies.
///
/// Half of them never get through their head, the others have a long body on its way. One that is
/// shown the door comes again.
namespace barbacane::soak {

struct SlowCrowd {
  std::uint16_t port = 0;
  std::size_t clients = 5'000;
  std::string slow_head;  ///< said byte by byte
  std::string head;       ///< said at once; its body follows byte by byte
};

class SlowClients {
 public:
  explicit SlowClients(SlowCrowd crowd);
  ~SlowClients();
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;

  std::size_t connected() const { return connected_; }
  std::size_t bytes_said() const { return bytes_said_; }

 private:
  struct Client {
    int socket = -1;
    std::size_t said = 0;
  };

  void run();
  void open(std::size_t index);
  void close(Client& client);
  void turn(std::size_t index);

  const SlowCrowd crowd_;
  std::vector<Client> clients_;
  std::atomic<std::size_t> connected_{0};
  std::atomic<std::size_t> bytes_said_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace barbacane::soak

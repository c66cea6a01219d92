#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct nghttp2_session;

/// A client for tests that speaks HTTP/2 over a blocking socket, by nghttp2's client side, and
/// bytes as it is told.
namespace barbacane::http::h2 {

class TestClient {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  struct Answer {
    std::vector<int> statuses;  ///< interim ones included
    Fields fields;              ///< of the last head
    Fields trailers;
    std::string body;
    bool ended = false;
    bool reset = false;
    std::uint32_t error = 0;
    std::string field(std::string_view name) const;
    int status() const { return statuses.empty() ? 0 : statuses.back(); }
  };
  /// A socket that says exactly what it is told.
  class Raw {
   public:
    explicit Raw(std::uint16_t port);
    ~Raw();
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;
    void send(std::string_view bytes) const;
    /// So many bytes, fewer when the connection ends or after five seconds.
    std::string read(std::size_t size) const;
    std::string read_all() const { return read(1 << 20); }

   private:
    friend class TestClient;
    int fd_;
  };
  enum class Windows { kGivenBack, kHeld };

  /// Sends the preface and waits for the settings of the server.
  explicit TestClient(std::uint16_t port, Windows windows = Windows::kGivenBack,
                      std::uint32_t initial_window = 65'535);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  /// A head for `method` and `path`, to be changed and sent.
  static Fields head(std::string_view method, std::string_view path);
  std::int32_t get(std::string_view path) { return request(head("GET", path)); }
  /// Without body.
  std::int32_t request(const Fields& fields);
  /// With this body and these trailers, all of it at hand.
  std::int32_t send(const Fields& fields, std::string body, const Fields& trailers = {});
  enum class Last { kNo, kYes };
  /// With a body that `more` continues.
  std::int32_t begin(const Fields& fields);
  void more(std::int32_t id, std::string_view bytes, Last last);
  void reset(std::int32_t id, std::uint32_t error);
  void give_window(std::int32_t id, std::size_t bytes);
  void ping();
  /// Past nghttp2.
  void send_raw(std::string_view bytes) { socket_.send(bytes); }
  static std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                           std::string_view payload);

  /// Reads until the stream has ended one way or the other, or five seconds are over.
  Answer& wait(std::int32_t id);
  /// Reads until `done` holds, the connection ends, or five seconds are over.
  bool wait_until(const std::function<bool()>& done,
                  std::chrono::milliseconds patience = std::chrono::milliseconds(5000));
  /// What of the body the server has not made room for.
  std::size_t unsent(std::int32_t id) { return bodies_[id].bytes.size(); }
  Answer& answer(std::int32_t id) { return answers_[id]; }
  bool ended() const { return ended_; }
  const std::vector<std::uint32_t>& goaways() const { return goaways_; }
  std::int32_t last_stream() const { return last_stream_; }
  int pings_answered() const { return pings_answered_; }
  const std::map<std::int32_t, std::uint32_t>& settings() const { return settings_; }

 private:
  struct Callbacks;
  struct Body {
    std::string bytes;
    Fields trailers;
    bool last = false;
    bool deferred = false;
  };
  void flush();
  bool read_some(int milliseconds);

  Raw socket_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Answer> answers_;
  std::map<std::int32_t, Body> bodies_;
  std::map<std::int32_t, std::uint32_t> settings_;
  std::vector<std::uint32_t> goaways_;
  std::int32_t last_stream_ = -1;
  int pings_answered_ = 0;
  bool ended_ = false;
};

}  // namespace barbacane::http::h2

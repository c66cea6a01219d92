#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/received_request.h"
#include "testkit/stream.h"
#include "testkit/upstream_steps.h"

namespace barbacane::testkit {

class UpstreamConnection;

/// What an Upstream and the threads of its connections share.
struct UpstreamRecord {
  struct Peer {
    UpstreamConnection* connection = nullptr;  ///< while its thread runs
    bool idle = false;
  };

  mutable std::mutex mutex;
  std::condition_variable ended;  ///< a thread
  std::size_t live = 0;
  std::deque<ReceivedRequest> requests;
  std::deque<Peer> peers;
  std::map<std::string, Script, std::less<>> scripts;
  std::map<std::string, std::deque<Script>, std::less<>> queued;
  std::deque<Script> for_connections;
  Script for_every_connection;
  Script otherwise;
  std::set<std::string, std::less<>> gates;
  std::vector<std::string> handshake_failures;
  std::size_t keep_body = 0;
  std::size_t requests_per_connection = 0;
  std::atomic<std::uint64_t> bytes_sent{0};
  std::atomic<std::uint64_t> bytes_received{0};
};

/// One accepted connection of an Upstream, as the steps of its scripts see it. Belongs to the
/// thread that serves it; what others may call is said so.
class UpstreamConnection {
 public:
  UpstreamConnection(Stream stream, UpstreamRecord& record, std::size_t number);

  /// Serves requests until either side ends.
  void serve(const TlsServerContext* tls);

  std::size_t number() const { return number_; }
  /// The request that is being answered.
  const ReceivedRequest& request() const { return *request_; }
  Stream& stream() { return stream_; }
  /// False after `close`, `reset` and when the peer took no more.
  bool is_open() const { return open_ && !cut_; }

  void send(std::string_view bytes);
  /// Waits until the condition holds, or the connection is cut from outside.
  void wait_until(const std::function<bool()>& condition);
  bool gate_is_open(std::string_view name) const;

  /// The next bytes of the request's body without framing, at most so many; empty at its end.
  std::string read_piece(std::size_t most = 65'536);
  void read_body();
  void leave_body();

  void close();
  void reset();

  /// For any thread, with the record locked.
  bool peer_has_departed() const { return stream_.peer_has_finished(); }
  enum class Cut { kClose, kReset };
  void cut(Cut how);

 private:
  enum class Framing { kNone, kLength, kChunks };

  bool read_head();
  void begin_body();
  void begin_chunk();
  void end_body();
  std::string take(std::size_t most);
  std::string take_line();
  void run(const Script& script);
  void answer_request();
  Script script_for(const std::string& path);
  void set_idle(bool idle);

  Stream stream_;
  UpstreamRecord& record_;
  std::size_t number_;
  std::size_t turns_ = 0;
  ReceivedRequest* request_ = nullptr;  ///< in the record, which never moves it
  bool open_ = true;
  std::atomic<bool> cut_{false};
  bool said_anything_ = false;  ///< in answer to this request
  Framing framing_ = Framing::kNone;
  std::uint64_t remaining_ = 0;  ///< of the body, or of the chunk
};

}  // namespace barbacane::testkit

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/h2/worker_memory.h"
#include "http/message.h"
#include "net/event_loop.h"
#include "net/stream.h"
#include "net/task.h"

struct nghttp2_session;

/// What a connection has in common at both of its ends: a socket, and an nghttp2 session that takes
/// frames apart and puts them together.
///
/// Bytes are read into memory of the worker, and all frames that come of it leave in one write;
/// those that come later are gathered per turn of the loop. Reading goes on while a write waits, so
/// neither side can block the other. Whoever runs on the connection's behalf shares its ownership.
/// Its loop's thread only.
namespace barbacane::http::h2 {

class Wire : public std::enable_shared_from_this<Wire> {
 public:
  virtual ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  net::EventLoop& loop() const { return loop_; }
  nghttp2_session* session() const { return session_.get(); }
  std::string& output() { return memory_.output(); }
  Scheme scheme() const;
  /// No stream can say or hear anything any more.
  bool lost() const { return lost_; }
  /// Frames are to be sent: at the end of this turn, with all others of it.
  void send_soon();
  /// The same without delay, when there is enough to be worth a write of its own.
  void send_now();

 protected:
  using TimePoint = net::EventLoop::Clock::time_point;
  struct FreeSession {
    void operator()(nghttp2_session* session) const;
  };
  using Session = std::unique_ptr<nghttp2_session, FreeSession>;

  /// `memory` is the worker's. `use` has to follow.
  Wire(net::EventLoop& loop, WireMemory& memory, std::unique_ptr<net::Stream> stream);
  /// Its user pointer is this `Wire`.
  void use(Session session) { session_ = std::move(session); }

  /// Reads and writes until the connection is over. `bytes` have been read already.
  static net::Task<> carry(std::shared_ptr<Wire> self, std::string bytes);
  /// nghttp2 has something to say or to hear.
  bool in_use() const;
  /// Since when the socket has been refusing what is to leave; nothing when it does not.
  std::optional<TimePoint> stuck_since() const;
  /// Ends it now.
  void lose();

 private:
  /// What was received is for nghttp2; false ends the connection. Nothing is sent meanwhile.
  virtual bool take(std::string_view bytes) = 0;
  /// For streams that still wait.
  virtual void was_lost() = 0;
  /// Frames have come or gone, and nghttp2 has told everything about them.
  virtual void has_moved() {}

  /// One try to read; false when the connection is over.
  bool receive();
  bool take_turn(std::string_view bytes);
  bool gather(std::string& out);
  bool write_frames();
  static net::Task<> send_later(std::shared_ptr<Wire> self);
  static net::Task<> finish_write(std::shared_ptr<Wire> self);
  /// Whoever reads has a look whether the connection is still in use.
  void rouse();
  void end_streams();
  net::Task<> linger();

  net::EventLoop& loop_;
  WireMemory& memory_;
  std::unique_ptr<net::Stream> stream_;
  Session session_;
  std::string unsent_;  ///< what the socket did not take
  TimePoint unsent_since_;
  bool in_turn_ = false;  ///< frames are sent when it ends
  bool soon_ = false;     ///< a coroutine is on its way to send
  bool blocked_ = false;  ///< a coroutine waits until the socket takes more
  bool lost_ = false;
};

}  // namespace barbacane::http::h2

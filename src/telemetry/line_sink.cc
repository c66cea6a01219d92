#include "telemetry/detail/line_sink.h"

#include <cerrno>
#include <string_view>

#include <poll.h>
#include <unistd.h>

namespace barbacane::telemetry {
namespace {

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd waiting{descriptor, POLLOUT, 0};
      if (::poll(&waiting, 1, 1000) <= 0) return;
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace

LineSink::LineSink(int descriptor, std::function<bool()> more_waiting)
    : descriptor_(descriptor), more_waiting_(std::move(more_waiting)) {}

void LineSink::log(const spdlog::details::log_msg& message) {
  pending_.append(message.payload.data(), message.payload.size());
  pending_.push_back('\n');
  if (pending_.size() >= kGather || !more_waiting_()) flush();
}

void LineSink::flush() {
  write_all(descriptor_, pending_);
  pending_.clear();
}

}  // namespace barbacane::telemetry

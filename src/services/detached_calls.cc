#include "services/detached_calls.h"

#include <optional>
#include <utility>

namespace barbacane::services {
namespace {

std::size_t bytes_of(const HttpRequest& request) {
  std::size_t bytes = request.url.size() + request.body.size();
  for (const auto& [name, value] : request.headers) bytes += name.size() + value.size();
  return bytes;
}

/// Adds, unless that would be more than there may be.
bool add_within(std::atomic<std::size_t>& count, std::size_t more, std::size_t most) {
  std::size_t now = count.load(std::memory_order_relaxed);
  do {
    if (more > most || now > most - more) return false;
  } while (!count.compare_exchange_weak(now, now + more, std::memory_order_acq_rel));
  return true;
}

/// Reports once, whatever becomes of the coroutine it lives in.
class Reporter {
 public:
  explicit Reporter(DetachedCalls::Report report) : report_(std::move(report)) {}
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  ~Reporter() {
    if (report_) report_(DetachedCalls::Outcome::kDropped, HttpResult{});
  }

  void tell(const HttpResult& result) {
    const auto report = std::exchange(report_, nullptr);
    if (!report) return;
    report(result.failure == HttpFailure::kNone ? DetachedCalls::Outcome::kOk
                                                : DetachedCalls::Outcome::kFailed,
           result);
  }

 private:
  DetachedCalls::Report report_;
};

}  // namespace

/// Taken by one call, for as long as it is queued or runs.
class DetachedCalls::Place {
 public:
  static std::optional<Place> take(DetachedCalls& calls, std::size_t bytes) {
    if (!add_within(calls.pending_, 1, calls.limits_.calls)) return std::nullopt;
    if (add_within(calls.bytes_, bytes, calls.limits_.bytes)) return Place(calls, bytes);
    calls.pending_.fetch_sub(1, std::memory_order_acq_rel);
    return std::nullopt;
  }
  Place(Place&& other) noexcept
      : calls_(std::exchange(other.calls_, nullptr)), bytes_(other.bytes_) {}
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (calls_ == nullptr) return;
    calls_->bytes_.fetch_sub(bytes_, std::memory_order_acq_rel);
    calls_->pending_.fetch_sub(1, std::memory_order_acq_rel);
  }

 private:
  Place(DetachedCalls& calls, std::size_t bytes) : calls_(&calls), bytes_(bytes) {}

  DetachedCalls* calls_;
  std::size_t bytes_;
};

bool DetachedCalls::queue(OutboundHttp& http, std::shared_ptr<const HttpGrant> grant,
                          HttpRequest request, Report report) {
  auto place = Place::take(*this, bytes_of(request));
  if (!place) return false;
  http.pool().loop().spawn(
      run(http, std::move(grant), std::move(request), std::move(report), std::move(*place)));
  return true;
}

net::Task<> DetachedCalls::run(OutboundHttp& http, std::shared_ptr<const HttpGrant> grant,
                               HttpRequest request, Report report, Place place) {
  // The place is free once everybody knows what came of it.
  const Place held = std::move(place);
  Reporter reporter(std::move(report));
  // The handler goes on first.
  co_await http.pool().loop().yield();
  HttpCall call(http, std::move(grant), std::move(request));
  const HttpResult result = co_await call.perform_and_forget();
  reporter.tell(result);
}

}  // namespace barbacane::services

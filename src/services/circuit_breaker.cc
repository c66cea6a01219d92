#include "services/circuit_breaker.h"

#include <algorithm>
#include <utility>

namespace barbacane::services {

using std::chrono::seconds;

namespace {

constexpr std::uint64_t kStateBits = 2;
constexpr std::uint64_t kStateMask = 3;

std::uint64_t period_of(std::uint64_t word) { return word >> kStateBits; }

}  // namespace

CircuitBreaker::Pass::Pass(Pass&& other) noexcept
    : breaker_(other.breaker_),
      word_(other.word_),
      kind_(std::exchange(other.kind_, Kind::kNone)) {}

CircuitBreaker::Pass& CircuitBreaker::Pass::operator=(Pass&& other) noexcept {
  if (this == &other) return *this;
  give_up();
  breaker_ = other.breaker_;
  word_ = other.word_;
  kind_ = std::exchange(other.kind_, Kind::kNone);
  return *this;
}

void CircuitBreaker::Pass::answered() {
  if (kind_ != Kind::kProbe) return;
  kind_ = Kind::kOrdinary;
  word_ = breaker_->close_after_probe(word_);
}

void CircuitBreaker::Pass::succeeded() {
  answered();
  if (kind_ == Kind::kOrdinary) breaker_->forget_failures(word_);
  kind_ = Kind::kNone;
}

void CircuitBreaker::Pass::failed(TimePoint now) {
  const Kind kind = std::exchange(kind_, Kind::kNone);
  if (kind == Kind::kOrdinary) breaker_->count_failure(word_, now);
  if (kind == Kind::kProbe) breaker_->end_probe(word_, now);
}

void CircuitBreaker::Pass::give_up() {
  const Kind kind = std::exchange(kind_, Kind::kNone);
  if (kind == Kind::kProbe) breaker_->return_probe(word_);
}

CircuitBreaker::State CircuitBreaker::state_of(std::uint64_t word) {
  return static_cast<State>(word & kStateMask);
}

bool CircuitBreaker::is_closed(std::uint64_t word) {
  return state_of(word) == State::kClean || state_of(word) == State::kFailing;
}

std::expected<CircuitBreaker::Pass, seconds> CircuitBreaker::admit(TimePoint now) {
  std::uint64_t word = word_.load(std::memory_order_acquire);
  if (is_closed(word)) return Pass(this, Pass::Kind::kOrdinary, word);
  const TimePoint until = open_until_.load(std::memory_order_acquire);
  if (state_of(word) == State::kOpen && now >= until) {
    const std::lock_guard lock(mutex_);
    word = word_.load(std::memory_order_relaxed);
    if (is_closed(word)) return Pass(this, Pass::Kind::kOrdinary, word);
    if (state_of(word) == State::kOpen && now >= open_until_.load(std::memory_order_relaxed)) {
      return Pass(this, Pass::Kind::kProbe, enter(State::kHalfOpen));
    }
  }
  const auto wait = std::chrono::ceil<seconds>(until - now);
  return std::unexpected(std::max(wait, seconds(1)));
}

std::uint64_t CircuitBreaker::enter(State state) {
  const std::uint64_t period = period_of(word_.load(std::memory_order_relaxed)) + 1;
  const std::uint64_t word = period << kStateBits | static_cast<std::uint64_t>(state);
  word_.store(word, std::memory_order_release);
  return word;
}

void CircuitBreaker::open(TimePoint now) {
  failures_ = 0;
  open_until_.store(now + settings_.reset_timeout, std::memory_order_release);
  enter(State::kOpen);
}

bool CircuitBreaker::is_current(std::uint64_t word) const {
  return period_of(word) == period_of(word_.load(std::memory_order_relaxed));
}

void CircuitBreaker::count_failure(std::uint64_t word, TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (!is_current(word)) return;
  if (failures_ == 0 || now - first_failure_ > settings_.window) {
    first_failure_ = now;
    failures_ = 0;
  }
  if (++failures_ >= settings_.threshold) return open(now);
  const std::uint64_t period = period_of(word) << kStateBits;
  word_.store(period | static_cast<std::uint64_t>(State::kFailing), std::memory_order_release);
}

void CircuitBreaker::forget_failures(std::uint64_t word) {
  if (state_of(word_.load(std::memory_order_relaxed)) != State::kFailing) return;
  const std::lock_guard lock(mutex_);
  if (!is_current(word)) return;
  failures_ = 0;
  const std::uint64_t period = period_of(word) << kStateBits;
  word_.store(period | static_cast<std::uint64_t>(State::kClean), std::memory_order_release);
}

std::uint64_t CircuitBreaker::close_after_probe(std::uint64_t word) {
  const std::lock_guard lock(mutex_);
  return is_current(word) ? enter(State::kClean) : word;
}

void CircuitBreaker::end_probe(std::uint64_t word, TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (is_current(word)) open(now);
}

void CircuitBreaker::return_probe(std::uint64_t word) {
  const std::lock_guard lock(mutex_);
  if (is_current(word)) enter(State::kOpen);  // as long ago as it was: the next one probes
}

}  // namespace barbacane::services

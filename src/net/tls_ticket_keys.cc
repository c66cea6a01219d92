#include "net/tls_ticket_keys.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace barbacane::net {

namespace {

/// OpenSSL's generator fails only when the kernel gives no entropy; tickets under keys that cannot
/// be guessed less than this must not be issued.
TlsTicketKey random_key() {
  TlsTicketKey key;
  if (RAND_bytes(key.name.data(), static_cast<int>(key.name.size())) != 1 ||
      RAND_priv_bytes(key.aes.data(), static_cast<int>(key.aes.size())) != 1 ||
      RAND_priv_bytes(key.hmac.data(), static_cast<int>(key.hmac.size())) != 1) {
    OPENSSL_die("no random bytes for session tickets", __FILE__, __LINE__);
  }
  return key;
}

std::uint64_t ticks(TlsTicketKeys::Clock::time_point time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

}  // namespace

TlsTicketKey::~TlsTicketKey() {
  OPENSSL_cleanse(aes.data(), aes.size());
  OPENSSL_cleanse(hmac.data(), hmac.size());
}

TlsTicketKeys::TlsTicketKeys(Clock::duration period)
    : period_(period),
      pair_(std::make_shared<const Pair>(random_key(), random_key(), Clock::now() + period)) {
  rotate_at_ = ticks(pair_->rotate_at);
}

void TlsTicketKeys::refresh(std::shared_ptr<const Pair>& seen, Clock::time_point now) {
  const std::uint64_t rotate_at = rotate_at_.load(std::memory_order_relaxed);
  if (seen && ticks(seen->rotate_at) == rotate_at && ticks(now) < rotate_at) [[likely]]
    return;
  const std::lock_guard lock(mutex_);
  if (now >= pair_->rotate_at) rotate(now);
  seen = pair_;
}

void TlsTicketKeys::rotate(Clock::time_point now) {
  // After a longer silence the current key is already older than a previous one may be.
  const bool stale = now >= pair_->rotate_at + period_;
  pair_ = std::make_shared<const Pair>(random_key(), stale ? random_key() : pair_->current,
                                       now + period_);
  rotate_at_.store(ticks(pair_->rotate_at), std::memory_order_relaxed);
}

}  // namespace barbacane::net

#include "net/resolver.h"

#include <utility>

#include "base/text.h"
#include "net/detail/host_name.h"
#include "net/detail/resolver_worker.h"

namespace barbacane::net {

Resolver::Resolver(ResolverOptions options)
    : worker_(std::make_unique<Worker>(std::move(options))) {}

Resolver::~Resolver() = default;

std::optional<Resolution> Resolver::cached(std::string_view host) {
  if (const auto address = detail::as_address(host)) return Addresses{*address};
  if (!detail::is_host_name(host)) {
    return std::unexpected(
        ResolveError{ResolveFailure::kNotAName, "the host is neither a name nor an address"});
  }
  return worker_->cached(base::to_lower(host));
}

Resolver::Query Resolver::resolve(std::string_view host, Clock::time_point deadline,
                                  Callback callback) {
  if (const auto known = cached(host)) {
    callback(*known);
    return {};
  }
  return worker_->resolve(base::to_lower(host), deadline, std::move(callback));
}

void Resolver::demote(std::string_view host, const IpAddress& address) {
  if (detail::is_host_name(host)) worker_->demote(base::to_lower(host), address);
}

Resolver::Query& Resolver::Query::operator=(Query&& other) noexcept {
  if (this != &other) {
    cancel();
    waiter_ = std::move(other.waiter_);
  }
  return *this;
}

void Resolver::Query::cancel() {
  if (waiter_ == nullptr) return;
  waiter_->cancel();
  waiter_.reset();
}

}  // namespace barbacane::net

#include "net/detail/dns_channel.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include <ares.h>
#include <netinet/in.h>
#include <sys/time.h>

#include "net/detail/address_order.h"

namespace barbacane::net::detail {
namespace {

/// More than any sane name has; the rest is never connected to.
constexpr std::size_t kMaxAddresses = 256;

IpAddress address_of(const ares_addrinfo_node& node) {
  IpAddress address{};
  if (node.ai_family == AF_INET6) {
    sockaddr_in6 ipv6;
    std::memcpy(&ipv6, node.ai_addr, sizeof ipv6);
    std::memcpy(address.data(), &ipv6.sin6_addr, address.size());
  } else {
    sockaddr_in ipv4;
    std::memcpy(&ipv4, node.ai_addr, sizeof ipv4);
    address[10] = address[11] = 0xFF;
    std::memcpy(address.data() + 12, &ipv4.sin_addr, sizeof ipv4.sin_addr);
  }
  return address;
}

DnsAnswer found(const ares_addrinfo& info) {
  DnsAnswer answer{.outcome = DnsAnswer::Outcome::kFound, .addresses = {}, .reason = {}};
  int ttl = std::numeric_limits<int>::max();
  for (const ares_addrinfo_cname* alias = info.cnames; alias != nullptr; alias = alias->next) {
    ttl = std::min(ttl, alias->ttl);
  }
  for (const ares_addrinfo_node* node = info.nodes; node != nullptr; node = node->ai_next) {
    if (node->ai_family != AF_INET && node->ai_family != AF_INET6) continue;
    if (answer.addresses.size() == kMaxAddresses) break;
    answer.addresses.push_back(address_of(*node));
    ttl = std::min(ttl, node->ai_ttl);
  }
  answer.addresses = in_turns(answer.addresses);
  answer.ttl = std::chrono::seconds(std::max(ttl, 0));
  return answer;
}

DnsAnswer failed(int status) {
  const bool none = status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_ENONAME;
  DnsAnswer answer;
  answer.outcome = none ? DnsAnswer::Outcome::kNoSuchName : DnsAnswer::Outcome::kFailed;
  answer.reason = ares_strerror(status);
  return answer;
}

}  // namespace

struct DnsChannel::Question {
  static void answered(void* question, int status, int timeouts, ares_addrinfo* info);

  DnsChannel& channel;
  Done done;
};

std::unique_ptr<DnsChannel> DnsChannel::open(const ResolverOptions& options, std::string& reason) {
  std::unique_ptr<DnsChannel> opened(new DnsChannel);
  char lookups[] = "b";  // DNS alone: the hosts file is read by the resolver
  std::string resolv_conf = options.resolv_conf;
  ares_options wanted{};
  wanted.timeout = static_cast<int>(options.query_timeout.count());
  wanted.tries = options.tries;
  wanted.lookups = lookups;
  wanted.sock_state_cb = watch;
  wanted.sock_state_cb_data = opened.get();
  wanted.resolvconf_path = resolv_conf.data();
  const int status = ares_init_options(&opened->channel_, &wanted,
                                       ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                                           ARES_OPT_SOCK_STATE_CB | ARES_OPT_RESOLVCONF);
  if (status != ARES_SUCCESS) {
    opened->channel_ = nullptr;
    reason = ares_strerror(status);
    return nullptr;
  }
  if (!options.servers.empty()) {
    const int set = ares_set_servers_ports_csv(opened->channel_, options.servers.c_str());
    if (set != ARES_SUCCESS) {
      reason = ares_strerror(set);
      return nullptr;
    }
  }
  return opened;
}

DnsChannel::~DnsChannel() {
  if (channel_ != nullptr) ares_destroy(channel_);
}

void DnsChannel::ask(const std::string& name, Families families, Done done) {
  ares_addrinfo_hints hints{};
  hints.ai_family = families == Families::kBoth ? AF_UNSPEC : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  ++open_questions_;
  auto question = std::make_unique<Question>(Question{*this, std::move(done)});
  ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, Question::answered, question.release());
}

void DnsChannel::Question::answered(void* question, int status, int /*timeouts*/,
                                    ares_addrinfo* info) {
  const std::unique_ptr<Question> owned(static_cast<Question*>(question));
  --owned->channel.open_questions_;
  DnsAnswer answer;
  if (status == ARES_SUCCESS && info != nullptr) answer = found(*info);
  if (answer.addresses.empty()) answer = failed(status == ARES_SUCCESS ? ARES_ENODATA : status);
  if (info != nullptr) ares_freeaddrinfo(info);
  if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED) return;
  owned->done(std::move(answer));
}

void DnsChannel::watch(void* channel, int descriptor, int readable, int writable) {
  auto& watched = static_cast<DnsChannel*>(channel)->watched_;
  const auto events =
      static_cast<short>((readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0));
  if (events == 0) {
    watched.erase(descriptor);
  } else {
    watched[descriptor] = events;
  }
}

void DnsChannel::add_descriptors(std::vector<pollfd>& polled) const {
  for (const auto& [descriptor, events] : watched_) polled.push_back({descriptor, events, 0});
}

std::chrono::milliseconds DnsChannel::wait_limit(std::chrono::milliseconds limit) const {
  timeval wait{};
  if (ares_timeout(channel_, nullptr, &wait) == nullptr) return limit;
  const auto until = std::chrono::ceil<std::chrono::milliseconds>(
      std::chrono::seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec));
  return std::min(limit, until);
}

void DnsChannel::process(std::span<const pollfd> polled) {
  for (const pollfd& one : polled) {
    // An earlier one may have closed it.
    if (one.revents == 0 || !watched_.contains(one.fd)) continue;
    const bool broken = (one.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    const bool readable = broken || (one.revents & POLLIN) != 0;
    const bool writable = (one.revents & POLLOUT) != 0;
    ares_process_fd(channel_, readable ? one.fd : ARES_SOCKET_BAD,
                    writable ? one.fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // its timeouts
}

}  // namespace barbacane::net::detail

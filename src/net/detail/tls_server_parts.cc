#include "net/detail/tls_server_parts.h"

#include <algorithm>
#include <array>

#include "net/detail/tls_errors.h"

namespace barbacane::net {

namespace detail {

namespace {

constexpr std::size_t kLongestHost = 253;

}  // namespace

void ServerNames::add(std::string_view name, std::size_t group) {
  if (name.starts_with("*.")) {
    wildcard_.try_emplace(std::string(name.substr(1)), group);
  } else {
    exact_.try_emplace(std::string(name), group);
  }
}

std::size_t ServerNames::find(std::string_view name) const {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() > kLongestHost) return 0;
  std::array<char, kLongestHost> lower;
  std::ranges::transform(name, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  const std::string_view host(lower.data(), name.size());
  if (const auto found = exact_.find(host); found != exact_.end()) return found->second;
  const std::size_t dot = host.find('.');
  if (dot == std::string_view::npos || dot == 0) return 0;
  const auto found = wildcard_.find(host.substr(dot));
  return found != wildcard_.end() ? found->second : 0;
}

}  // namespace detail

void TlsServerMaterial::Parts::add(detail::Identity identity) {
  std::vector<std::string> listed = detail::certificate_names(identity.chain.front().get());
  std::ranges::sort(listed);
  const int type = EVP_PKEY_get_base_id(identity.key.get());
  for (Group& group : groups) {
    const bool has_type = std::ranges::any_of(group.identities, [&](const detail::Identity& other) {
      return EVP_PKEY_get_base_id(other.key.get()) == type;
    });
    if (group.names == listed && !has_type) {
      group.identities.push_back(std::move(identity));
      return;
    }
  }
  for (const std::string& name : listed) names.add(name, groups.size());
  groups.push_back({std::move(listed), {}});
  groups.back().identities.push_back(std::move(identity));
}

}  // namespace barbacane::net

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "http/exchange.h"
#include "net/listener.h"

namespace barbacane::http {

/// The other end of a connection as text, made once.
class PeerName {
 public:
  explicit PeerName(const net::Endpoint& endpoint) : port_(endpoint.port()) {
    boost::asio::ip::address address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
      address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    const std::string text = address.to_string();
    std::copy_n(text.data(), std::min(text.size(), text_.size() - 1), text_.data());
  }

  /// Holds as long as this.
  Peer peer() const { return {text_.data(), port_}; }

 private:
  std::uint16_t port_;
  std::array<char, 46> text_{};
};

}  // namespace barbacane::http

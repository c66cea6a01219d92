#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

namespace barbacane::gateway {

/// `127.0.0.1:8080`, `[::1]:8080`. Host names are none.
std::optional<boost::asio::ip::tcp::endpoint> parse_address(std::string_view text);

/// The way back.
std::string to_text(const boost::asio::ip::tcp::endpoint& endpoint);

/// Whether something listens there already. Sockets with `SO_REUSEPORT` would otherwise share a
/// port with another gateway of the same user without a word. Empty when the address is free, else
/// the system's reason.
std::string reason_it_is_taken(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace barbacane::gateway

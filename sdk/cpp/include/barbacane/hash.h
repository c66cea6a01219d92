#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// SHA-256 (FIPS 180-4), HMAC (RFC 2104), and bytes as text. Not for comparing secrets.
namespace barbacane::plugin {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest sha256(std::string_view bytes);
Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);

inline std::string_view view(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Two lower-case digits a byte.
std::string hex_text(std::string_view bytes);
/// RFC 4648, 4: the usual alphabet, with padding.
std::string base64_encode(std::string_view bytes);
/// Nothing for what is not exactly that.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace barbacane::plugin

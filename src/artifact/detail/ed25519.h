#pragma once

#include <string>
#include <string_view>

/// Ed25519 (RFC 8032) on raw bytes.
namespace barbacane::artifact::detail {

inline constexpr std::size_t kSeedSize = 32;
inline constexpr std::size_t kPublicKeySize = 32;
inline constexpr std::size_t kSignatureSize = 64;

/// `seed` is the 32-byte private key.
std::string ed25519_public_key(std::string_view seed);
std::string ed25519_sign(std::string_view seed, std::string_view message);
bool ed25519_verify(std::string_view public_key, std::string_view message,
                    std::string_view signature);

}  // namespace barbacane::artifact::detail

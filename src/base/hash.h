#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

/// SHA-256 (FIPS 180-4) and hexadecimal text.
namespace barbacane::base {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);

/// Lower-case hexadecimal digits of the bytes.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// `sha256` as 64 lower-case digits, the form manifests carry.
std::string sha256_hex(std::string_view bytes);

/// Digits of either case to bytes; empty when the text has an odd length or another character.
std::string from_hex(std::string_view digits);

}  // namespace barbacane::base

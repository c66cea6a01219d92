#pragma once

#include <cstdint>
#include <string_view>

/// Signatures of JSON Web Signatures, checked for plugins (plugin ABI contract, 5.11; RFC 7518, 3;
/// RFC 8037).
///
/// The plugin names the algorithm and gives the key; which algorithms it trusts is its own
/// business. Keys come from whoever publishes them: one that is malformed or costly is refused
/// before any arithmetic. Any thread; takes as long as the arithmetic, a fraction of a millisecond.
namespace barbacane::services {

enum class Verdict : std::int32_t {
  kMalformed = -1,  ///< no JSON of that form, another algorithm, a key that is none or not its own
  kInvalid = 0,
  kValid = 1,
};

/// `{"algorithm": "ES256", "jwk": {…}, "message": "header.payload", "signature": [1, 2, …]}`, or
/// the signature as base64url text.
Verdict verify_signature_json(std::string_view json);

/// A public key as its JWK has it: base64url texts, empty where absent.
struct JsonWebKey {
  std::string_view type;   ///< `kty`
  std::string_view curve;  ///< `crv`
  std::string_view n;
  std::string_view e;
  std::string_view x;
  std::string_view y;
};

Verdict verify_signature(std::string_view algorithm, const JsonWebKey& key,
                         std::string_view message, std::string_view signature);

}  // namespace barbacane::services

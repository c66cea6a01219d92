#include "services/signature.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/base64.h"
#include "services/detail/json_document.h"

namespace barbacane::services {
namespace {

template <auto function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    function(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;
/// Larger exponents only make it slow. 65537 is what everybody uses.
constexpr int kMostExponentBits = 33;

enum class Family : std::uint8_t { kRsaPkcs1, kRsaPss, kEcdsa, kEddsa };

struct Algorithm {
  std::string_view name;
  Family family;
  const char* digest;  ///< null: the algorithm has its own
};

constexpr std::array<Algorithm, 10> kAlgorithms = {{
    {"RS256", Family::kRsaPkcs1, "SHA256"},
    {"RS384", Family::kRsaPkcs1, "SHA384"},
    {"RS512", Family::kRsaPkcs1, "SHA512"},
    {"PS256", Family::kRsaPss, "SHA256"},
    {"PS384", Family::kRsaPss, "SHA384"},
    {"PS512", Family::kRsaPss, "SHA512"},
    {"ES256", Family::kEcdsa, "SHA256"},
    {"ES384", Family::kEcdsa, "SHA384"},
    {"ES512", Family::kEcdsa, "SHA512"},
    {"EdDSA", Family::kEddsa, nullptr},
}};

struct Curve {
  std::string_view algorithm;
  std::string_view name;
  const char* group;  ///< as OpenSSL calls it
  std::size_t width;  ///< of a coordinate
};

constexpr std::array<Curve, 5> kCurves = {{
    {"ES256", "P-256", "P-256", 32},
    {"ES384", "P-384", "P-384", 48},
    {"ES512", "P-521", "P-521", 66},
    {"EdDSA", "Ed25519", "ED25519", 32},
    {"EdDSA", "Ed448", "ED448", 57},
}};

const Algorithm* find_algorithm(std::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.name == name) return &algorithm;
  }
  return nullptr;
}

const Curve* find_curve(std::string_view algorithm, std::string_view name) {
  for (const Curve& curve : kCurves) {
    if (curve.algorithm == algorithm && curve.name == name) return &curve;
  }
  return nullptr;
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number(std::string_view big_endian) {
  return Number(BN_bin2bn(bytes(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

Key key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return Key(key);
}

/// A key, or what is to be said without one.
struct Loaded {
  Key key;
  Verdict otherwise = Verdict::kMalformed;
};

Loaded load_rsa(const JsonWebKey& jwk) {
  if (jwk.type != "RSA") return {};
  // Before anything is decoded: the text of the largest key, and some.
  constexpr std::size_t kLongestText = kMostRsaBits / 6 + 64;
  if (jwk.n.size() > kLongestText || jwk.e.size() > kLongestText)
    return {nullptr, Verdict::kInvalid};
  const auto n_bytes = base::from_base64url(jwk.n);
  const auto e_bytes = base::from_base64url(jwk.e);
  if (!n_bytes || !e_bytes || n_bytes->empty() || e_bytes->empty()) return {};
  const Number n = number(*n_bytes);
  const Number e = number(*e_bytes);
  if (!n || !e) return {};
  const int bits = BN_num_bits(n.get());
  if (bits < kLeastRsaBits || bits > kMostRsaBits || BN_is_odd(n.get()) == 0 ||
      BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1 ||
      BN_num_bits(e.get()) > kMostExponentBits) {
    return {nullptr, Verdict::kInvalid};
  }
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return {};
  }
  return {key_from("RSA", builder.get())};
}

/// Coordinates have their full width (RFC 7518, 6.2.1.2). OpenSSL checks that the point lies on the
/// curve.
Loaded load_ec(const JsonWebKey& jwk, const Curve& curve) {
  const auto x = base::from_base64url(jwk.x.substr(0, 128));
  const auto y = base::from_base64url(jwk.y.substr(0, 128));
  if (jwk.type != "EC" || !x || !y || x->size() != curve.width || y->size() != curve.width)
    return {};
  const std::string point = '\x04' + *x + *y;
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return {};
  }
  return {key_from("EC", builder.get())};
}

Loaded load_okp(const JsonWebKey& jwk, const Curve& curve) {
  const auto x = base::from_base64url(jwk.x.substr(0, 128));
  if (jwk.type != "OKP" || !x || x->size() != curve.width) return {};
  return {Key(EVP_PKEY_new_raw_public_key_ex(nullptr, curve.group, nullptr, bytes(*x), x->size()))};
}

/// `r‖s` as the DER that OpenSSL wants; nothing when it is not as long as it must be.
std::optional<std::string> ecdsa_der(std::string_view signature, std::size_t width) {
  if (signature.size() != 2 * width) return std::nullopt;
  const EcdsaSignature pair(ECDSA_SIG_new());
  Number r = number(signature.substr(0, width));
  Number s = number(signature.substr(width));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.release(), s.release()) != 1)
    return std::nullopt;
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  if (length <= 0) return std::nullopt;
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return text;
}

bool use_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool holds(const Algorithm& algorithm, EVP_PKEY* key, std::string_view message,
           std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // the context's
  if (!context || EVP_DigestVerifyInit_ex(context.get(), &options, algorithm.digest, nullptr,
                                          nullptr, key, nullptr) != 1) {
    return false;
  }
  if (algorithm.family == Family::kRsaPss && !use_pss(options)) return false;
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

/// The array of byte numbers.
std::optional<std::string> read_bytes(const simdjson::dom::array& numbers) {
  std::string read;
  for (const simdjson::dom::element value : numbers) {
    std::uint64_t byte;
    if (value.get(byte) != simdjson::SUCCESS || byte > 255) return std::nullopt;
    read.push_back(static_cast<char>(byte));
  }
  return read;
}

std::optional<std::string> read_signature(simdjson::dom::element value) {
  simdjson::dom::array numbers;
  std::string_view text;
  if (value.get(numbers) == simdjson::SUCCESS) return read_bytes(numbers);
  if (value.get(text) == simdjson::SUCCESS) return base::from_base64url(text);
  return std::nullopt;
}

/// False when a member that matters is no text. Those that do not may be anything.
bool read_key(const simdjson::dom::object& members, JsonWebKey& key) {
  for (const auto& [name, value] : members) {
    std::string_view* place = nullptr;
    if (name == "kty") place = &key.type;
    if (name == "crv") place = &key.curve;
    if (name == "n") place = &key.n;
    if (name == "e") place = &key.e;
    if (name == "x") place = &key.x;
    if (name == "y") place = &key.y;
    if (place != nullptr && value.get(*place) != simdjson::SUCCESS) return false;
  }
  return true;
}

}  // namespace

Verdict verify_signature(std::string_view algorithm, const JsonWebKey& key,
                         std::string_view message, std::string_view signature) {
  const Algorithm* named = find_algorithm(algorithm);
  if (named == nullptr) return Verdict::kMalformed;
  const bool rsa = named->family == Family::kRsaPkcs1 || named->family == Family::kRsaPss;
  const Curve* curve = rsa ? nullptr : find_curve(algorithm, key.curve);
  if (!rsa && curve == nullptr) return Verdict::kMalformed;
  ERR_set_mark();
  const Loaded loaded = rsa                               ? load_rsa(key)
                        : named->family == Family::kEcdsa ? load_ec(key, *curve)
                                                          : load_okp(key, *curve);
  Verdict verdict = loaded.otherwise;
  if (loaded.key) {
    std::optional<std::string> bytes_of_it(signature);
    if (named->family == Family::kEcdsa) bytes_of_it = ecdsa_der(signature, curve->width);
    // One without its leading zeros is another signature (RFC 8017, 8.1.2), which OpenSSL
    // overlooks.
    const auto length = static_cast<std::size_t>(EVP_PKEY_get_size(loaded.key.get()));
    if (rsa && signature.size() != length) bytes_of_it.reset();
    const bool valid = bytes_of_it && holds(*named, loaded.key.get(), message, *bytes_of_it);
    verdict = valid ? Verdict::kValid : Verdict::kInvalid;
  }
  // What failed is no affair of the thread's next user of OpenSSL.
  ERR_pop_to_mark();
  return verdict;
}

Verdict verify_signature_json(std::string_view json) {
  const detail::JsonDocument document(json);
  const auto members = document.object();
  if (!members) return Verdict::kMalformed;
  std::string_view algorithm;
  std::string_view message;
  simdjson::dom::object jwk;
  simdjson::dom::element signature;
  if ((*members)["algorithm"].get(algorithm) != simdjson::SUCCESS ||
      (*members)["message"].get(message) != simdjson::SUCCESS ||
      (*members)["jwk"].get(jwk) != simdjson::SUCCESS ||
      (*members)["signature"].get(signature) != simdjson::SUCCESS) {
    return Verdict::kMalformed;
  }
  JsonWebKey key;
  const auto given = read_signature(signature);
  if (!given || !read_key(jwk, key)) return Verdict::kMalformed;
  return verify_signature(algorithm, key, message, *given);
}

}  // namespace barbacane::services

#include "services/signature.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/text.h"

namespace barbacane::services {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string base64url(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text.push_back(kLetters[bits >> (count - 6) & 63]);
    bits &= (1u << count) - 1;
  }
  if (count > 0) text.push_back(kLetters[bits << (6 - count) & 63]);
  return text;
}

std::string number_of(EVP_PKEY* key, const char* name, int width) {
  BIGNUM* number = nullptr;
  EXPECT_EQ(EVP_PKEY_get_bn_param(key, name, &number), 1);
  std::string bytes(static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(number)), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
               static_cast<int>(bytes.size()));
  BN_free(number);
  return base64url(bytes);
}

struct Scheme {
  std::string algorithm;
  std::string type;
  std::string curve;
  const char* digest;
  int width;  ///< of a coordinate
};

const std::array<Scheme, 11> kSchemes = {{{"RS256", "RSA", "", "SHA256", 0},
                                          {"RS384", "RSA", "", "SHA384", 0},
                                          {"RS512", "RSA", "", "SHA512", 0},
                                          {"PS256", "RSA", "", "SHA256", 0},
                                          {"PS384", "RSA", "", "SHA384", 0},
                                          {"PS512", "RSA", "", "SHA512", 0},
                                          {"ES256", "EC", "P-256", "SHA256", 32},
                                          {"ES384", "EC", "P-384", "SHA384", 48},
                                          {"ES512", "EC", "P-521", "SHA512", 66},
                                          {"EdDSA", "OKP", "Ed25519", nullptr, 0},
                                          {"EdDSA", "OKP", "Ed448", nullptr, 0}}};

Key make_key(const Scheme& scheme, std::size_t rsa_bits = 2048) {
  EVP_PKEY* key = nullptr;
  if (scheme.type == "RSA") key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", rsa_bits);
  if (scheme.type == "EC") key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", scheme.curve.c_str());
  if (scheme.type == "OKP") key = EVP_PKEY_Q_keygen(nullptr, nullptr, scheme.curve.c_str());
  EXPECT_NE(key, nullptr);
  return Key(key, &EVP_PKEY_free);
}

std::string jwk_of(const Scheme& scheme, EVP_PKEY* key) {
  if (scheme.type == "RSA")
    return R"({"kty":"RSA","alg":"whatever","n":")" + number_of(key, OSSL_PKEY_PARAM_RSA_N, 0) +
           R"(","e":")" + number_of(key, OSSL_PKEY_PARAM_RSA_E, 0) + "\"}";
  if (scheme.type == "EC")
    return R"({"kty":"EC","crv":")" + scheme.curve + R"(","x":")" +
           number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, scheme.width) + R"(","y":")" +
           number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, scheme.width) + R"(","key_ops":["verify"]})";
  std::string raw(57, '\0');
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size);
  raw.resize(size);
  return R"({"kty":"OKP","crv":")" + scheme.curve + R"(","x":")" + base64url(raw) + "\"}";
}

/// As a JSON Web Signature has it.
std::string sign(const Scheme& scheme, EVP_PKEY* key, std::string_view message) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* options = nullptr;
  EVP_DigestSignInit_ex(context, &options, scheme.digest, nullptr, nullptr, key, nullptr);
  if (scheme.algorithm.starts_with("PS")) {
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
  }
  std::string signature(2048, '\0');
  std::size_t size = signature.size();
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  EXPECT_EQ(EVP_DigestSign(context, out, &size,
                           reinterpret_cast<const unsigned char*>(message.data()), message.size()),
            1);
  EVP_MD_CTX_free(context);
  signature.resize(size);
  if (scheme.type != "EC") return signature;
  const auto* der = reinterpret_cast<const unsigned char*>(signature.data());
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size));
  std::string fixed(static_cast<std::size_t>(2 * scheme.width), '\0');
  auto* place = reinterpret_cast<unsigned char*>(fixed.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), place, scheme.width);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), place + scheme.width, scheme.width);
  ECDSA_SIG_free(pair);
  return fixed;
}

std::string as_numbers(std::string_view bytes) {
  std::string json = "[";
  for (const char c : bytes)
    json += (json.size() > 1 ? "," : "") + std::to_string(static_cast<unsigned char>(c));
  return json + "]";
}

std::string input(std::string_view algorithm, std::string_view jwk, std::string_view message,
                  std::string_view signature_json) {
  std::string json = R"({"algorithm":")";
  json.append(algorithm).append(R"(","jwk":)").append(jwk).append(R"(,"message":)");
  json.append(base::json_string(message)).append(R"(,"signature":)").append(signature_json);
  return json.append("}");
}

TEST(Signature, OfEveryAlgorithmIsValidForItsMessageAlone) {
  for (const Scheme& scheme : kSchemes) {
    SCOPED_TRACE(scheme.algorithm + scheme.curve);
    const Key key = make_key(scheme);
    const Key other = make_key(scheme);
    const std::string jwk = jwk_of(scheme, key.get());
    const std::string signature = sign(scheme, key.get(), "header.payload");
    const auto verdict = [&](std::string_view of, std::string_view message, std::string_view sig) {
      const Verdict numbers =
          verify_signature_json(input(scheme.algorithm, of, message, as_numbers(sig)));
      EXPECT_EQ(numbers, verify_signature_json(
                             input(scheme.algorithm, of, message, "\"" + base64url(sig) + "\"")));
      return numbers;
    };
    EXPECT_EQ(verdict(jwk, "header.payload", signature), Verdict::kValid);
    EXPECT_EQ(verdict(jwk, "header.payloae", signature), Verdict::kInvalid);
    EXPECT_EQ(verdict(jwk, "", signature), Verdict::kInvalid);
    EXPECT_EQ(verdict(jwk_of(scheme, other.get()), "header.payload", signature), Verdict::kInvalid);
    EXPECT_EQ(verdict(jwk, "header.payload", ""), Verdict::kInvalid);
    EXPECT_EQ(verdict(jwk, "header.payload", signature + '\0'), Verdict::kInvalid);
    EXPECT_EQ(verdict(jwk, "header.payload", signature.substr(1)), Verdict::kInvalid);
    EXPECT_EQ(verdict(jwk, "header.payload", std::string(signature.size(), '\0')),
              Verdict::kInvalid);
    std::string flipped = signature;
    flipped[flipped.size() / 2] ^= 1;
    EXPECT_EQ(verdict(jwk, "header.payload", flipped), Verdict::kInvalid);
  }
}

TEST(Signature, OfRsaIsAsLongAsItsKey) {
  for (const Scheme& scheme : kSchemes) {
    if (scheme.type != "RSA") continue;
    SCOPED_TRACE(scheme.algorithm);
    const Key key = make_key(scheme);
    const std::string jwk = jwk_of(scheme, key.get());
    // One in 256 begins with a zero, which as a number may be left out.
    std::string message;
    std::string signature;
    for (int i = 0; i < 10'000 && (i == 0 || signature.front() != '\0'); ++i) {
      message = std::to_string(i);
      signature = sign(scheme, key.get(), message);
    }
    ASSERT_EQ(signature.front(), '\0');
    const auto verdict = [&](std::string_view sig) {
      return verify_signature_json(input(scheme.algorithm, jwk, message, as_numbers(sig)));
    };
    EXPECT_EQ(verdict(signature), Verdict::kValid);
    EXPECT_EQ(verdict(signature.substr(1)), Verdict::kInvalid);
    EXPECT_EQ(verdict(std::string(1, '\0') + signature), Verdict::kInvalid);
  }
}

TEST(Signature, OfOneAlgorithmIsNotThatOfAnother) {
  for (const Scheme& scheme : kSchemes) {
    const Key key = make_key(scheme);
    const std::string jwk = jwk_of(scheme, key.get());
    const std::string signature = as_numbers(sign(scheme, key.get(), "m"));
    for (const Scheme& other : kSchemes) {
      if (other.algorithm == scheme.algorithm) continue;
      const Verdict expected =
          scheme.type == "RSA" && other.type == "RSA" ? Verdict::kInvalid : Verdict::kMalformed;
      EXPECT_EQ(verify_signature_json(input(other.algorithm, jwk, "m", signature)), expected)
          << scheme.algorithm << " as " << other.algorithm;
    }
    for (const auto* name : {"none", "HS256", "rs256", "", "ES256K"}) {
      EXPECT_EQ(verify_signature_json(input(name, jwk, "m", signature)), Verdict::kMalformed);
    }
  }
}

/// RFC 7515, A.2 and A.3; RFC 8037, A.4.
TEST(Signature, OfTheRfcsIsValid) {
  constexpr std::string_view kPayload =
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
      "fQ";
  EXPECT_EQ(
      verify_signature_json(input(
          "RS256",
          R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})",
          "eyJhbGciOiJSUzI1NiJ9." + std::string(kPayload),
          R"("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")")),
      Verdict::kValid);
  EXPECT_EQ(
      verify_signature_json(input(
          "ES256",
          R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
          "eyJhbGciOiJFUzI1NiJ9." + std::string(kPayload),
          R"("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")")),
      Verdict::kValid);
  EXPECT_EQ(
      verify_signature_json(input(
          "EdDSA",
          R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
          "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
          R"("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")")),
      Verdict::kValid);
}

TEST(Signature, NeedsAnRsaKeyOfAReasonableSize) {
  const Key weak = make_key(kSchemes[0], 1024);
  const std::string signature = as_numbers(sign(kSchemes[0], weak.get(), "m"));
  EXPECT_EQ(verify_signature_json(input("RS256", jwk_of(kSchemes[0], weak.get()), "m", signature)),
            Verdict::kInvalid);
  const auto with = [&](const std::string& n, const std::string& e) {
    return verify_signature_json(
        input("RS256", R"({"kty":"RSA","n":")" + base64url(n) + R"(","e":")" + base64url(e) + "\"}",
              "m", signature));
  };
  const std::string n(256, '\xFF');
  EXPECT_EQ(with(std::string(1025, '\xFF'), "\x03"), Verdict::kInvalid);
  EXPECT_EQ(with(std::string(1'000'000, '\xFF'), "\x03"), Verdict::kInvalid);
  EXPECT_EQ(with(n, std::string(256, '\xFF')), Verdict::kInvalid);
  EXPECT_EQ(with(n, "\x01"), Verdict::kInvalid);
  EXPECT_EQ(with(n, "\x02"), Verdict::kInvalid);
  EXPECT_EQ(with(n.substr(1) + '\xFE', "\x03"), Verdict::kInvalid);
  EXPECT_EQ(with(n, ""), Verdict::kMalformed);
}

TEST(Signature, WithAKeyThatIsNoneIsMalformed) {
  const std::string x = base64url(std::string(32, '\x01'));
  const std::string shorter = base64url(std::string(31, '\x01'));
  for (const std::string& jwk : std::vector<std::string>{
           "{}",
           R"({"kty":"EC"})",
           R"({"kty":"EC","crv":"P-256"})",
           R"({"kty":"EC","crv":"P-384","x":")" + x + R"(","y":")" + x + "\"}",
           R"({"kty":"EC","crv":"P-256","x":")" + x + "\"}",
           R"({"kty":"EC","crv":"P-256","x":")" + shorter + R"(","y":")" + x + "\"}",
           R"({"kty":"EC","crv":"P-256","x":")" + x + R"(","y":")" + x + "\"}",  // on no curve
           R"({"kty":"OKP","crv":"P-256","x":")" + x + R"(","y":")" + x + "\"}",
           R"({"kty":"EC","crv":"P-256","x":1,"y":")" + x + "\"}",
           R"({"kty":"EC","crv":"P-256","x":"!!","y":")" + x + "\"}",
       }) {
    EXPECT_EQ(verify_signature_json(input("ES256", jwk, "m", "[1]")), Verdict::kMalformed) << jwk;
  }
}

TEST(Signature, IsMalformedWhenTheJsonIs) {
  const Key key = make_key(kSchemes[6]);
  const std::string jwk = jwk_of(kSchemes[6], key.get());
  for (const auto* signature : {"null", "[256]", "[-1]", "[1.5]", "[\"1\"]", "\"=\"", "{}", "5"})
    EXPECT_EQ(verify_signature_json(input("ES256", jwk, "m", signature)), Verdict::kMalformed);
  EXPECT_EQ(verify_signature_json(input("ES256", "null", "m", "[1]")), Verdict::kMalformed);
  for (const auto* json : {"", "[]", "{", R"({"algorithm":"ES256"})"})
    EXPECT_EQ(verify_signature_json(json), Verdict::kMalformed);
}

}  // namespace
}  // namespace barbacane::services

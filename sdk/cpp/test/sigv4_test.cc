#include "barbacane/sigv4.h"

#include <ostream>

#include <gtest/gtest.h>

namespace barbacane::plugin::sigv4 {
namespace {

/// One of the vectors that AWS publishes with its SDKs; `host` and `x-amz-date` are added to each.
struct Vector {
  std::string_view name, method, path, query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view body, signature;
  std::string_view token = {};
};
void PrintTo(const Vector& vector, std::ostream* out) { *out << vector.name; }

constexpr std::string_view kTime = "20150830T123600Z";
constexpr std::string_view kUnreserved =
    "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const std::string kUnreservedPath = "/" + std::string(kUnreserved);
const std::string kUnreservedQuery = std::string(kUnreserved) + "=" + std::string(kUnreserved);
constexpr std::string_view kToken =
    "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";

class PublishedVectors : public testing::TestWithParam<Vector> {};

TEST_P(PublishedVectors, GiveTheirSignature) {
  const Vector& vector = GetParam();
  Request request{vector.method, vector.path, vector.query, vector.headers, vector.body};
  request.headers.emplace_back("host", "example.amazonaws.com");
  request.headers.emplace_back("x-amz-date", kTime);
  const Credentials credentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                std::string(vector.token)};
  const std::string text = authorization(credentials, {"us-east-1", "service", kTime}, request);
  EXPECT_EQ(text.substr(0, text.find(", ")),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request");
  EXPECT_EQ(text.substr(text.rfind('=') + 1), vector.signature);
}

INSTANTIATE_TEST_SUITE_P(
    Aws, PublishedVectors,
    testing::Values(
        Vector{"get-vanilla",
               "GET",
               "/",
               "",
               {},
               "",
               "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        Vector{"get-header-key-duplicate",
               "GET",
               "/",
               "",
               {{"my-header1", "value2"}, {"my-header1", "value2"}, {"my-header1", "value1"}},
               "",
               "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
        Vector{"get-header-value-order",
               "GET",
               "/",
               "",
               {{"my-header1", "value4"},
                {"my-header1", "value1"},
                {"my-header1", "value3"},
                {"my-header1", "value2"}},
               "",
               "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
        Vector{"get-header-value-trim",
               "GET",
               "/",
               "",
               {{"my-header1", " value1"}, {"my-header2", " \"a   b   c\""}},
               "",
               "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
        Vector{"get-unreserved",
               "GET",
               kUnreservedPath,
               "",
               {},
               "",
               "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
        Vector{"get-utf8",
               "GET",
               "/\xE1\x88\xB4",
               "",
               {},
               "",
               "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
        Vector{"get-space-unnormalized",
               "GET",
               "/example space/",
               "",
               {},
               "",
               "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
        Vector{"get-slashes-unnormalized",
               "GET",
               "//example//",
               "",
               {},
               "",
               "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5"},
        Vector{"get-vanilla-empty-query-key",
               "GET",
               "/",
               "Param1=value1",
               {},
               "",
               "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
        Vector{"get-vanilla-query-order-key-case",
               "GET",
               "/",
               "Param2=value2&Param1=value1",
               {},
               "",
               "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        Vector{"get-vanilla-query-order-encoded",
               "GET",
               "/",
               "Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
               {},
               "",
               "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
        Vector{"get-vanilla-query-unreserved",
               "GET",
               "/",
               kUnreservedQuery,
               {},
               "",
               "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
        Vector{"get-vanilla-utf8-query",
               "GET",
               "/",
               "\xE1\x88\xB4=bar",
               {},
               "",
               "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
        Vector{"get-vanilla-with-session-token",
               "GET",
               "/",
               "",
               {{"x-amz-security-token", std::string(kToken)}},
               "",
               "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
               kToken},
        Vector{"post-x-www-form-urlencoded",
               "POST",
               "/",
               "",
               {{"content-type", "application/x-www-form-urlencoded"},
                {"content-length", "13"},
                {"x-amz-content-sha256",
                 "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"}},
               "Param1=value1",
               "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"}));

TEST(SigV4, NamesTheSignedHeadersInOrder) {
  std::string signed_headers;
  const Request request{"POST", "", "", {{"x-b", "2"}, {"a", " 1  2 "}, {"x-b", "3"}}, ""};
  EXPECT_EQ(canonical_request(request, signed_headers),
            "POST\n/\n\na:1 2\nx-b:2,3\n\na;x-b\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(signed_headers, "a;x-b");
}

TEST(SigV4, WritesTimes) {
  EXPECT_EQ(time_text(0), "19700101T000000Z");
  EXPECT_EQ(time_text(1440938160), "20150830T123600Z");
  EXPECT_EQ(time_text(1709164800), "20240229T000000Z");
  EXPECT_EQ(time_text(4102444799), "20991231T235959Z");
}

}  // namespace
}  // namespace barbacane::plugin::sigv4

#include "services/http_result.h"

#include <memory_resource>

#include <gtest/gtest.h>

#include "base/base64.h"

namespace barbacane::services {
namespace {

TEST(HttpResultJson, HasANullBodyForEveryAnswer) {
  HttpResult result;
  result.status = 404;
  result.headers = {{"content-type", "text/plain"}, {"x", "a\"b\\\n\x01"}};
  result.body = "gone";
  EXPECT_EQ(result_json(result),
            R"({"status":404,"headers":{"content-type":"text/plain","x":"a\"b\\\n\u0001"},)"
            R"("body":null})");
}

TEST(HttpResultJson, HasTheDocumentOfAFailureInBothPlaces) {
  const HttpResult result =
      result_of({HttpFailure::kTimeout, "127.0.0.1 is slow", std::chrono::seconds(0)});
  EXPECT_EQ(result.body,
            R"({"type":"urn:barbacane:error:upstream-timeout","title":"Gateway Timeout",)"
            R"("status":504,"detail":"The upstream service did not answer in time."})");
  EXPECT_EQ(result_json(result),
            R"({"status":504,"headers":{"content-type":"application/problem+json"},"body":")" +
                base::base64(result.body) + R"(","error":"timeout"})");
}

TEST(HttpResultJson, TellsNobodyWhatIsForTheLog) {
  for (int n = 1; n <= static_cast<int>(HttpFailure::kCancelled); ++n) {
    const auto failure = static_cast<HttpFailure>(n);
    const HttpResult result = result_of({failure, "10.0.0.7 refused", std::chrono::seconds(0)});
    EXPECT_EQ(result.body.find("10.0.0.7"), std::string::npos);
    EXPECT_EQ(result_json(result).find("10.0.0.7"), std::string::npos);
    EXPECT_EQ(result.failure, failure);
    EXPECT_GE(result.status, 502);
  }
}

TEST(HttpResultHeaders, AreJoinedByNameInLowerCase) {
  std::pmr::monotonic_buffer_resource arena;
  http::ResponseHead head(&arena);
  head.fields = {
      {"Vary", "a"},         {"Set-Cookie", "a=1; Path=/"}, {"ETag", "\"x\""}, {"vary", "b"},
      {"set-cookie", "b=2"}, {"Latin", "caf\xe9"},          {"latin", "cafe"}, {"VARY", "c"}};
  EXPECT_EQ(headers_of(head), (HttpResult::Headers{{"etag", "\"x\""},
                                                   {"latin", "cafe"},
                                                   {"set-cookie", "a=1; Path=/\nb=2"},
                                                   {"vary", "a, b, c"}}));
  head.fields.clear();
  EXPECT_TRUE(headers_of(head).empty());
}

}  // namespace
}  // namespace barbacane::services

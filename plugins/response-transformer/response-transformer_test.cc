#include "plugins/plugin_test.h"

namespace barbacane::plugins {
namespace {

using testing::HasSubstr;

class ResponseTransformer : public PluginTest {
 protected:
  ResponseTransformer() : PluginTest("response-transformer") {}

  PluginResponse changed(const std::string& config, PluginResponse response) {
    auto exchange = load(config).exchange();
    EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
    exchange.on_response(std::move(response));
    return exchange.response();
  }
};

TEST_P(ResponseTransformer, LeavesResponsesAloneWithoutConfig) {
  const PluginResponse response =
      changed("{}", {.status = 404, .headers = {{"x", "1"}}, .body = " {}"});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.header("x"), "1");
  EXPECT_EQ(response.body, " {}");
}

TEST_P(ResponseTransformer, MapsStatuses) {
  EXPECT_EQ(changed(R"({"status":{"404":200,"200":201}})", {.status = 404}).status, 200);
  EXPECT_EQ(changed(R"({"status":{"404":200,"200":201}})", {.status = 200}).status, 201);
  EXPECT_EQ(changed(R"({"status":{"404":200}})", {.status = 500}).status, 500);
}

TEST_P(ResponseTransformer, ChangesHeaders) {
  const PluginResponse response =
      changed(R"({"headers":{"remove":["X-Powered-By"],"rename":{"x-old":"x-new"},)"
              R"("set":{"cache-control":"no-store"},"add":{"x-ip":"$client_ip"}}})",
              {.headers = {{"x-powered-by", "PHP"}, {"X-Old", "1"}, {"cache-control", "public"}}});
  EXPECT_EQ(response.header("x-powered-by"), std::nullopt);
  EXPECT_EQ(response.header("x-new"), "1");
  EXPECT_EQ(response.header("cache-control"), "public");
  EXPECT_EQ(response.header("x-ip"), "$client_ip");
}

TEST_P(ResponseTransformer, KeepsCookiesApartWhenTheyMove) {
  const PluginResponse response =
      changed(R"({"headers":{"rename":{"x-cookie":"set-cookie"},"add":{"x":"1"}}})",
              {.headers = {{"set-cookie", "a=1, b"}, {"set-cookie", "c=2"}}});
  EXPECT_EQ(response.headers.size(), 3u);
}

TEST_P(ResponseTransformer, ChangesJsonBodies) {
  EXPECT_EQ(changed(R"({"body":{"remove":["/secret"],"rename":{"/a":"/b"},"add":{"/v":"1"}}})",
                    {.body = R"({"a":1.0,"secret":"x"})"})
                .body,
            R"({"b":1.0,"v":"1"})");
  EXPECT_EQ(changed(R"({"body":{"add":{"/v":"1"}}})", {.body = "text"}).body, "text");
  EXPECT_EQ(changed(R"({"body":{"add":{"/v":"1"}}})", {}).body, std::nullopt);
}

TEST_P(ResponseTransformer, SaysWhatIsWrongWithItsConfig) {
  EXPECT_THAT(refusal(R"({"status":{"99":200}})"), HasSubstr("'status' has a member '99'"));
  EXPECT_THAT(refusal(R"({"status":{"404":100}})"), HasSubstr("'status.404' must be an integer"));
  EXPECT_THAT(refusal(R"({"body":{"rename":{"/a":"b"}}})"), HasSubstr("'body.rename./a' must be"));
  EXPECT_THAT(refusal(R"({"headers":{"remove":[""]}})"), HasSubstr("'headers.remove[0]'"));
}

BARBACANE_BOTH_INTERFACES(ResponseTransformer);

}  // namespace
}  // namespace barbacane::plugins

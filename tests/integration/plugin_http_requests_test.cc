// What plugins send out and what they get back, byte for byte: plugin ABI, 5.5.
#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calling_plugin.h"
#include "json_body.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using testkit::ReceivedRequest;
using testkit::Upstream;

constexpr std::array kFunctions = {OutboundFunction::kCall, OutboundFunction::kStream,
                                   OutboundFunction::kDetach};

class PluginHttpRequests : public testing::TestWithParam<PluginAbi> {
 protected:
  PluginHttpRequests() { upstream_.otherwise({testkit::answer(200)}); }

  CallingGatewayOptions options() const {
    return {.abi = GetParam(), .written = {upstream_.url()}};
  }
  std::string asks(std::string_view method, std::string_view more = "") const {
    return R"({"method":")" + std::string(method) + R"(","url":")" + upstream_.url("/") + '"' +
           std::string(more) + '}';
  }
  /// What arrives of this call, which arrives.
  ReceivedRequest arrives(const CallingGateway& gateway, const OutboundCall& call) const {
    const std::size_t before = upstream_.requests().size();
    EXPECT_EQ(gateway.request({call}).status, 200);
    return upstream_.wait_for_requests(before + 1).back();
  }

  Upstream upstream_;
};

INSTANTIATE_TEST_SUITE_P(Abi, PluginHttpRequests,
                         testing::Values(PluginAbi::kJson, PluginAbi::kDirect),
                         [](const auto& abi) {
                           return abi.param == PluginAbi::kJson ? "Json" : "Direct";
                         });

TEST_P(PluginHttpRequests, CarryNoFieldThatIsTheGatewaysBusiness) {
  const CallingGateway gateway(options());
  const std::string request = http_request(upstream_.url("/a?b=c"), R"(,"headers":{
      "Authorization":"Bearer t","host":"evil","HOST":"evil","content-length":"99",
      "Transfer-Encoding":"chunked","connection":"close, x-mine","Keep-Alive":"1",
      "proxy-connection":"keep-alive","Upgrade":"h2c","TE":"trailers","Trailer":"x-sum",
      "X-Mine":" 1 "})");
  for (const OutboundFunction function : kFunctions) {
    EXPECT_EQ(arrives(gateway, {function, request}).head,
              "GET /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(upstream_.port()) +
                  "\r\nauthorization: Bearer t\r\nx-mine: 1\r\n\r\n")
        << name_of(function);
  }
}

TEST_P(PluginHttpRequests, HaveTheBodyThatWasSetOrThatOfTheJson) {
  struct Case {
    std::string name, method, member;  ///< of the JSON
    std::optional<std::string> beside;
    std::string body, length;
  };
  const std::string bytes("\0\r\n\xff", 4);
  const std::vector<Case> cases = {
      {"an empty one is none", "GET", "", "", "", ""},
      {"an empty one is none", "HEAD", "", "", "", ""},
      {"an empty one is none", "OPTIONS", "", "", "", ""},
      {"an empty one is none", "DELETE", "", "", "", ""},
      {"none", "GET", "", std::nullopt, "", ""},
      {"an empty one has a length", "POST", "", "", "", "0"},
      {"an empty one has a length", "PUT", R"(,"body":null)", std::nullopt, "", "0"},
      {"bytes", "POST", "", bytes, bytes, "4"},
      {"of a GET", "GET", "", "abc", "abc", "3"},
      {"of the JSON", "POST", R"(,"body":"AA0K/w==")", std::nullopt, bytes, "4"},
      {"of the JSON, empty", "GET", R"(,"body":"")", std::nullopt, "", ""},
      {"the one that was set wins", "POST", R"(,"body":"YWJj")", "set", "set", "3"},
      {"even when it is empty", "POST", R"(,"body":"YWJj")", "", "", "0"},
  };
  const CallingGateway gateway(options());
  for (const OutboundFunction function : kFunctions) {
    for (const Case& one : cases) {
      SCOPED_TRACE(std::string(name_of(function)) + ' ' + one.method + ' ' + one.name);
      const ReceivedRequest request =
          arrives(gateway, {function, asks(one.method, one.member), one.beside});
      EXPECT_EQ(request.method, one.method);
      EXPECT_EQ(request.body, one.body);
      EXPECT_EQ(request.has("content-length"), !one.length.empty());
      EXPECT_EQ(request.header("content-length"), one.length);
      EXPECT_FALSE(request.has("transfer-encoding"));
    }
  }
}

TEST_P(PluginHttpRequests, TakeTheBodyThatWasSetOnce) {
  const CallingGateway gateway(options());
  const std::string post = asks("POST");
  for (const OutboundFunction function : kFunctions) {
    SCOPED_TRACE(name_of(function));
    const std::size_t before = upstream_.requests().size();
    // Detached calls go out when the handler has returned.
    gateway.request({{function, post, "first"}});
    upstream_.wait_for_requests(before + 1);
    gateway.request({{OutboundFunction::kCall, post, "second"}, {function, post}});
    const auto requests = upstream_.wait_for_requests(before + 3);
    EXPECT_EQ(requests.at(before).body, "first");
    EXPECT_EQ(requests.at(before + 1).body, "second");
    EXPECT_EQ(requests.at(before + 2).body, "");
  }
}

TEST_P(PluginHttpRequests, LeaveItWhenTheirJsonIsBad) {
  const CallingGateway gateway(options());
  const std::string post = asks("POST");
  for (const OutboundFunction function : kFunctions) {
    SCOPED_TRACE(name_of(function));
    const std::size_t before = upstream_.requests().size();
    const auto outcomes =
        gateway.ask_each({{function, "{}", "kept"}, {.json = post}, {.json = post}});
    EXPECT_EQ(outcomes.at(0).came, -1);
    const auto requests = upstream_.wait_for_requests(before + 2);
    EXPECT_EQ(requests.at(before).body, "kept");
    EXPECT_EQ(requests.at(before + 1).body, "");
  }
}

TEST_P(PluginHttpRequests, LeaveNoBodyToTheNextRequestOfTheGateway) {
  const CallingGateway gateway(options());
  EXPECT_EQ(gateway.ask({.json = "{}", .body = "of another client"}).came, -1);
  EXPECT_EQ(arrives(gateway, {.json = asks("POST")}).body, "");
}

TEST_P(PluginHttpRequests, AreAnsweredWithStatusFieldsAndBytes) {
  upstream_.script("/", {testkit::answer(404, "none here", {{"X-One", "1"}, {"x-one", "2"}})});
  upstream_.script("/empty", {testkit::answer(204)});
  const CallingGateway gateway(options());
  CallOutcome outcome = gateway.ask({.json = asks("GET")});
  EXPECT_EQ(outcome.came, static_cast<int>(outcome.result.size()));
  const boost::json::object result = object(outcome.result);
  EXPECT_EQ(result.at("status"), 404);
  EXPECT_TRUE(result.at("body").is_null());
  EXPECT_EQ(text_member(result.at("headers").as_object(), "x-one"), "1, 2");
  EXPECT_EQ(outcome.slot, "none here");
  outcome = gateway.ask({.json = http_request(upstream_.url("/empty"))});
  EXPECT_EQ(object(outcome.result).at("status"), 204);
  EXPECT_EQ(outcome.slot, "");
}

TEST_P(PluginHttpRequests, FollowNoRedirect) {
  upstream_.script("/", {testkit::answer(302, "", {{"location", upstream_.url("/there")}})});
  const CallingGateway gateway(options());
  const boost::json::object result = object(gateway.ask({.json = asks("GET")}).result);
  EXPECT_EQ(result.at("status"), 302);
  EXPECT_EQ(text_member(result.at("headers").as_object(), "location"), upstream_.url("/there"));
  const testkit::Response streamed = gateway.request({{OutboundFunction::kStream, asks("GET")}});
  EXPECT_EQ(streamed.status, 302);
  EXPECT_EQ(streamed.header("location"), upstream_.url("/there"));
  EXPECT_EQ(gateway.ask({OutboundFunction::kDetach, asks("GET")}).came, 0);
  upstream_.wait_for_requests(3);
  EXPECT_TRUE(upstream_.wait_for_idle_connections(1));
  EXPECT_EQ(upstream_.requests().size(), 3U);
}

TEST_P(PluginHttpRequests, AreAnsweredInTheCodingTheyAskedFor) {
  const std::string packed("\x1f\x8b\x08\0packed", 10);
  upstream_.script("/", {testkit::answer(200, packed, {{"content-encoding", "gzip"}})});
  const CallingGateway gateway(options());
  const std::string request = asks("GET", R"(,"headers":{"Accept-Encoding":"gzip"})");
  const CallOutcome outcome = gateway.ask({.json = request});
  EXPECT_EQ(outcome.slot, packed);
  const boost::json::object result = object(outcome.result);
  EXPECT_EQ(text_member(result.at("headers").as_object(), "content-encoding"), "gzip");
  const testkit::Response streamed = gateway.request({{OutboundFunction::kStream, request}});
  EXPECT_EQ(streamed.body, packed);
  EXPECT_EQ(streamed.header("content-encoding"), "gzip");
  for (const ReceivedRequest& received : upstream_.requests())
    EXPECT_EQ(received.header("accept-encoding"), "gzip");
  EXPECT_FALSE(arrives(gateway, {.json = asks("GET")}).has("accept-encoding"));
}

}  // namespace
}  // namespace barbacane::integration

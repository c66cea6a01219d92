// Outbound HTTP of plugins that fails, as the plugin sees it: plugin ABI, 5.5 and 9.4.
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "calling_plugin.h"
#include "json_body.h"
#include "testkit/certificates.h"
#include "testkit/eventually.h"
#include "testkit/stream.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testkit::Upstream;

/// A call that fails, and how.
struct Row {
  std::string name;
  std::string request;
  int status;
  std::string type;  ///< of the problem document
  std::string kind;  ///< in the log
};

Row unavailable(std::string_view name, std::string request, std::string_view kind) {
  return {std::string(name), std::move(request), 502, "upstream-unavailable", std::string(kind)};
}

Row late(std::string_view name, std::string request) {
  return {std::string(name), std::move(request), 504, "upstream-timeout", "timeout"};
}

class PluginHttpFailures : public testing::TestWithParam<PluginAbi> {
 protected:
  PluginHttpFailures() {
    upstream_.otherwise({testkit::answer(200, "fine")});
    upstream_.script("/silent", {testkit::wait_for_departure()});
    upstream_.script("/half", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
                               testkit::wait_for_departure()});
    upstream_.script("/trickle", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n"),
                                  testkit::drip(std::string(900, 'x'), 1, 5ms)});
    upstream_.script("/close", {testkit::close()});
    upstream_.script("/odd", {testkit::send("not HTTP at all\r\n\r\n"), testkit::close()});
    upstream_.script("/torn", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
                               testkit::close()});
    upstream_.script("/torn-chunk",
                     {testkit::send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                                    "9\r\nhalf"),
                      testkit::reset()});
    upstream_.script("/large", {testkit::answer(200, std::string(1001, 'x'))});
    upstream_.script("/large-chunks", {testkit::answer_in_chunks(
                                          200, {std::string(900, 'x'), std::string(900, 'x')})});
    upstream_.script("/endless", {testkit::send("HTTP/1.1 200 OK\r\n\r\n"),
                                  testkit::repeat_for_ever(std::string(500, 'x'))});
  }

  /// Answers of up to 1000 bytes fit.
  CallingGatewayOptions options() const {
    return {.abi = GetParam(),
            .written = {upstream_.url(), encrypted_.url(), nowhere_, "http://nothing.invalid",
                        "http://169.254.169.254"},
            .gateway = {.serve_flags = {"--allow-plaintext-upstream"},
                        .environment = {{"BARBACANE_MAX_UPSTREAM_RESPONSE_BYTES", "1000"}}}};
  }

  std::string get(std::string_view path, std::string_view more = "") const {
    return http_request(upstream_.url(path), more);
  }
  std::string with_method(std::string_view method) const {
    return R"({"method":")" + std::string(method) + R"(","url":")" + upstream_.url() + "\"}";
  }
  std::string with_field(std::string_view name, std::string_view value) const {
    return get("/",
               R"(,"headers":{")" + std::string(name) + R"(":")" + std::string(value) + R"("})");
  }

  std::vector<Row> before_the_head() const;
  std::vector<Row> behind_the_head() const;

  testkit::Certificates certificates_;
  testkit::Certificate certificate_ = certificates_.good();
  Upstream upstream_;
  Upstream encrypted_{{.tls = testkit::TlsServerOptions{.certificate = certificate_.certificate,
                                                        .key = certificate_.key}}};
  std::string nowhere_ = "http://127.0.0.1:" + std::to_string(testkit::free_port());
};

INSTANTIATE_TEST_SUITE_P(Abi, PluginHttpFailures,
                         testing::Values(PluginAbi::kJson, PluginAbi::kDirect),
                         [](const auto& abi) {
                           return abi.param == PluginAbi::kJson ? "Json" : "Direct";
                         });

std::vector<Row> PluginHttpFailures::before_the_head() const {
  const std::string host = "127.0.0.1:" + std::to_string(upstream_.port());
  return {
      late("silent", get("/silent", R"(,"timeout_ms":100)")),
      late("no time at all", get("/", R"(,"timeout_ms":0)")),
      unavailable("refused", http_request(nowhere_), "connect"),
      unavailable("closes", get("/close"), "connect"),
      unavailable("no HTTP", get("/odd"), "connect"),
      unavailable("no such name", http_request("http://nothing.invalid/"), "dns"),
      unavailable("nobody trusts it", http_request(encrypted_.url()), "tls"),
      unavailable("another's file", get("/", R"(,"tls":{"ca":"other.pem"})"), "tls"),
      unavailable("internal", http_request("http://10.0.0.1/"), "blocked"),
      unavailable("metadata", http_request("http://169.254.169.254/"), "blocked"),
      unavailable("no URL", http_request(""), "invalid"),
      unavailable("a relative URL", http_request("/x"), "invalid"),
      unavailable("no scheme", http_request(host + "/"), "invalid"),
      unavailable("no host", http_request("http:///x"), "invalid"),
      unavailable("a blank", http_request("http://a b/"), "invalid"),
      unavailable("port 0", http_request("http://127.0.0.1:0/"), "invalid"),
      unavailable("port 65536", http_request("http://127.0.0.1:65536/"), "invalid"),
      unavailable("credentials", http_request("http://user:word@" + host), "invalid"),
      unavailable("ftp", http_request("ftp://" + host + "/"), "invalid"),
      unavailable("file", http_request("file:///etc/hostname"), "invalid"),
      unavailable("ws", http_request("ws://" + host + "/"), "invalid"),
      unavailable("no method", with_method(""), "invalid"),
      unavailable("a method of two words", with_method("G T"), "invalid"),
      unavailable("a method of two lines", with_method(R"(GET / HTTP/1.1\r\nx: y\r\n\r\nGET)"),
                  "invalid"),
      unavailable("a tunnel", with_method("CONNECT"), "invalid"),
      unavailable("no name", with_field("", "y"), "invalid"),
      unavailable("a name of two words", with_field("x y", "z"), "invalid"),
      unavailable("a name with a colon", with_field("x:", "y"), "invalid"),
      unavailable("a name of HTTP/2", with_field(":path", "/y"), "invalid"),
      unavailable("a value of two lines", with_field("x", R"(y\r\nhost: z)"), "invalid"),
      unavailable("a value with a line feed", with_field("x", R"(y\nz)"), "invalid"),
      unavailable("a value with a zero", with_field("x", R"(y\u0000z)"), "invalid"),
  };
}

std::vector<Row> PluginHttpFailures::behind_the_head() const {
  return {
      late("half", get("/half", R"(,"timeout_ms":100)")),
      late("a trickle", get("/trickle", R"(,"timeout_ms":100)")),
      unavailable("torn", get("/torn"), "connect"),
      unavailable("a torn chunk", get("/torn-chunk"), "connect"),
      unavailable("too large, and says so", get("/large"), "too_large"),
      unavailable("too large", get("/large-chunks"), "too_large"),
      unavailable("endless", get("/endless"), "too_large"),
  };
}

void expect_document(const CallOutcome& outcome, const Row& row) {
  EXPECT_EQ(outcome.came, static_cast<int>(outcome.result.size()));
  const boost::json::object result = object(outcome.result);
  EXPECT_EQ(result.at("status"), row.status);
  const boost::json::object& headers = result.at("headers").as_object();
  EXPECT_EQ(text_member(headers, "content-type"), "application/problem+json");
  EXPECT_EQ(base::from_base64(text_member(result, "body")), outcome.slot);
  const boost::json::object document = object(outcome.slot.value_or("null"));
  EXPECT_EQ(text_member(document, "type"), "urn:barbacane:error:" + row.type);
  EXPECT_EQ(document.at("status"), row.status);
  EXPECT_NE(text_member(document, "title"), "");
  EXPECT_NE(text_member(document, "detail"), "");
  // The plugin may hand it to a client, so it names nobody.
  EXPECT_THAT(*outcome.slot, Not(HasSubstr("127.0.0.1")));
  EXPECT_THAT(*outcome.slot, Not(HasSubstr("invalid/")));
}

TEST_P(PluginHttpFailures, AreAnswersOfTheGatewayInBothPlaces) {
  const CallingGateway gateway(options());
  std::vector<Row> rows = before_the_head();
  for (Row& row : behind_the_head()) rows.push_back(std::move(row));
  std::vector<std::string> kinds;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    expect_document(gateway.ask({.json = row.request}), row);
    kinds.push_back(row.kind);
  }
  EXPECT_TRUE(gateway.logs_failures(kinds)) << gateway.log();
  // The gateway and its connections are well.
  EXPECT_EQ(gateway.ask({.json = get("/")}).slot, "fine");
  EXPECT_THAT(upstream_.requests("/"), testing::SizeIs(1));
}

TEST_P(PluginHttpFailures, LeaveTheAnswerOfAStreamToTheDispatcher) {
  const CallingGateway gateway(options());
  std::vector<std::string> kinds;
  for (const Row& row : before_the_head()) {
    SCOPED_TRACE(row.name);
    const CallOutcome outcome = gateway.ask({OutboundFunction::kStream, row.request});
    EXPECT_EQ(outcome.came, -1);
    EXPECT_EQ(outcome.result, "");
    EXPECT_EQ(outcome.slot, std::nullopt);
    kinds.push_back(row.kind);
  }
  EXPECT_TRUE(gateway.logs_failures(kinds)) << gateway.log();
  EXPECT_THAT(upstream_.requests("/"), testing::IsEmpty());
}

TEST_P(PluginHttpFailures, OfDetachedCallsAreOnlyLogged) {
  const CallingGateway gateway(options());
  std::vector<std::string> kinds;
  for (const Row& row : before_the_head()) {
    SCOPED_TRACE(row.name);
    const CallOutcome outcome = gateway.ask({OutboundFunction::kDetach, row.request});
    EXPECT_EQ(outcome.came, 0);
    EXPECT_EQ(outcome.result, "");
    EXPECT_EQ(outcome.slot, std::nullopt);
    kinds.push_back(row.kind);
    EXPECT_TRUE(gateway.logs_failures(kinds)) << gateway.log();
  }
  EXPECT_THAT(upstream_.requests("/"), testing::IsEmpty());
}

TEST_P(PluginHttpFailures, PlaintextIsOneUnlessItIsAllowed) {
  CallingGatewayOptions encrypted_only = options();
  encrypted_only.gateway.serve_flags.clear();
  const CallingGateway gateway(encrypted_only);
  expect_document(gateway.ask({.json = get("/")}), unavailable("", "", "plaintext"));
  EXPECT_EQ(gateway.ask({OutboundFunction::kStream, get("/")}).came, -1);
  EXPECT_EQ(gateway.ask({OutboundFunction::kDetach, get("/")}).came, 0);
  EXPECT_TRUE(gateway.logs_failures(std::vector<std::string>(3, "plaintext"))) << gateway.log();
  EXPECT_EQ(upstream_.accepted(), 0U);
}

TEST_P(PluginHttpFailures, OpenABreakerThatKeepsPluginsOff) {
  const CallingGateway gateway(options());
  constexpr std::string_view kBreaker =
      R"(,"circuit_breaker":{"threshold":2,"window_ms":60000,"reset_ms":60000})";
  const OutboundCall guarded{.json = get("/close", kBreaker)};
  const auto outcomes = gateway.ask_each({guarded,
                                          {.json = get("/torn", kBreaker)},
                                          guarded,
                                          {.json = get("/", kBreaker)},
                                          {.json = get("/")}});
  const Row failed = unavailable("", "", "connect");
  const Row open{"", "", 503, "circuit-open", "circuit_open"};
  expect_document(outcomes.at(0), failed);
  expect_document(outcomes.at(1), failed);
  expect_document(outcomes.at(2), open);
  expect_document(outcomes.at(3), open);
  EXPECT_NE(text_member(object(outcomes.at(3).result).at("headers").as_object(), "retry-after"),
            "");
  // Calls without one have none.
  EXPECT_EQ(outcomes.at(4).slot, "fine");
  EXPECT_EQ(upstream_.requests().size(), 3U);
  EXPECT_EQ(gateway.ask({OutboundFunction::kStream, get("/", kBreaker)}).came, -1);
  EXPECT_EQ(gateway.ask({OutboundFunction::kDetach, get("/", kBreaker)}).came, 0);
  EXPECT_TRUE(gateway.logs_failures(
      {"connect", "connect", "circuit_open", "circuit_open", "circuit_open", "circuit_open"}))
      << gateway.log();
  EXPECT_EQ(upstream_.requests().size(), 3U);
}

TEST_P(PluginHttpFailures, AreForgivenAfterAWhile) {
  const CallingGateway gateway(options());
  constexpr std::string_view kBreaker = R"(,"circuit_breaker":{"threshold":2,"reset_ms":300})";
  const OutboundCall good{.json = get("/", kBreaker)};
  const OutboundCall bad{.json = get("/torn", kBreaker)};
  gateway.ask_each({bad, bad});
  const Row open{"", "", 503, "circuit-open", "circuit_open"};
  CallOutcome outcome;
  EXPECT_TRUE(testkit::eventually(20s, [&] {
    outcome = gateway.ask(good);
    if (outcome.slot != "fine") expect_document(outcome, open);
    return outcome.slot == "fine";
  }));
  // It is closed, not half open: one failure is not enough again.
  const auto outcomes = gateway.ask_each({bad, good, bad, good});
  EXPECT_EQ(outcomes.at(1).slot, "fine");
  EXPECT_EQ(outcomes.at(3).slot, "fine");
}

TEST_P(PluginHttpFailures, OfAnyStatusAndOfThePluginItselfDoNotCountForABreaker) {
  upstream_.script("/500", {testkit::answer(500, "no")});
  const CallingGateway gateway(options());
  constexpr std::string_view kBreaker = R"(,"circuit_breaker":{"threshold":1,"reset_ms":60000})";
  const std::vector<std::string> requests = {
      get("/500", kBreaker),
      http_request("ftp://x/", kBreaker),
      http_request("http://169.254.169.254/", kBreaker),
      get("/", R"(,"headers":{"x y":"z"})" + std::string(kBreaker)),
      "{}",
  };
  for (const std::string& request : requests) {
    SCOPED_TRACE(request);
    const auto outcomes =
        gateway.ask_each({{.json = request}, {.json = request}, {.json = get("/", kBreaker)}});
    EXPECT_EQ(outcomes.at(1).result, outcomes.at(0).result);
    EXPECT_EQ(outcomes.at(2).slot, "fine");
  }
}

TEST_P(PluginHttpFailures, OfTheRequestJsonComeToMinusOne) {
  const CallingGateway gateway(options());
  const std::vector<std::string> texts = {
      "",
      "{",
      "[]",
      "null",
      get("/") + "x",
      "\xff",
      "{}",
      R"({"method":"GET"})",
      R"({"url":")" + upstream_.url() + R"("})",
      R"({"method":1,"url":")" + upstream_.url() + R"("})",
      R"({"method":"GET","url":null})",
      get("/", R"(,"headers":null)"),
      get("/", R"(,"headers":[])"),
      get("/", R"(,"headers":{"x":1})"),
      get("/", R"(,"headers":{"x":null})"),
      get("/", R"(,"timeout_ms":-1)"),
      get("/", R"(,"timeout_ms":"1")"),
      get("/", R"(,"timeout_ms":0.5)"),
      get("/", R"(,"tls":1)"),
      get("/", R"(,"circuit_breaker":[])"),
      get("/", R"(,"circuit_breaker":{"threshold":-1})"),
      get("/", R"(,"body":7)"),
      get("/", R"(,"body":"YQ")"),
      get("/", R"(,"body":"YQ= ")"),
      get("/", R"(,"body":"_-8=")"),
      get("/", R"(,"body":"a")"),
      get("/", R"(,"body":"no base64")"),
  };
  for (const OutboundFunction function :
       {OutboundFunction::kCall, OutboundFunction::kStream, OutboundFunction::kDetach}) {
    for (const std::string& text : texts) {
      SCOPED_TRACE(std::string(name_of(function)) + ' ' + text);
      const CallOutcome outcome = gateway.ask({function, text});
      EXPECT_EQ(outcome.came, -1);
      EXPECT_EQ(outcome.result, "");
      EXPECT_EQ(outcome.slot, std::nullopt);
    }
  }
  EXPECT_EQ(upstream_.accepted(), 0U);
}

}  // namespace
}  // namespace barbacane::integration

// What a client sees of an upstream that agrees on HTTP/2 and then breaks its rules: one clean
// verdict, and a gateway that goes on (RFC 9113).
#include <fstream>
#include <functional>
#include <list>
#include <optional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "proxy.h"
#include "testkit/certificates.h"
#include "testkit/client.h"
#include "testkit/error.h"
#include "testkit/http2_server.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

namespace http2 = testkit::http2;

using http2::Error;
using http2::Fields;
using http2::Last;
using http2::Server;
using http2::Type;
using std::chrono::milliseconds;
using testkit::Connection;
using testkit::pattern;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::TestGateway;
using testkit::Upstream;

/// In place of a status: an answer began, and the connection broke before its end.
constexpr int kAborted = -1;

struct Case {
  std::string name;
  /// What the first connection does; later ones, and what it leaves of this one, are sound.
  std::function<void(Server&)> script;
  std::set<int> seen;  ///< by the client: one of these
  std::string body = {};
  std::string method = "GET";
  std::size_t upload = 0;
  std::size_t requests = 1;  ///< that reach the upstream
};

// ---- what is done wrong -------------------------------------------------------------------------

/// Agrees on settings, and sends these frames when the head of the first request is there.
std::function<void(Server&)> frames(std::function<std::string(std::uint32_t)> make) {
  return [make = std::move(make)](Server& server) {
    server.greet();
    server.send(make(server.next_request()));
  };
}

/// The same and an end of the connection.
std::function<void(Server&)> last_frames(std::function<std::string(std::uint32_t)> make) {
  return [make = std::move(make)](Server& server) {
    server.greet();
    server.send(make(server.next_request()));
    server.close();
  };
}

std::function<void(Server&)> says_instead(std::string bytes) {
  return [bytes = std::move(bytes)](Server& server) {
    server.read_preface();
    server.send(bytes);
    server.wait_for_departure();
    server.close();
  };
}

/// An answer of one field beside the status.
std::function<void(Server&)> field(std::string name, std::string value) {
  return frames([=](std::uint32_t id) {
    return http2::head(id, 200, {{name, value}}) + http2::data(id, "body", Last::kYes);
  });
}

/// The same frame as often as the peer takes it, at most so many times, and then an answer.
std::function<void(Server&)> flood(std::function<std::string(std::uint32_t)> make, int times) {
  return [make = std::move(make), times](Server& server) {
    server.greet();
    const std::uint32_t id = server.next_request();
    std::string many;
    for (int i = 0; i < 100; ++i) many += make(id);
    for (int i = 0; i < times && server.is_open(); i += 100) server.send(many);
    server.send(http2::head(id, 200) + http2::data(id, "after the flood", Last::kYes));
  };
}

std::string times(int count, const std::string& bytes) {
  std::string all;
  for (int i = 0; i < count; ++i) all += bytes;
  return all;
}

const std::set<int> kRefused = {502};
/// The client may have heard the head already or not.
const std::set<int> kRefusedOrAborted = {502, kAborted};

std::vector<Case> bad_beginnings() {
  return {
      {"no-settings",
       [](Server& server) {
         server.read_preface();
         server.wait_for_departure();
         server.close();
       },
       {504},
       {},
       "GET",
       0,
       0},
      {"garbage", says_instead(std::string(100, 'x')), kRefused, {}, "GET", 0, 0},
      {"answer-of-http1",
       says_instead("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"),
       kRefused,
       {},
       "GET",
       0,
       0},
      {"ping-before-settings", says_instead(http2::ping()), kRefused, {}, "GET", 0, 0},
      {"close-after-handshake", [](Server& server) { server.close(); }, kRefused, {}, "GET", 0, 0},
      {"goaway-behind-settings",
       says_instead(http2::settings() + http2::goaway(0, Error::kEnhanceYourCalm)),
       kRefused,
       {},
       "GET",
       0,
       0},
      {"no-streams-allowed",
       [](Server& server) {
         server.greet({{http2::kMaxConcurrentStreams, 0}});
         server.wait_for_departure();
         server.close();
       },
       kRefused,
       {},
       "GET",
       0,
       0},
      {"settings-out-of-range",
       says_instead(http2::settings({{http2::kInitialWindowSize, 0xffff'ffff}})),
       kRefused,
       {},
       "GET",
       0,
       0},
  };
}

std::vector<Case> refusals() {
  const auto refused = frames([](auto id) { return reset_stream(id, Error::kRefusedStream); });
  const auto unseen = last_frames([](auto) { return http2::goaway(0); });
  return {
      {"refused-stream", refused, {200}, "sound", "GET", 0, 2},
      {"refused-stream-twice",
       [](Server& server) {
         server.greet();
         for (int i = 0; i < 2; ++i)
           server.send(reset_stream(server.next_request(), Error::kRefusedStream));
       },
       {200},
       "sound",
       "GET",
       0,
       3},
      {"refused-upload", refused, {200}, "sound", "POST", 100, 2},
      {"goaway-without-me", unseen, {200}, "sound", "GET", 0, 2},
      {"goaway-without-my-form", unseen, {200}, "sound", "POST", 100, 2},
      {"goaway-without-my-upload", unseen, kRefused, {}, "POST", 2'000'000},
      {"goaway-with-me-and-close", last_frames([](auto id) { return http2::goaway(id); }),
       kRefused},
      {"goaway-with-me-and-answer",
       frames([](auto id) {
         return http2::goaway(id) + http2::head(id, 200) + http2::data(id, "whole", Last::kYes);
       }),
       {200},
       "whole"},
      {"goaway-in-the-body",
       frames([](auto id) {
         return http2::head(id, 200) + http2::data(id, "wh") + http2::goaway(id) +
                http2::data(id, "ole", Last::kYes);
       }),
       {200},
       "whole"},
      {"internal-error", frames([](auto id) { return reset_stream(id, Error::kInternalError); }),
       kRefused},
      {"internal-error-in-the-body", frames([](auto id) {
         return http2::head(id, 200) + http2::data(id, "half") +
                reset_stream(id, Error::kInternalError);
       }),
       kRefusedOrAborted},
      {"close-before-the-answer", last_frames([](auto) { return std::string(); }), kRefused},
      {"close-in-the-body",
       last_frames([](auto id) { return http2::head(id, 200) + http2::data(id, "half"); }),
       kRefusedOrAborted},
      {"close-in-a-frame", last_frames([](auto id) {
         return http2::head(id, 200) + http2::data(id, std::string(100, 'x')).substr(0, 50);
       }),
       kRefusedOrAborted},
  };
}

std::vector<Case> bad_heads() {
  const auto only_head = [](Fields fields) {
    return frames([=](auto id) { return http2::headers(id, fields, Last::kYes); });
  };
  return {
      {"no-status", only_head({{"server", "x"}}), kRefused},
      {"status-of-letters", only_head({{":status", "abc"}}), kRefused},
      {"status-of-four-digits", only_head({{":status", "2000"}}), kRefused},
      {"status-twice", only_head({{":status", "200"}, {":status", "200"}}), kRefused},
      {"status-behind-a-field", only_head({{"server", "x"}, {":status", "200"}}), kRefused},
      {"status-101", only_head({{":status", "101"}}), kRefused},
      {"pseudo-field-of-requests", only_head({{":status", "200"}, {":path", "/"}}), kRefused},
      {"connection-field", field("connection", "close"), kRefused},
      {"transfer-encoding", field("transfer-encoding", "chunked"), kRefused},
      {"upper-case-name", field("X-Name", "value"), kRefused},
      {"line-break-in-a-value", field("x-name", "a\r\nx-smuggled: b"), kRefused},
      {"blank-in-a-name", field("x name", "value"), kRefused},
      {"empty-name", field("", "value"), kRefused},
      {"length-of-letters", field("content-length", "four"), kRefused},
      {"length-twice", frames([](auto id) {
         return http2::head(id, 200, {{"content-length", "4"}, {"content-length", "5"}}) +
                http2::data(id, "body", Last::kYes);
       }),
       kRefused},
      {"only-interim-answers",
       frames([](auto id) { return http2::headers(id, {{":status", "103"}}, Last::kYes); }),
       kRefused},
      {"forty-interim-answers", frames([](auto id) {
         return times(40, http2::head(id, 103)) + http2::head(id, 200, {}, Last::kYes);
       }),
       kRefused},
      {"a-few-interim-answers",
       frames([](auto id) {
         return times(5, http2::head(id, 103)) + http2::head(id, 200) +
                http2::data(id, "body", Last::kYes);
       }),
       {200},
       "body"},
      {"broken-compression", frames([](auto id) {
         return http2::frame(Type::kHeaders, http2::kEndHeaders, id, "\xff\xff\xff\xff\xff\xff");
       }),
       kRefused},
      {"endless-continuation", frames([](auto id) {
         return http2::frame(Type::kHeaders, 0, id, http2::field_block({{":status", "200"}})) +
                times(1000, http2::frame(Type::kContinuation, 0, id,
                                         http2::field_block({{"x", std::string(1000, 'x')}})));
       }),
       kRefused},
      {"endless-empty-continuation", frames([](auto id) {
         return http2::frame(Type::kHeaders, 0, id, http2::field_block({{":status", "200"}})) +
                times(100'000, http2::frame(Type::kContinuation, 0, id));
       }),
       kRefused},
      {"other-frame-between-continuations", frames([](auto id) {
         return http2::frame(Type::kHeaders, 0, id, http2::field_block({{":status", "200"}})) +
                http2::ping() + http2::frame(Type::kContinuation, http2::kEndHeaders, id);
       }),
       kRefused},
      {"head-in-two-frames",
       frames([](auto id) {
         return http2::frame(Type::kHeaders, http2::kEndStream, id,
                             http2::field_block({{":status", "200"}})) +
                http2::frame(Type::kContinuation, http2::kEndHeaders, id,
                             http2::field_block({{"x", "y"}}));
       }),
       {200}},
      {"huge-head",
       frames([](auto id) {
         std::string bytes =
             http2::frame(Type::kHeaders, 0, id, http2::field_block({{":status", "200"}}));
         for (int i = 0; i < 7; ++i)
           bytes += http2::frame(Type::kContinuation, i == 6 ? http2::kEndHeaders : 0, id,
                                 times(15, http2::field_block({{"x", std::string(1000, 'x')}})));
         return bytes + times(20, http2::data(id, "", Last::kYes));
       }),
       {200, 502}},
      {"end-on-the-head",
       frames([](auto id) { return http2::head(id, 200, {}, Last::kYes); }),
       {200}},
  };
}

std::vector<Case> bad_bodies() {
  const auto with_length = [](std::string length, std::string body) {
    return frames([=](auto id) {
      return http2::head(id, 200, {{"content-length", length}}) + http2::data(id, body, Last::kYes);
    });
  };
  const auto trailers = [](Fields fields) {
    return frames([=](auto id) {
      return http2::head(id, 200) + http2::data(id, "body") +
             http2::headers(id, fields, Last::kYes);
    });
  };
  return {
      {"more-than-the-length", with_length("4", "too much"), kRefusedOrAborted},
      {"less-than-the-length", with_length("9", "half"), kRefusedOrAborted},
      {"body-before-the-head", frames([](auto id) { return http2::data(id, "body", Last::kYes); }),
       kRefused},
      {"body-after-the-end",
       frames([](auto id) {
         return http2::head(id, 200, {}, Last::kYes) + http2::data(id, "late", Last::kYes);
       }),
       {200}},
      {"body-of-204",
       frames([](auto id) { return http2::head(id, 204) + http2::data(id, "body", Last::kYes); }),
       {204, 502, kAborted}},
      {"data-on-stream-zero", frames([](auto) { return http2::data(0, "body"); }), kRefused},
      {"data-on-an-idle-stream", frames([](auto) { return http2::data(99, "body"); }), kRefused},
      {"data-on-an-even-stream", frames([](auto) { return http2::data(2, "body"); }), kRefused},
      {"padding-longer-than-its-frame", frames([](auto id) {
         return http2::head(id, 200) + http2::frame(Type::kData, http2::kPadded, id, "\x40 short");
       }),
       kRefusedOrAborted},
      {"frame-larger-than-allowed", frames([](auto id) {
         return http2::head(id, 200) + http2::data(id, std::string(20'000, 'x'), Last::kYes);
       }),
       kRefusedOrAborted},
      {"more-than-the-window", frames([](auto id) {
         // The script gives no thought to the gateway's 128 KiB.
         return http2::head(id, 200) + times(100, http2::data(id, std::string(16'000, 'x')));
       }),
       kRefusedOrAborted},
      {"pseudo-field-in-trailers", trailers({{":status", "200"}}), kRefusedOrAborted},
      {"connection-field-in-trailers", trailers({{"connection", "close"}}), kRefusedOrAborted},
      {"trailers-without-end", frames([](auto id) {
         return http2::head(id, 200) + http2::data(id, "body") + http2::headers(id, {{"x", "y"}});
       }),
       kRefusedOrAborted},
      {"good-trailers", trailers({{"x-sum", "42"}}), {200}, "body"},
      {"silence-in-the-body",
       frames([](auto id) { return http2::head(id, 200) + http2::data(id, "half"); }),
       {kAborted}},
      {"silence-before-the-answer", frames([](auto) { return std::string(); }), {504}},
      {"many-small-frames",
       frames([](auto id) {
         return http2::head(id, 200) + times(2000, http2::data(id, "x") + http2::data(id, "")) +
                http2::data(id, "", Last::kYes);
       }),
       {200},
       std::string(2000, 'x')},
      {"body-and-a-reset-without-error",
       frames([](auto id) {
         return http2::head(id, 200) + http2::data(id, "whole", Last::kYes) +
                reset_stream(id, Error::kNoError);
       }),
       {200},
       "whole"},
  };
}

std::vector<Case> bad_control() {
  return {
      {"window-update-of-zero", frames([](auto id) { return http2::window_update(id, 0); }),
       kRefused},
      {"window-update-of-zero-for-all", frames([](auto) { return http2::window_update(0, 0); }),
       kRefused},
      {"window-overflow",
       frames([](auto id) { return times(2, http2::window_update(id, 0x7fff'ffff)); }), kRefused},
      {"window-overflow-for-all",
       frames([](auto) { return times(2, http2::window_update(0, 0x7fff'ffff)); }), kRefused},
      {"push", frames([](auto id) {
         return http2::frame(
             Type::kPushPromise, http2::kEndHeaders, id,
             std::string("\0\0\0\2", 4) +
                 http2::field_block({{":method", "GET"}, {":path", "/"}, {":scheme", "https"}}));
       }),
       kRefused},
      {"ping-of-seven-bytes", frames([](auto) { return http2::ping({}, "7 bytes"); }), kRefused},
      {"settings-of-one-byte",
       frames([](auto) { return http2::frame(Type::kSettings, 0, 0, "x"); }), kRefused},
      {"request-of-the-upstream", frames([](auto) {
         return http2::headers(2, {{":method", "GET"}, {":path", "/"}}, Last::kYes);
       }),
       kRefused},
      {"unknown-frame-types",
       frames([](auto id) {
         return http2::frame(Type{0x42}, 0xff, id, "what?") + http2::head(id, 200) +
                http2::frame(Type{0xfe}, 0, 0, "") + http2::data(id, "body", Last::kYes);
       }),
       {200},
       "body"},
      {"ping-flood",
       flood([](auto) { return http2::ping(); }, 200'000),
       {200, 502, kAborted},
       "after the flood"},
      {"settings-flood", flood([](auto) { return http2::settings(); }, 200'000), kRefusedOrAborted},
      {"window-update-flood",
       flood([](auto) { return http2::window_update(0, 1); }, 200'000),
       {200, 502},
       "after the flood"},
      {"priority-flood",
       flood(
           [](auto id) {
             return http2::frame(Type::kPriority, 0, id, std::string_view("\0\0\0\0\1", 5));
           },
           200'000),
       {200, 502},
       "after the flood"},
  };
}

std::vector<Case> uploads() {
  return {
      {"window-never-opened",
       frames([](auto) { return std::string(); }),
       {504},
       {},
       "POST",
       200'000},
      {"window-of-nothing",
       [](Server& server) {
         server.greet({{http2::kInitialWindowSize, 0}});
         server.next_request();
       },
       {504},
       {},
       "POST",
       100},
      {"answer-before-the-upload",
       frames([](auto id) {
         return http2::head(id, 413) + http2::data(id, "too large", Last::kYes) +
                reset_stream(id, Error::kNoError);
       }),
       {413},
       "too large",
       "POST",
       2'000'000},
      {"answer-before-the-upload-without-reset",
       frames(
           [](auto id) { return http2::head(id, 413) + http2::data(id, "too large", Last::kYes); }),
       {413},
       "too large",
       "POST",
       2'000'000},
      {"reset-in-the-upload",
       [](Server& server) {
         server.greet();
         const std::uint32_t id = server.next_request();
         server.read_until(Type::kData);
         server.send(reset_stream(id, Error::kCancel));
       },
       kRefused,
       {},
       "POST",
       2'000'000},
      {"close-in-the-upload",
       [](Server& server) {
         server.greet();
         server.next_request();
         server.read_until(Type::kData);
         server.close();
       },
       kRefused,
       {},
       "POST",
       2'000'000},
      {"window-taken-back",
       [](Server& server) {
         server.greet();
         const std::uint32_t id = server.next_request();
         server.read_until(Type::kData);
         server.send(http2::settings({{http2::kInitialWindowSize, 0}}));
         server.send(http2::settings({{http2::kInitialWindowSize, 65'535}}));
         server.finish_request(id);
         server.send(http2::head(id, 200) + http2::data(id, "got it", Last::kYes));
       },
       {200},
       "got it",
       "POST",
       2'000'000},
  };
}

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (auto* part : {bad_beginnings, refusals, bad_heads, bad_bodies, bad_control, uploads}) {
    for (Case& test : part()) all.push_back(std::move(test));
  }
  return all;
}

// ---- what comes of it ---------------------------------------------------------------------------

struct Verdict {
  int seen = 0;  ///< nothing at all
  Response response = {};
  std::string error = {};
};

Verdict verdict_of(Connection& client, const RequestBuilder& request) {
  Verdict verdict;
  bool has_head = false;
  try {
    client.send(request.bytes());
    do {
      verdict.response = client.read_head();
    } while (verdict.response.status < 200);
    has_head = true;
    client.read_body(verdict.response);
    verdict.seen = verdict.response.status;
  } catch (const testkit::TimeoutError& error) {
    verdict.error = error.what();
  } catch (const testkit::TestkitError& error) {
    verdict.error = error.what();
    if (has_head) verdict.seen = kAborted;
  }
  return verdict;
}

/// Resident memory of a process, in bytes.
std::size_t memory_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * 4096;
}

class MisbehavingHttp2Upstream : public testing::Test {
 protected:
  struct Played {
    Case test;
    std::unique_ptr<http2::Log> log;
    std::unique_ptr<Upstream> upstream;
  };

  MisbehavingHttp2Upstream() {
    const testkit::Certificate good = certificates_.good();
    testkit::SpecBuilder spec;
    for (Case& test : all_cases()) {
      Played& played =
          played_.emplace_back(Played{std::move(test), std::make_unique<http2::Log>(), nullptr});
      played.upstream = std::make_unique<Upstream>(testkit::UpstreamOptions{
          .tls = testkit::TlsServerOptions{
              .certificate = good.certificate, .key = good.key, .alpn = {"h2", "http/1.1"}}});
      played.upstream->on_connect({http2::serve(*played.log, played.test.script)});
      played.upstream->on_every_connection({http2::serve(*played.log)});
      for (const char* method : {"GET", "POST"}) {
        spec.operation(method, "/" + played.test.name)
            .dispatch("http-upstream", R"({"url": ")" + played.upstream->url() +
                                           R"(", "timeout": 0.5, "connect_timeout": 0.3, )" +
                                           R"("tls": {"ca": ")" + certificates_.authority() +
                                           "\"}}");
      }
    }
    gateway_.emplace(TestGateway(spec.text(), proxy_options({"--max-body-size", "8000000"})));
  }

  RequestBuilder request_of(const Case& test) const {
    RequestBuilder request(test.method, "/" + test.name);
    if (test.upload > 0) request.body(pattern(0, test.upload));
    return request;
  }

  const testkit::Certificates certificates_;
  std::list<Played> played_;
  std::optional<TestGateway> gateway_;
};

TEST_F(MisbehavingHttp2Upstream, IsPassedOnAsOneCleanVerdictAndLeavesTheGatewaySound) {
  const std::size_t memory = memory_of(gateway_->pid());
  for (const Played& played : played_) {
    const Case& test = played.test;
    SCOPED_TRACE(test.name);
    Connection client(gateway_->port(), milliseconds(10'000));
    const Verdict verdict = verdict_of(client, request_of(test));
    EXPECT_THAT(test.seen, testing::Contains(verdict.seen))
        << verdict.error << verdict.response.body.substr(0, 200);
    if (verdict.seen == kAborted || verdict.seen >= 500) {
      EXPECT_TRUE(gateway_->process().running());
    } else {
      EXPECT_EQ(verdict.response.body, test.body);
      EXPECT_FALSE(verdict.response.has("x-smuggled"));
    }
    // Nothing of it may reach the next exchange, on this connection or on another.
    Connection another(gateway_->port(), milliseconds(10'000));
    EXPECT_EQ(verdict_of(another, RequestBuilder("GET", "/" + test.name)).response.body, "sound");
    EXPECT_EQ(played.log->requests(), test.requests + 1);
    // A 204 has come whole, whatever is wrong behind it.
    if (verdict.seen > 0 && verdict.seen != 204 &&
        verdict.response.header("connection") != "close") {
      EXPECT_EQ(verdict_of(client, RequestBuilder("GET", "/" + test.name)).response.body, "sound");
    }
  }
  constexpr std::size_t kEnough = 400'000'000;
  EXPECT_LT(memory_of(gateway_->pid()), memory + kEnough);
  EXPECT_EQ(gateway_->stop(), 0) << gateway_->standard_error();
}

TEST(Http2UpstreamThatTakesNothing, IsNotAskedAgainAndAgain) {
  const std::vector<std::pair<std::string, std::function<void(Server&)>>> cases = {
      {"leaves", says_instead(http2::settings() + http2::goaway(0))},
      {"leaves later",
       [](Server& server) {
         server.greet();
         server.next_request();
         server.send(http2::goaway(0));
         server.close();
       }},
      {"has no streams", says_instead(http2::settings({{http2::kMaxConcurrentStreams, 0}}))},
      {"refuses",
       [](Server& server) {
         server.greet();
         for (;;) server.send(reset_stream(server.next_request(), Error::kRefusedStream));
       }},
      {"closes", [](Server& server) { server.close(); }},
  };
  const testkit::Certificates certificates;
  const testkit::Certificate good = certificates.good();
  for (const auto& [name, script] : cases) {
    SCOPED_TRACE(name);
    http2::Log log;
    Upstream upstream({.tls = testkit::TlsServerOptions{
                           .certificate = good.certificate, .key = good.key, .alpn = {"h2"}}});
    upstream.on_every_connection({http2::serve(log, script)});
    const TestGateway gateway(
        proxy_spec(upstream.url(), R"("timeout": 2, "connect_timeout": 1, "tls": {"ca": ")" +
                                       certificates.authority() + "\"}"),
        proxy_options());
    EXPECT_EQ(gateway.get("/x").status, 502);
    EXPECT_EQ(gateway.request(RequestBuilder("POST", "/x").body("x")).status, 502);
    EXPECT_LE(upstream.accepted(), 70u);
    EXPECT_LE(log.requests(), 70u);
  }
}

}  // namespace
}  // namespace barbacane::integration

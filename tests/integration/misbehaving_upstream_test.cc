// What a client sees of an upstream that does everything wrong: one clean verdict, and a gateway
// that goes on.

#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/error.h"
#include "testkit/misbehaviour.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"
#include "testkit/upstream.h"

namespace barbacane::testkit {
namespace {

using testing::Contains;

const char* word(Seen seen) {
  switch (seen) {
    case Seen::kBadGateway:
      return "502";
    case Seen::kTimeout:
      return "504";
    case Seen::kAborted:
      return "aborted";
    case Seen::kAnswer:
      return "answer";
  }
  return "";
}

struct Verdict {
  std::optional<Seen> seen;  ///< nothing: none that is allowed at all
  Response response;
  std::string error;
};

/// What one request comes to. The head of an answer that aborts later is the upstream's own 200.
Verdict verdict_of(Connection& client, const std::string& target) {
  Verdict verdict;
  bool has_head = false;
  try {
    client.send(RequestBuilder("GET", target).bytes());
    do {
      verdict.response = client.read_head();
    } while (verdict.response.status < 200);
    has_head = true;
    client.read_body(verdict.response);
    const int status = verdict.response.status;
    verdict.seen = status == 502   ? Seen::kBadGateway
                   : status == 504 ? Seen::kTimeout
                                   : Seen::kAnswer;
  } catch (const TimeoutError& error) {
    verdict.error = error.what();
  } catch (const TestkitError& error) {
    verdict.error = error.what();
    if (has_head) verdict.seen = Seen::kAborted;
  }
  return verdict;
}

class MisbehavingUpstream : public testing::Test {
 protected:
  MisbehavingUpstream() {
    SpecBuilder spec;
    spec.operation("GET", "/{name}")
        .dispatch("http-upstream", R"({"url":")" + upstream_.url() + R"(","timeout":1})");
    for (const Misbehaviour& row : misbehaviours()) upstream_.script(row.path(), row.script);
    upstream_.script("/sound", {answer(200, "sound")});
    gateway_.emplace(
        TestGateway(spec.text(), {.serve_flags = {"--allow-plaintext-upstream", "--workers=1"},
                                  .compile_flags = {"--allow-plaintext"}}));
  }

  Upstream upstream_;
  std::optional<TestGateway> gateway_;
};

TEST_F(MisbehavingUpstream, IsPassedOnAsOneCleanVerdictAndLeavesTheGatewaySound) {
  for (const Misbehaviour& row : misbehaviours()) {
    SCOPED_TRACE(row.name);
    Connection client(gateway_->port(), std::chrono::milliseconds(10'000));
    const Verdict verdict = verdict_of(client, row.path());
    if (!verdict.seen) {
      ADD_FAILURE() << "no verdict: " << verdict.error;
    } else {
      EXPECT_THAT(row.seen, Contains(*verdict.seen))
          << "seen: " << word(*verdict.seen) << " " << verdict.response.status << " "
          << verdict.response.body.substr(0, 200);
    }
    if (verdict.seen == Seen::kAnswer) {
      EXPECT_EQ(verdict.response.status, row.status);
      EXPECT_EQ(verdict.response.body, row.body);
      EXPECT_FALSE(verdict.response.has("x-smuggled"));
    }
    // Nothing of it may reach the next exchange, on this connection or on one from the pool.
    EXPECT_EQ(gateway_->get("/sound").body, "sound");
    if (verdict.seen && verdict.seen != Seen::kAborted &&
        verdict.response.header("connection") != "close") {
      EXPECT_EQ(client.get("/sound").body, "sound");
    }
  }
}

TEST_F(MisbehavingUpstream, IsLetGoUnlessItEndedItsAnswer) {
  for (const Misbehaviour& row : misbehaviours()) {
    if (row.seen.front() == Seen::kAnswer) continue;
    Connection client(gateway_->port(), std::chrono::milliseconds(10'000));
    verdict_of(client, row.path());
  }
  EXPECT_TRUE(upstream_.wait_for_open_connections(0)) << upstream_.open_connections();
}

}  // namespace
}  // namespace barbacane::testkit

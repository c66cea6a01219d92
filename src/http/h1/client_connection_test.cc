#include "http/h1/client_connection.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/detail/fake_upstream.h"
#include "http/detail/test_call.h"

namespace barbacane::http::h1 {
namespace {

using namespace std::chrono_literals;
using client::CallFailure;
using client::CallPtr;
using client::OutgoingRequest;
using Body = OutgoingRequest::Body;
using testing::HasSubstr;

/// Runs calls over a real socket; the test plays the upstream.
class ClientConnectionTest : public CallTest {
 protected:
  ~ClientConnectionTest() override {
    loop_.abandon();
    call_.reset();
  }

  void SetUp() override {
    call_ = opened(fake_.upstream());
    ASSERT_TRUE(call_);
  }

  void begin(const OutgoingRequest& request, std::string parts = {}) {
    CallTest::begin(*call_, request, answer_, std::move(parts));
  }
  bool finished() { return CallTest::finished(answer_); }
  std::string heard(std::size_t connection = 0) {
    std::string text;
    run_until([&] { return !(text += fake_.heard(connection)).empty(); });
    return text;
  }

  FakeUpstream fake_;
  CallPtr call_;
  Answer answer_;
};

TEST_F(ClientConnectionTest, WritesRequests) {
  const std::vector<Field> fields = {{"x-a", "b"}, {"accept", "*/*"}};
  OutgoingRequest request = get();
  request.fields = fields;
  begin(request);
  EXPECT_EQ(heard(), "GET /x HTTP/1.1\r\nhost: a:1\r\nx-a: b\r\naccept: */*\r\n\r\n");
  fake_.say(0,
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n");
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.body, "ok");
  EXPECT_EQ(answer_.trailers, "x-t=1;");
  call_.reset();
  EXPECT_EQ(pool_.idle_connections(), 1u);
}

TEST_F(ClientConnectionTest, FramesBodies) {
  struct Case {
    Body framing;
    std::string body;
    std::string parts;
    std::string sent;
  };
  const std::vector<Case> cases = {
      {Body::kWhole, "hello", "", "content-length: 5\r\n\r\nhello"},
      {Body::kWhole, "", "", "content-length: 0\r\n\r\n"},
      {Body::kLength, "", "hello", "content-length: 5\r\n\r\nhello"},
      {Body::kUnknown, "", "hello", "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
      {Body::kUnknown, "", "", "transfer-encoding: chunked\r\n\r\n0\r\n\r\n"},
  };
  for (const Case& test : cases) {
    OutgoingRequest request = get();
    request.method = "POST";
    request.framing = test.framing;
    request.body = test.body;
    request.length = test.parts.size();
    begin(request, test.parts);
    std::string text;
    EXPECT_TRUE(run_until([&] { return (text += fake_.heard(0)).ends_with(test.sent); })) << text;
    fake_.say(0, "HTTP/1.1 204 No Content\r\n\r\n");
    ASSERT_TRUE(finished());
    EXPECT_FALSE(answer_.failure);
    call_.reset();
    call_ = pool_.take_idle(*fake_.upstream());
    ASSERT_TRUE(call_) << text;
  }
}

TEST_F(ClientConnectionTest, NeverGoesBackToThePoolWithHalfARequestSent) {
  // The upstream answers as if all were well, but what it has not read yet is still under way.
  OutgoingRequest request = get();
  request.method = "POST";
  request.framing = Body::kLength;
  request.length = 50'000'000;
  begin(request, std::string(50'000'000, 'x'));
  fake_.accepted();
  loop_.run_for(600ms);  // longer than a write waits
  fake_.say(0, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.body, "ok");
  call_.reset();
  EXPECT_EQ(pool_.idle_connections(), 0u);
}

TEST_F(ClientConnectionTest, TellsHowACallFailed) {
  struct Case {
    std::string name;
    std::string said;
    bool closes;
    CallFailure failure;
  };
  const std::vector<Case> cases = {
      {"no byte", "", true, CallFailure::kUnanswered},
      {"part of a head", "HTTP/1.1 20", true, CallFailure::kBroken},
      {"interim alone", "HTTP/1.1 103 Early\r\n\r\n", true, CallFailure::kBroken},
      {"part of a body", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nx", true,
       CallFailure::kBroken},
      {"nothing at all", "", false, CallFailure::kTimeout},
      {"no more of the head", "HTTP/1.1 20", false, CallFailure::kTimeout},
      {"no more of the body", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nx", false,
       CallFailure::kTimeout},
      {"nonsense", "nonsense", false, CallFailure::kInvalid},
      {"101", "HTTP/1.1 101 Switching\r\n\r\n", false, CallFailure::kInvalid},
      {"bad chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxx\r\n", false,
       CallFailure::kInvalid},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(cases[i].name);
    begin(get());
    ASSERT_NE(heard(i), "");
    if (!cases[i].said.empty()) fake_.say(i, cases[i].said);
    if (cases[i].closes) fake_.close(i);
    ASSERT_TRUE(finished());
    EXPECT_EQ(answer_.failure, cases[i].failure);
    call_.reset();
    EXPECT_EQ(pool_.idle_connections(), 0u);
    SetUp();
  }
}

TEST_F(ClientConnectionTest, IsStaleWhenAKeptConnectionEndsUnanswered) {
  begin(get());
  heard();
  fake_.say(0, "HTTP/1.1 204 No Content\r\n\r\n");
  ASSERT_TRUE(finished());
  call_.reset();
  call_ = pool_.take_idle(*fake_.upstream());
  ASSERT_TRUE(call_);
  begin(get());
  heard();
  fake_.close(0);
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.failure, CallFailure::kStale);
}

TEST_F(ClientConnectionTest, EndsWhateverWaitsWhenItIsCancelled) {
  begin(get());
  heard();
  call_->cancel();
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.failure, CallFailure::kCancelled);
  call_.reset();
  EXPECT_TRUE(run_until([&] { return fake_.is_over(0); }));
}

}  // namespace
}  // namespace barbacane::http::h1

#include "http/h2/client_connection.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/detail/fake_upstream.h"
#include "http/detail/test_call.h"
#include "http/detail/test_server.h"
#include "http/h2/detail/test_client.h"

namespace barbacane::http::h2 {
namespace {

using namespace std::chrono_literals;
using client::CallFailure;
using client::CallPtr;
using client::OutgoingRequest;
using Body = OutgoingRequest::Body;
using testing::ElementsAre;
using testing::HasSubstr;

// ---- a sound upstream: our own server ---------------------------------------------------------

/// Tells the request in fields of the answer, and gives body and trailers back; /count only counts.
net::Task<> mirror(Exchange& exchange) {
  const RequestHead& request = exchange.request();
  Response response(exchange.arena());
  const std::string target(request.target);
  response.add("x-method", request.method);
  response.add("x-target", target);
  response.add("x-host", request.value(KnownField::kHost));
  response.add("x-length", request.value(KnownField::kContentLength));
  if (request.path == "/early") {
    response.status = 413;
    exchange.respond(response);
    co_return;
  }
  if (request.path == "/none") response.status = 204;
  if (request.path == "/hints") {
    Response hints(exchange.arena());
    hints.status = 103;
    co_await exchange.inform(hints);
    co_await exchange.inform(hints);
  }
  exchange.start(response, std::nullopt);
  std::size_t count = 0;
  for (;;) {
    const auto part = co_await exchange.read_body_part();
    if (!part || part->empty()) break;
    count += part->size();
    const bool sent = request.path == "/count" || co_await exchange.write(*part);
    if (!sent) co_return;
  }
  if (request.path == "/count") co_await exchange.write(std::to_string(count));
  std::pmr::vector<Field> trailers(exchange.arena());
  exchange.append_trailers(trailers);
  co_await exchange.finish(trailers);
}

class Http2ClientTest : public CallTest {
 protected:
  Answer ask(const OutgoingRequest& request, std::string parts = {},
             std::span<const Field> trailers = {}) {
    const CallPtr call = opened(upstream_);
    Answer answer;
    begin(*call, request, answer, std::move(parts), trailers);
    EXPECT_TRUE(finished(answer));
    return answer;
  }

  TestServer server_{mirror};
  std::shared_ptr<const client::Upstream> upstream_ =
      upstream_at(server_.port(), client::Upstream::Http2::kAlways);
};

TEST_F(Http2ClientTest, AsksForWhatItWasTold) {
  const std::vector<Field> fields = {{"X-Case", "kept"}, {"te", "trailers"}, {"cookie", "a=b"}};
  OutgoingRequest request = get("/a?b=c");
  request.fields = fields;
  const Answer answer = ask(request);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.fields, HasSubstr("x-method=GET;x-target=/a?b=c;x-host=a:1;"));
  EXPECT_EQ(answer.body, "");
  EXPECT_FALSE(answer.failure);
}

TEST_F(Http2ClientTest, SendsBodiesHoweverTheyAreFramed) {
  struct Case {
    Body framing;
    std::string body;
    std::string parts;
    std::string length;
  };
  const std::string large(100'000, 'x');
  for (const Case& test :
       {Case{Body::kWhole, "small", "", "5"},
        Case{Body::kWhole, std::string(60'000, 'y'), "", "60000"}, Case{Body::kWhole, "", "", "0"},
        Case{Body::kLength, "", "in parts", "8"}, Case{Body::kLength, "", large, "100000"},
        Case{Body::kLength, "", "", "0"}, Case{Body::kUnknown, "", "in parts", ""},
        Case{Body::kUnknown, "", large, ""}, Case{Body::kUnknown, "", "", ""}}) {
    OutgoingRequest request = get();
    request.method = "POST";
    request.framing = test.framing;
    request.body = test.body;
    request.length = test.parts.size();
    const Answer answer = ask(request, test.parts);
    EXPECT_TRUE(answer.body == test.body + test.parts) << test.length << ' ' << answer.body.size();
    EXPECT_THAT(answer.fields, HasSubstr("x-length=" + test.length + ";"));
  }
}

TEST_F(Http2ClientTest, SendsOnAsTheUpstreamTakesIt) {
  OutgoingRequest request = get("/count");
  request.method = "POST";
  request.framing = Body::kUnknown;
  EXPECT_EQ(ask(request, std::string(10'000'000, 'x')).body, "10000000");
}

TEST_F(Http2ClientTest, PassesTrailersOnBothWays) {
  const std::vector<Field> trailers = {{"x-sum", "1"}, {"x-more", "2"}};
  OutgoingRequest request = get();
  request.method = "POST";
  request.framing = Body::kUnknown;
  const Answer answer = ask(request, "body", trailers);
  EXPECT_EQ(answer.body, "body");
  EXPECT_EQ(answer.trailers, "x-sum=1;x-more=2;");
}

TEST_F(Http2ClientTest, ReadsAnswersOfEveryKind) {
  EXPECT_THAT(ask(get("/hints")).interim, ElementsAre(103, 103));
  EXPECT_EQ(ask(get("/none")).status, 204);
  OutgoingRequest head = get();
  head.method = "HEAD";
  const Answer answer = ask(head);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
}

TEST_F(Http2ClientTest, TakesAnAnswerThatComesBeforeTheBodyIsRead) {
  OutgoingRequest request = get("/early");
  request.method = "POST";
  request.framing = Body::kUnknown;
  const Answer answer = ask(request, std::string(10'000'000, 'x'));
  EXPECT_EQ(answer.status, 413);
  EXPECT_FALSE(answer.failure);
  EXPECT_EQ(ask(get()).status, 200);
}

TEST_F(Http2ClientTest, CarriesManyCallsAtOnce) {
  constexpr std::size_t kCalls = 50;
  std::vector<CallPtr> calls;
  std::vector<Answer> answers(kCalls);
  OutgoingRequest request = get("/count");
  request.framing = Body::kUnknown;
  for (Answer& answer : answers) {
    calls.push_back(opened(upstream_));
    begin(*calls.back(), request, answer, std::string(200'000, 'z'));
  }
  for (const Answer& answer : answers) {
    EXPECT_TRUE(finished(answer));
    EXPECT_EQ(answer.body, "200000");
  }
  calls.clear();
  EXPECT_EQ(pool_.idle_connections(), 1u);
}

// ---- an upstream that says exactly what the test wants ----------------------------------------

constexpr std::uint8_t kData = 0, kHeaders = 1, kReset = 3, kSettings = 4, kPing = 6, kGoaway = 7;
constexpr std::uint8_t kEndStream = 1, kEndHeaders = 4;
constexpr std::uint32_t kRefused = 7, kInternal = 2, kCancelCode = 8;
constexpr std::string_view kStatus200 = "\x88";  // of HPACK's static table
constexpr std::string_view kStatus204 = "\x89";

std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  std::string_view payload) {
  return TestClient::frame(type, flags, stream, payload);
}

std::string number(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

/// A field whose name and value stand there in full.
std::string literal(std::string_view name, std::string_view value) {
  std::string text(1, '\0');
  text += static_cast<char>(name.size());
  text += name;
  text += static_cast<char>(value.size());
  text += value;
  return text;
}

std::string head(std::uint32_t stream, std::string_view fields, std::uint8_t flags = 0) {
  return frame(kHeaders, kEndHeaders | flags, stream, fields);
}

/// Finds a frame of that type and stream; the reason of a reset or the payload's size.
bool has_frame(std::string_view bytes, std::uint8_t type, std::uint32_t stream,
               std::optional<std::uint32_t> code = {}) {
  constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const auto word = [&](std::size_t i) {
    return static_cast<std::uint32_t>(byte(i) << 24 | byte(i + 1) << 16 | byte(i + 2) << 8 |
                                      byte(i + 3));
  };
  if (bytes.starts_with(kPreface)) bytes.remove_prefix(kPreface.size());
  while (bytes.size() >= 9) {
    const std::size_t length = word(0) >> 8;
    if (bytes.size() < 9 + length) return false;
    const bool same_code = !code || (length >= 4 && word(9) == *code);
    if (byte(3) == type && word(5) == stream && same_code) return true;
    bytes.remove_prefix(9 + length);
  }
  return false;
}

class ScriptedHttp2Test : public CallTest {
 protected:
  explicit ScriptedHttp2Test(const client::PoolLimits& limits = {.sign_of_life = 500ms})
      : CallTest(limits) {}
  ~ScriptedHttp2Test() override {
    loop_.abandon();
    call_.reset();
  }

  /// The next call, on a connection whose settings are these.
  CallPtr call(std::string_view settings = {}) {
    CallPtr call = pool_.take_idle(*upstream_);
    if (call) return call;
    const std::size_t connection = fake_.accepted();
    Opening opening;
    loop_.spawn(open(pool_, upstream_, opening));
    EXPECT_TRUE(run_until([&] { return fake_.accepted() > connection; }));
    fake_.say(connection, frame(kSettings, 0, 0, settings));
    EXPECT_TRUE(run_until([&] { return opening.over; }));
    return std::move(opening.call);
  }
  void begin(const OutgoingRequest& request, std::string parts = {}) {
    if (!call_) call_ = call();
    CallTest::begin(*call_, request, answer_, std::move(parts));
  }
  bool hears(std::size_t connection, std::uint8_t type, std::uint32_t stream,
             std::optional<std::uint32_t> code = {}) {
    return run_until([&] {
      heard_[connection] += fake_.heard(connection);
      return has_frame(heard_[connection], type, stream, code);
    });
  }
  bool finished() { return CallTest::finished(answer_); }

  struct Opening {
    CallPtr call;
    bool over = false;
  };
  static net::Task<> open(client::Pool& pool, std::shared_ptr<const client::Upstream> upstream,
                          Opening& opening) {
    client::Pool::Wish wish(pool.loop());
    auto opened = co_await pool.open(std::move(upstream), pool.loop().now() + 5s, wish);
    if (opened) opening.call = std::move(*opened);
    opening.over = true;
  }

  static net::Task<> send(client::Call& call, OutgoingRequest request, bool& done) {
    co_await call.send(request, 1s);
    done = true;
  }

  FakeUpstream fake_;
  std::shared_ptr<const client::Upstream> upstream_ =
      fake_.upstream(client::Upstream::Http2::kAlways);
  std::map<std::size_t, std::string> heard_;
  CallPtr call_;
  Answer answer_;
};

TEST_F(ScriptedHttp2Test, TellsWhatWentWrong) {
  struct Case {
    std::string_view name;
    std::string says;
    CallFailure failure;
  };
  const std::string flood = [] {
    std::string text;
    for (int i = 0; i < 40; ++i) text += head(1, literal(":status", "103"));
    return text;
  }();
  const std::vector<Case> cases = {
      {"refused", frame(kReset, 0, 1, number(kRefused)), CallFailure::kUntouched},
      {"going away before it", frame(kGoaway, 0, 0, number(0) + number(0)),
       CallFailure::kUntouched},
      {"reset", frame(kReset, 0, 1, number(kInternal)), CallFailure::kUnanswered},
      {"reset behind the head", head(1, kStatus200) + frame(kReset, 0, 1, number(kInternal)),
       CallFailure::kBroken},
      {"reset behind the whole length",
       head(1, std::string(kStatus200) + literal("content-length", "2")) +
           frame(kData, 0, 1, "ok") + frame(kReset, 0, 1, number(kInternal)),
       CallFailure::kBroken},
      {"no status", head(1, literal("x-a", "b"), kEndStream), CallFailure::kInvalid},
      {"switching protocols", head(1, literal(":status", "101")), CallFailure::kInvalid},
      {"a field of the connection",
       head(1, std::string(kStatus200) + literal("connection", "close"), kEndStream),
       CallFailure::kInvalid},
      {"upper case", head(1, std::string(kStatus200) + literal("X-A", "b"), kEndStream),
       CallFailure::kInvalid},
      {"a line end in a value", head(1, std::string(kStatus200) + literal("x-a", "b\r\nc: d")),
       CallFailure::kInvalid},
      {"too many interim answers", flood, CallFailure::kInvalid},
      {"a body longer than said",
       head(1, std::string(kStatus200) + literal("content-length", "1")) +
           frame(kData, kEndStream, 1, "ab"),
       CallFailure::kInvalid},
      {"a body shorter than said",
       head(1, std::string(kStatus200) + literal("content-length", "9")) +
           frame(kData, kEndStream, 1, "ab"),
       CallFailure::kInvalid},
      {"a body without head", frame(kData, kEndStream, 1, "ab"), CallFailure::kUnanswered},
      {"silence", "", CallFailure::kTimeout},
      {"silence in the body", head(1, kStatus200) + frame(kData, 0, 1, "ab"),
       CallFailure::kTimeout},
      {"no HTTP/2", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", CallFailure::kUnanswered},
  };
  for (const Case& test : cases) {
    const std::size_t connection = fake_.accepted();
    call_ = call();
    ASSERT_TRUE(call_) << test.name;
    ASSERT_EQ(fake_.accepted(), connection + 1);
    begin(get());
    ASSERT_TRUE(hears(connection, kHeaders, 1));
    fake_.say(connection, test.says);
    ASSERT_TRUE(finished()) << test.name;
    EXPECT_EQ(answer_.failure, test.failure) << test.name;
    call_.reset();
    fake_.close(connection);
    run_until([&] { return pool_.idle_connections() == 0; });
  }
}

TEST_F(ScriptedHttp2Test, KnowsAKeptConnectionThatEnds) {
  begin(get());
  ASSERT_TRUE(hears(0, kHeaders, 1));
  fake_.say(0, head(1, kStatus204, kEndStream));
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.status, 204);
  call_ = nullptr;
  begin(get());
  ASSERT_TRUE(hears(0, kHeaders, 3)) << "on the same connection";
  fake_.close(0);
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.failure, CallFailure::kStale);
}

TEST_F(ScriptedHttp2Test, RefusesHeadsThatHttp1WouldRefuse) {
  const auto outcome = [&](const std::string& bytes) {
    const std::size_t connection = fake_.accepted();
    call_ = call();
    begin(get());
    EXPECT_TRUE(hears(connection, kHeaders, 1));
    fake_.say(connection, bytes);
    EXPECT_TRUE(finished());
    call_.reset();
    fake_.close(connection);
    run_until([&] { return pool_.idle_connections() == 0; });
    return answer_.failure;
  };
  EXPECT_EQ(outcome(head(1, literal(":status", "099"), kEndStream)), CallFailure::kInvalid);
  // A field of the dynamic table costs the sender a byte each time.
  const std::string added(
      "\x40\x01"
      "a\x00",
      4);
  const std::string many = std::string(kStatus200) + added + std::string(1000, '\xBE');
  EXPECT_EQ(outcome(head(1, many, kEndStream)), CallFailure::kInvalid);
  EXPECT_EQ(outcome(head(1, many.substr(0, 900), kEndStream)), std::nullopt);
}

TEST_F(ScriptedHttp2Test, KeepsAHeadThatIsHalfHereWhenTimeIsUp) {
  const auto read_head = [](client::Call& call, std::chrono::milliseconds within, int& status,
                            bool& over) -> net::Task<> {
    auto head = co_await call.read_head(std::chrono::steady_clock::now() + within);
    status = head ? (*head)->status : 0;
    over = true;
  };
  const auto status_within = [&](std::chrono::milliseconds within) {
    int status = -1;
    bool over = false;
    loop_.spawn(read_head(*call_, within, status, over));
    EXPECT_TRUE(run_until([&] { return over; }));
    return status;
  };
  call_ = call();
  bool sent = false;
  loop_.spawn(send(*call_, get(), sent));
  ASSERT_TRUE(hears(0, kHeaders, 1));
  fake_.say(0, head(1, literal(":status", "103")));
  EXPECT_EQ(status_within(1s), 103);
  const std::string last = head(1, std::string(kStatus200) + literal("x", "y"), kEndStream);
  fake_.say(0, last.substr(0, 11));
  EXPECT_EQ(status_within(100ms), 0);
  fake_.say(0, last.substr(11));
  EXPECT_EQ(status_within(1s), 200) << "as whoever uploads asks again";
}

TEST_F(ScriptedHttp2Test, SendsLargeHeadsAndTheDateOfARequest) {
  const std::string value(7000, 'v');
  std::vector<Field> fields(10, Field{"x-long", value});
  fields.push_back({"date", "Tue, 15 Nov 1994 08:12:31 GMT"});
  OutgoingRequest request = get();
  request.fields = fields;
  begin(request);
  ASSERT_TRUE(hears(0, 9, 1)) << "CONTINUATION";
  fake_.say(0, head(1, kStatus204, kEndStream));
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.status, 204);
}

TEST_F(ScriptedHttp2Test, OpensAnotherConnectionWhenOneTakesNoMore) {
  const std::string one_stream = std::string("\0\3", 2) + number(1);
  const CallPtr first = call(one_stream);
  const CallPtr second = call(one_stream);
  EXPECT_EQ(fake_.accepted(), 2u);
  Answer on_first, on_second;
  CallTest::begin(*first, get(), on_first);
  CallTest::begin(*second, get(), on_second);
  EXPECT_TRUE(hears(0, kHeaders, 1));
  EXPECT_TRUE(hears(1, kHeaders, 1));
  fake_.say(0, head(1, kStatus204, kEndStream));
  fake_.say(1, head(1, kStatus204, kEndStream));
  EXPECT_TRUE(CallTest::finished(on_first));
  EXPECT_TRUE(CallTest::finished(on_second));
  EXPECT_TRUE(pool_.take_idle(*upstream_)) << "there is room again";
}

TEST_F(ScriptedHttp2Test, HandsRoomThatIsMadeToWhoeverWaits) {
  const std::string one_stream = std::string("\0\3", 2) + number(1);
  CallPtr first = call(one_stream);
  Opening second;
  loop_.spawn(open(pool_, upstream_, second));
  first.reset();
  EXPECT_TRUE(run_until([&] { return second.over; }));
  EXPECT_TRUE(second.call) << "without waiting for the connection that is on its way";
}

/// No connection may be opened beside the first.
class CrowdedHttp2Test : public ScriptedHttp2Test {
 protected:
  CrowdedHttp2Test() : ScriptedHttp2Test({.idle = 1, .open = 1, .patience = 3s}) {}

  /// Somebody who waits for room.
  void wait_for_room() {
    loop_.spawn(open(pool_, upstream_, waiting_));
    loop_.run_for(20ms);
    EXPECT_FALSE(waiting_.over);
  }
  bool gets_room() {
    run_until([&] { return waiting_.over; });
    return waiting_.call != nullptr;
  }

  const std::string one_stream_ = std::string("\0\3", 2) + number(1);
  Opening waiting_;
};

TEST_F(CrowdedHttp2Test, GivesTheRoomOfACallThatWasGivenUp) {
  call_ = call(one_stream_);
  begin(get());
  ASSERT_TRUE(hears(0, kHeaders, 1));
  wait_for_room();
  call_->cancel();
  ASSERT_TRUE(finished());
  call_.reset();
  EXPECT_TRUE(gets_room());
}

TEST_F(CrowdedHttp2Test, GivesTheRoomThatNewSettingsMake) {
  call_ = call(one_stream_);
  wait_for_room();
  fake_.say(0, frame(kSettings, 0, 0, std::string("\0\3", 2) + number(2)));
  EXPECT_TRUE(gets_room());
}

TEST_F(CrowdedHttp2Test, GivesTheRoomOfAConnectionThatShowsASignOfLife) {
  begin(get());
  ASSERT_TRUE(finished());
  ASSERT_TRUE(hears(0, kPing, 0));
  wait_for_room();
  fake_.say(0, frame(kPing, 1, 0, std::string("live?\0\0\0", 8)));
  EXPECT_TRUE(gets_room());
}

TEST_F(ScriptedHttp2Test, DoesNotOpenOneConnectionAfterAnotherThatTakesNothing) {
  Opening opening;
  loop_.spawn(open(pool_, upstream_, opening));
  ASSERT_TRUE(run_until([&] { return fake_.accepted() == 1; }));
  fake_.say(0, frame(kSettings, 0, 0, std::string("\0\3", 2) + number(0)));
  EXPECT_TRUE(run_until([&] { return opening.over; }));
  EXPECT_FALSE(opening.call);
  EXPECT_EQ(fake_.accepted(), 1u);
}

TEST_F(ScriptedHttp2Test, LeavesAConnectionThatIsGoingAwayToThoseWhoHaveIt) {
  begin(get());
  ASSERT_TRUE(hears(0, kHeaders, 1));
  fake_.say(0, frame(kGoaway, 0, 0, number(1) + number(0)));
  run_until([&] { return pool_.take_idle(*upstream_) == nullptr; });
  const CallPtr other = call();
  EXPECT_EQ(fake_.accepted(), 2u);
  fake_.say(0, head(1, kStatus200) + frame(kData, kEndStream, 1, "last"));
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.body, "last");
  EXPECT_TRUE(run_until([&] { return fake_.is_over(0); }));
}

TEST_F(ScriptedHttp2Test, ResetsACallThatIsGivenUp) {
  begin(get());
  ASSERT_TRUE(hears(0, kHeaders, 1));
  call_->cancel();
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.failure, CallFailure::kCancelled);
  call_.reset();
  EXPECT_TRUE(hears(0, kReset, 1, kCancelCode));
  EXPECT_TRUE(pool_.take_idle(*upstream_)) << "the connection is as good as before";
}

TEST_F(ScriptedHttp2Test, AsksForASignOfLifeWhenAnAnswerIsLate) {
  begin(get());
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.failure, CallFailure::kTimeout);
  ASSERT_TRUE(hears(0, kPing, 0));
  EXPECT_FALSE(pool_.take_idle(*upstream_)) << "until it has answered";
  fake_.say(0, frame(kPing, 1, 0, std::string("live?\0\0\0", 8)));
  EXPECT_TRUE(run_until([&] { return pool_.take_idle(*upstream_) != nullptr; }));
}

TEST_F(ScriptedHttp2Test, LosesASilentConnectionThoughNobodyWaitsAnyMore) {
  begin(get());
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.failure, CallFailure::kTimeout);
  call_.reset();
  ASSERT_TRUE(hears(0, kPing, 0));
  EXPECT_TRUE(run_until([&] {
    heard_[0] += fake_.heard(0);
    return fake_.is_over(0);
  }));
}

TEST_F(ScriptedHttp2Test, GoesOnWithABodyThatMovesSlowly) {
  constexpr std::uint32_t kStep = 25'000;
  call_ = call(std::string("\0\4", 2) + number(kStep));
  OutgoingRequest request = get();
  request.framing = Body::kLength;
  request.length = 100'000;
  begin(request, std::string(100'000, 'x'));  // with 300 ms for each part
  ASSERT_TRUE(hears(0, kHeaders, 1));
  for (int i = 0; i < 3; ++i) {
    loop_.run_for(250ms);
    heard_[0] += fake_.heard(0);
    fake_.say(0, frame(8, 0, 1, number(kStep)) + frame(8, 0, 0, number(kStep)));
  }
  loop_.run_for(50ms);
  fake_.say(0, head(1, kStatus204, kEndStream));
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.status, 204);
}

TEST_F(ScriptedHttp2Test, StopsWritingWhenTheUpstreamTakesNothing) {
  call_ = call(std::string("\0\4", 2) + number(0));  // no window
  OutgoingRequest request = get();
  request.framing = Body::kUnknown;
  begin(request, std::string(100'000, 'x'));
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.failure, CallFailure::kTimeout);
  call_.reset();
  EXPECT_TRUE(hears(0, kReset, 1, kCancelCode));
}

TEST_F(ScriptedHttp2Test, HoldsUpOnlyTheStreamThatNobodyReads) {
  const CallPtr unread = call();
  bool sent = false;
  loop_.spawn(send(*unread, get(), sent));
  ASSERT_TRUE(hears(0, kHeaders, 1));
  // A whole window of it, and more on the connection than it began with.
  std::string body = head(1, kStatus200);
  for (int i = 0; i < 8; ++i) body += frame(kData, 0, 1, std::string(16'000, 'x'));
  fake_.say(0, body);
  begin(get());
  ASSERT_TRUE(hears(0, kHeaders, 3));
  fake_.say(0, head(3, kStatus200) + frame(kData, kEndStream, 3, std::string(16'000, 'y')));
  ASSERT_TRUE(finished());
  EXPECT_EQ(answer_.body.size(), 16'000u);
  constexpr std::uint8_t kWindowUpdate = 8;
  EXPECT_TRUE(has_frame(heard_[0], kWindowUpdate, 0)) << "room on the connection";
  EXPECT_FALSE(has_frame(heard_[0], kWindowUpdate, 1)) << "none on the stream";
}

TEST_F(ScriptedHttp2Test, GivesUpOnAnUpstreamThatNeverSettles) {
  Opening opening;
  const auto open_for = [](client::Pool& pool, std::shared_ptr<const client::Upstream> upstream,
                           Opening& result) -> net::Task<> {
    client::Pool::Wish wish(pool.loop());
    auto opened = co_await pool.open(std::move(upstream), pool.loop().now() + 200ms, wish);
    EXPECT_FALSE(opened);
    result.over = true;
  };
  loop_.spawn(open_for(pool_, upstream_, opening));
  EXPECT_TRUE(run_until([&] { return opening.over; }));
  EXPECT_TRUE(hears(0, kGoaway, 0));
  EXPECT_TRUE(run_until([&] { return fake_.is_over(0); }));
}

}  // namespace
}  // namespace barbacane::http::h2

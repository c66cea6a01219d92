#include "http/h1/body_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace barbacane::http::h1 {
namespace {

using Status = BodyReader::Part::Status;

/// Takes what the buffer holds; `!` where the body is malformed, `$` at its end.
std::string drain(BodyReader& body, InputBuffer& input) {
  std::string text;
  for (;;) {
    const BodyReader::Part part = body.next(input);
    if (part.status == Status::kData) {
      text += part.data;
      continue;
    }
    if (part.status == Status::kMalformed) text += '!';
    if (part.status == Status::kEnd) text += '$';
    return text;
  }
}

struct Case {
  BodyFraming framing;
  std::uint64_t length;
  std::string bytes;
  std::string read;
  std::string left;  ///< in the buffer: what belongs to the next message
};

std::vector<Case> cases() {
  using enum BodyFraming;
  return {
      {kNone, 0, "next", "$", "next"},
      {kLength, 0, "next", "$", "next"},
      {kLength, 5, "hellonext", "hello$", "next"},
      {kLength, 9, "hello", "hello", ""},
      {kChunked, 0, "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\nnext", "hello!$", "next"},
      {kChunked, 0, "0\r\nx-a: b\r\n\r\nnext", "$", "next"},
      {kChunked, 0, "5\r\nhel", "hel", ""},
      {kUntilClose, 0, "hello", "hello", ""},
  };
}

TEST(BodyReader, TakesABodyAndLeavesTheRest) {
  for (const Case& test : cases()) {
    SCOPED_TRACE(test.bytes);
    BodyReader body;
    body.begin(test.framing, test.length);
    InputBuffer input;
    input.append(test.bytes);
    EXPECT_EQ(drain(body, input), test.read);
    EXPECT_EQ(input.unread(), test.left);
    EXPECT_EQ(body.done(), test.read.ends_with('$'));
  }
}

TEST(BodyReader, DoesNotCareHowTheBytesComeIn) {
  for (const Case& test : cases()) {
    SCOPED_TRACE(test.bytes);
    BodyReader body;
    body.begin(test.framing, test.length);
    InputBuffer input;
    std::string read;
    for (const char c : test.bytes) {
      input.append({&c, 1});
      if (!body.done()) read += drain(body, input);
    }
    if (test.read == "$") read = body.done() ? "$" : "";
    EXPECT_EQ(read, test.read);
  }
}

TEST(BodyReader, EndsWithTheConnectionOnlyWhereThatIsTheEnd) {
  for (const Case& test : cases()) {
    if (test.read.ends_with('$')) continue;
    BodyReader body;
    body.begin(test.framing, test.length);
    InputBuffer input;
    input.append(test.bytes);
    drain(body, input);
    EXPECT_EQ(body.end_of_connection(), test.framing == BodyFraming::kUntilClose) << test.bytes;
  }
}

TEST(BodyReader, RefusesBrokenChunks) {
  for (const char* bytes : {"x\r\n", "5\nhello\r\n", "5\r\nhello!\r\n", "-1\r\n", "0\r\nx\r\n\r\n",
                            "0\r\ncontent-length: 1\r\n\r\n", "10000000000000000\r\n"}) {
    BodyReader body;
    body.begin(BodyFraming::kChunked);
    InputBuffer input;
    input.append(bytes);
    EXPECT_TRUE(drain(body, input).ends_with('!')) << bytes;
    EXPECT_FALSE(body.done()) << bytes;
    input.append("0\r\n\r\n");
    EXPECT_TRUE(drain(body, input).ends_with('!')) << "for good: " << bytes;
  }
}

TEST(BodyReader, KeepsTrailersOfThisBodyAlone) {
  BodyReader body;
  const auto trailers = [&](const char* bytes) {
    body.begin(BodyFraming::kChunked);
    InputBuffer input;
    input.append(bytes);
    drain(body, input);
    std::pmr::vector<Field> fields;
    body.append_trailers(fields);
    std::string text;
    for (const Field& field : fields)
      text += std::string(field.name) + '=' + std::string(field.value) + ';';
    return text;
  };
  EXPECT_EQ(trailers("0\r\nX-A:  b \r\nx-a: c\r\n\r\n"), "X-A=b;x-a=c;");
  EXPECT_EQ(trailers("0\r\n\r\n"), "");
  body.begin(BodyFraming::kLength, 0);
  std::pmr::vector<Field> fields;
  body.append_trailers(fields);
  EXPECT_TRUE(fields.empty());
}

TEST(BodyWindow, IsForBodiesThatAreStillLong) {
  InputBuffer head;
  head.append("head");
  head.pin_head(4);
  std::unique_ptr<InputBuffer> window;
  BodyReader body;
  body.begin(BodyFraming::kLength, 10);
  EXPECT_EQ(&body_input(head, window, body), &head);
  body.begin(BodyFraming::kLength, 1'000'000);
  EXPECT_EQ(&body_input(head, window, body), &head) << "the first bytes come with the head";
  head.append("first");
  drain(body, head);
  EXPECT_NE(&body_input(head, window, body), &head);
  EXPECT_TRUE(window);
}

}  // namespace
}  // namespace barbacane::http::h1

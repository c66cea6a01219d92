#include "http/h1/chunked.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace barbacane::http::h1 {
namespace {

using Status = ChunkDecoder::Step::Status;

/// The data of a body that arrives in pieces of `piece` bytes, or nothing when it is refused or
/// does not end.
std::optional<std::string> decode(std::string_view body, std::size_t piece = 1000) {
  ChunkDecoder decoder;
  std::string text;
  while (true) {
    const auto step = decoder.next(body.substr(0, piece));
    body.remove_prefix(step.consumed);
    if (step.status == Status::kData) text += step.data;
    if (step.status == Status::kEnd) return text;
    if (step.status == Status::kRefused) return std::nullopt;
    if (step.status == Status::kNeedMore && body.empty()) return std::nullopt;
  }
}

TEST(ChunkDecoder, HandsOutDataHoweverTheBytesArrive) {
  const std::string body =
      "3\r\nabc\r\n2;x=\"y\\\";\" ; z = 1 \r\nde\r\n0A\r\n0123456789\r\n000\r\nTrailer: "
      "t\r\nEmpty:\r\n\r\n";
  for (std::size_t piece = 1; piece <= body.size(); ++piece) {
    EXPECT_EQ(decode(body, piece), "abcde0123456789") << piece;
  }
}

TEST(ChunkDecoder, StopsExactlyAtTheEndOfTheBody) {
  ChunkDecoder decoder;
  const auto step = decoder.next("0\r\n\r\nGET / HTTP/1.1\r\n");
  EXPECT_EQ(step.status, Status::kEnd);
  EXPECT_EQ(step.consumed, 5u);
}

TEST(ChunkDecoder, RefusesWhateverTwoServersCouldReadDifferently) {
  for (std::string_view body : {"x\r\n",
                                "\r\n",
                                "-1\r\nabc\r\n",
                                "+3\r\nabc\r\n",
                                "0x3\r\nabc\r\n",
                                "3\nabc\r\n",
                                "3\r\rabc",
                                "3\r\nabcd\r\n0\r\n\r\n",
                                "3\r\nabc\n0\r\n\r\n",
                                "3\r\nabc0\r\n\r\n",
                                "fffffffffffffffff\r\na",
                                " 3\r\nabc\r\n",
                                "3 3\r\nabc\r\n",
                                "3 \r\nabc\r\n",
                                "3;x\x01y\r\nabc\r\n",
                                "3;x\ny\r\nabc\r\n",
                                "3;\r\nabc\r\n",
                                "3;a=\"b\r\nabc\r\n",
                                "3;a=;b\r\nabc\r\n",
                                "3;=b\r\nabc\r\n",
                                "3;a=\"b\"c\r\nabc\r\n",
                                "0\r\nContent-Length: 3\r\n\r\n",
                                "0\r\nTransfer-Encoding: chunked\r\n\r\n",
                                "0\r\nhost: a\r\n\r\n",
                                "0\r\nX: a\r\n b\r\n\r\n",
                                "0\r\nX : a\r\n\r\n",
                                "0\r\n: a\r\n\r\n",
                                "0\r\nX: a\n\r\n",
                                "0\r\n\rX",
                                "0\r\naby\x05\n"}) {
    EXPECT_EQ(decode(body), std::nullopt) << body;
  }
}

TEST(ChunkDecoder, BoundsExtensionsAndTrailers) {
  EXPECT_EQ(decode("1;" + std::string(900, 'x') + "\r\na\r\n0\r\n\r\n"), "a");
  EXPECT_EQ(decode("1;" + std::string(2000, 'x') + "\r\na\r\n0\r\n\r\n"), std::nullopt);
  EXPECT_EQ(decode("0\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"), std::nullopt);
}

}  // namespace
}  // namespace barbacane::http::h1

#include "http/websocket/frames.h"

#include <gtest/gtest.h>

namespace barbacane::http::websocket {
namespace {

using Sender = FrameTracker::Sender;
using namespace std::string_literals;

std::string frame(std::uint8_t first, std::string_view payload, Sender sender) {
  std::string text(1, static_cast<char>(first));
  const int mask = sender == Sender::kClient ? 0x80 : 0;
  if (payload.size() < 126) {
    text.push_back(static_cast<char>(payload.size() | static_cast<std::size_t>(mask)));
  } else if (payload.size() < 65536) {
    text.push_back(static_cast<char>(126 | mask));
    text.push_back(static_cast<char>(payload.size() >> 8));
    text.push_back(static_cast<char>(payload.size() & 0xFF));
  } else {
    text.push_back(static_cast<char>(127 | mask));
    for (int shift = 56; shift >= 0; shift -= 8)
      text.push_back(static_cast<char>(payload.size() >> shift & 0xFF));
  }
  const std::string key = "\x12\x34\x56\x78";
  if (mask != 0) text += key;
  for (std::size_t i = 0; i < payload.size(); ++i)
    text.push_back(mask == 0 ? payload[i] : static_cast<char>(payload[i] ^ key[i % 4]));
  return text;
}

TEST(FrameTracker, KnowsTheBoundariesHoweverTheBytesArrive) {
  for (const Sender sender : {Sender::kClient, Sender::kServer}) {
    const std::string one = frame(0x81, "hello", sender);
    const std::string all = one + frame(0x02, std::string(200, 'x'), sender) +
                            frame(0x89, "ping", sender) +
                            frame(0x80, std::string(70'000, 'y'), sender);
    for (const std::size_t piece : {1UL, 2UL, 7UL, 4096UL, all.size()}) {
      FrameTracker tracker(sender);
      for (std::size_t at = 0; at < all.size(); at += piece) {
        const std::string_view bytes = std::string_view(all).substr(at, piece);
        EXPECT_EQ(tracker.follow(bytes), bytes.size());
      }
      EXPECT_TRUE(tracker.at_boundary());
      EXPECT_FALSE(tracker.violated());
    }
    FrameTracker tracker(sender);
    EXPECT_EQ(tracker.follow(all, FrameTracker::Stop::kAtBoundary), one.size());
    EXPECT_TRUE(tracker.at_boundary());
  }
}

TEST(FrameTracker, ReadsTheCodeOfACloseFrame) {
  FrameTracker client(Sender::kClient);
  client.follow(frame(0x88,
                      "\x0F\xA1"
                      "bye"s,
                      Sender::kClient));
  EXPECT_EQ(client.close_code(), static_cast<CloseCode>(4001));
  FrameTracker server(Sender::kServer);
  server.follow(close_frame(CloseCode::kGoingAway, Sender::kServer));
  EXPECT_EQ(server.close_code(), CloseCode::kGoingAway);
  FrameTracker silent(Sender::kServer);
  silent.follow(frame(0x88, "", Sender::kServer));
  EXPECT_EQ(silent.close_code(), CloseCode::kNoStatus);
}

TEST(FrameTracker, PassesOnNothingOfAFrameThatBreaksTheRules) {
  const struct {
    const char* what;
    std::string bytes;
  } cases[] = {
      {"masked by a server", frame(0x81, "x", Sender::kClient)},
      {"reserved bit", frame(0xC1, "x", Sender::kServer)},
      {"unknown opcode", frame(0x83, "x", Sender::kServer)},
      {"fragmented ping", frame(0x09, "x", Sender::kServer)},
      {"long ping", frame(0x89, std::string(126, 'x'), Sender::kServer)},
      {"continuation of nothing", frame(0x80, "x", Sender::kServer)},
      {"close of one byte", frame(0x88, "x", Sender::kServer)},
      {"length of 64 bits", "\x82\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s},
  };
  const std::string good = frame(0x81, "fine", Sender::kServer);
  for (const auto& [what, bytes] : cases) {
    FrameTracker tracker(Sender::kServer);
    EXPECT_EQ(tracker.follow(good + bytes), good.size()) << what;
    EXPECT_TRUE(tracker.violated()) << what;
    EXPECT_TRUE(tracker.at_boundary()) << what;
  }
  // Unless the other side has got the beginning of it.
  FrameTracker late(Sender::kServer);
  EXPECT_EQ(late.follow("\x88"), 1U);
  late.follow("\x01x");
  EXPECT_TRUE(late.violated());
  EXPECT_FALSE(late.at_boundary());
  FrameTracker interrupted(Sender::kServer);
  interrupted.follow(frame(0x01, "begun", Sender::kServer) +
                     frame(0x81, "another", Sender::kServer));
  EXPECT_TRUE(interrupted.violated());
  FrameTracker closed(Sender::kServer);
  closed.follow(close_frame(CloseCode::kNormal, Sender::kServer) + good);
  EXPECT_TRUE(closed.violated());
}

TEST(FrameTracker, CountsMessagesWhateverTheirFrames) {
  const auto of = [](const std::string& bytes) {
    FrameTracker tracker(Sender::kClient, 10);
    const std::size_t passed = tracker.follow(bytes);
    EXPECT_EQ(passed == bytes.size(), !tracker.violated());
    EXPECT_EQ(tracker.violated(), tracker.violation() == CloseCode::kTooBig);
    return passed;
  };
  const auto client = [](std::uint8_t first, std::size_t size) {
    return frame(first, std::string(size, 'x'), Sender::kClient);
  };
  const std::string full = client(0x81, 10);
  EXPECT_EQ(of(full + full + client(0x89, 100) + full), 3 * full.size() + 106);
  EXPECT_EQ(of(full + client(0x81, 11)), full.size());
  const std::string begun = client(0x01, 6);
  EXPECT_EQ(of(begun + client(0x80, 4)), begun.size() + 10);
  EXPECT_EQ(of(begun + client(0x80, 5)), begun.size());
  EXPECT_EQ(of(begun + client(0x00, 4) + client(0x80, 0) + full), begun.size() + 16 + full.size());
  EXPECT_EQ(of(begun + "\x80\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF" + "mask"), begun.size());
}

TEST(WebSocketKey, IsAnsweredAsTheRfcsExample) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_TRUE(is_key("dGhlIHNhbXBsZSBub25jZQ=="));
  EXPECT_TRUE(is_key(make_key(1, ~std::uint64_t{0})));
  EXPECT_FALSE(is_key("dGhlIHNhbXBsZSBub25jZQ="));
  EXPECT_FALSE(is_key("dGhlIHNhbXBsZSBub25jZQ=!"));
  EXPECT_FALSE(is_key(""));
}

}  // namespace
}  // namespace barbacane::http::websocket

#include "validation/detail/multipart_framing.h"

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace barbacane::validation::detail {
namespace {

using Event = MultipartFraming::Event;

constexpr std::size_t kHeadLimit = 64;

/// What was read, each part as `{head|data}`, and how it ended.
class Reading {
 public:
  explicit Reading(std::string_view boundary) : framing_(boundary, kHeadLimit) {}

  void feed(std::string_view bytes) {
    // A copy, so that views into an earlier input are seen by the sanitizer.
    const std::vector<char> copy(bytes.begin(), bytes.end());
    std::string_view input(copy.data(), copy.size());
    for (;;) {
      const Event event = framing_.next(input);
      if (event == Event::kMore) return;
      if (event == Event::kHead) text_ += "{" + std::string(framing_.head()) + "|";
      if (event == Event::kData) text_ += framing_.data();
      if (event == Event::kPartEnd) text_ += "}";
      if (event == Event::kError) {
        failed_ = true;
        return;
      }
    }
  }

  std::string text() const {
    if (failed_) return text_ + "!" + std::string(framing_.error());
    return framing_.complete() ? text_ + "." : text_ + "...";
  }

 private:
  MultipartFraming framing_;
  std::string text_;
  bool failed_ = false;
};

std::string read_whole(std::string_view body) {
  Reading reading("b");
  reading.feed(body);
  return reading.text();
}

std::string read_in_steps(std::string_view body, std::size_t step) {
  Reading reading("b");
  for (std::size_t at = 0; at < body.size(); at += step) reading.feed(body.substr(at, step));
  return reading.text();
}

constexpr std::string_view kUnended =
    "!a line in the header section of a part is not ended by CRLF";
constexpr std::string_view kTrailing = "!a boundary is not followed by a line end";
constexpr std::string_view kTrailingClose = "!the closing boundary is not followed by a line end";
constexpr std::string_view kBare = "!a boundary stands behind a line feed without carriage return";
constexpr std::string_view kInHead = "!a boundary stands in the header section of a part";
constexpr std::string_view kHeadTooLarge = "!the header section of a part is too large";

const std::vector<std::pair<std::string, std::string>>& cases() {
  const auto error = [](std::string_view before, std::string_view why) {
    return std::string(before) + std::string(why);
  };
  static const std::vector<std::pair<std::string, std::string>> all = {
      {"--b\r\nA: 1\r\n\r\nhello\r\n--b--\r\n", "{A: 1\r\n|hello}."},
      {"--b\r\nA: 1\r\n\r\nhello\r\n--b--", "{A: 1\r\n|hello}."},
      {"--b\r\nA: 1\r\nB: 2\r\n\r\none\r\n--b\r\nC: 3\r\n\r\ntwo\r\n--b--\r\n",
       "{A: 1\r\nB: 2\r\n|one}{C: 3\r\n|two}."},
      // Content that begins like a delimiter.
      {"--b\r\nA: 1\r\n\r\n\r\n\r\n-\r\n--\r\r\n--\r\n--a\r\n--b--",
       "{A: 1\r\n|\r\n\r\n-\r\n--\r\r\n--\r\n--a}."},
      {"--b\r\nA: 1\r\n\r\n--a\r\n--b--", "{A: 1\r\n|--a}."},
      {"--b\r\nA: 1\r\n\r\n-\n-\n--a\r\n--b--", "{A: 1\r\n|-\n-\n--a}."},
      {"--b\r\nA: 1\r\n\r\nx\r\n--\n--a\r\n--b--", "{A: 1\r\n|x\r\n--\n--a}."},
      {"--b\r\nA: 1\r\n\r\nx\r\r\n--b--", "{A: 1\r\n|x\r}."},
      {"--b\r\nA: 1\r\n\r\nx--b\r\n--b--", "{A: 1\r\n|x--b}."},
      // Nothing in a part, with a line end of its own and without.
      {"--b\r\nA: 1\r\n\r\n\r\n--b--", "{A: 1\r\n|}."},
      {"--b\r\nA: 1\r\n\r\n--b--", "{A: 1\r\n|}."},
      {"--b\r\nA: 1\r\n\r\n--b\r\nB: 2\r\n\r\nx\r\n--b--", "{A: 1\r\n|}{B: 2\r\n|x}."},
      {"--b\r\n\r\nno head\r\n--b--", "{|no head}."},
      // Around the parts.
      {"--b--", "."},
      {"preamble\r\nmore\r\n--b\r\nA: 1\r\n\r\nx\r\n--b--epilogue",
       error("{A: 1\r\n|x}", kTrailingClose)},
      {"preamble\r\nmore\r\n--b\r\nA: 1\r\n\r\nx\r\n--b--\r\nepilogue\r\n--b\r\n", "{A: 1\r\n|x}."},
      {"\r\n--b\r\nA: 1\r\n\r\nx\r\n--b--", "{A: 1\r\n|x}."},
      {"--c\r\n--b\r\nA: 1\r\n\r\nx\r\n--b--", "{A: 1\r\n|x}."},
      {"x--b\r\n--b--", "."},
      // White space behind a boundary.
      {"--b \t \r\nA: 1\r\n\r\nx\r\n--b-- \t\r\n", "{A: 1\r\n|x}."},
      {"--b\r\nA: 1\r\n\r\nx\r\n--b-- ", "{A: 1\r\n|x}."},
      // Not complete.
      {"", "..."},
      {"no parts at all", "..."},
      {"--b", "..."},
      {"--b\r\nA: 1\r\n\r\nx", "{A: 1\r\n|x..."},
      {"--b\r\nA: 1\r\n\r\nx\r\n--b", "{A: 1\r\n|x}..."},
      {"--b\r\nA: 1\r\n\r\nx\r\n--b\r\n", "{A: 1\r\n|x}..."},
      {"--b\r\nA: 1\r\n\r\nx\r\n--b-", "{A: 1\r\n|x}..."},
      {"--b\r\nA: 1\r\n\r\nx\r\n--b--\r", "{A: 1\r\n|x}..."},
      // What another reader might take for a delimiter.
      {"--bc\r\nA: 1\r\n\r\nx\r\n--b--", error("", kTrailing)},
      {"--b\r\nA: 1\r\n\r\nx\r\n--bc\r\n--b--", error("{A: 1\r\n|x}", kTrailing)},
      {"--b\r\nA: 1\r\n\r\nx\r\n--b-c", error("{A: 1\r\n|x}", kTrailing)},
      {"--b\nA: 1\r\n\r\nx\r\n--b--", error("", kTrailing)},
      {"--b\r\r\nA: 1\r\n\r\nx\r\n--b--", error("", kTrailing)},
      {"--b\r\nA: 1\r\n\r\nx\n--b\r\nB: 2\r\n\r\ny\r\n--b--", error("{A: 1\r\n|x", kBare)},
      {"--b\r\nA: 1\r\n\r\n\n--b--", error("{A: 1\r\n|", kBare)},
      {"preamble\n--b--", error("", kBare)},
      {"\n--b--", error("", kBare)},
      {"--b\r\nA: 1\r\n\r\nx\r\n--b--\n", error("{A: 1\r\n|x}", kTrailingClose)},
      {"--b\r\nA: 1\r\n\r\nx\r\n--b--\r\r\n", error("{A: 1\r\n|x}", kTrailingClose)},
      {"--b\r\nA: 1\n\r\nx\r\n--b--", error("", kUnended)},
      {"--b\r\nA: 1\r\n\nx\r\n--b--", error("", kUnended)},
      {"--b\r\n--b\r\nA: 1\r\n\r\nx\r\n--b--", error("", kInHead)},
      {"--b\r\nA: 1\r\n--b: 2\r\n\r\nx\r\n--b--", error("", kInHead)},
      // A head of exactly the limit, and one byte more.
      {"--b\r\n" + std::string(kHeadLimit - 4, 'h') + "\r\n\r\n--b--",
       "{" + std::string(kHeadLimit - 4, 'h') + "\r\n|}."},
      {"--b\r\n" + std::string(kHeadLimit - 3, 'h') + "\r\n\r\n--b--", error("", kHeadTooLarge)},
      {"--b\r\n" + std::string(kHeadLimit * 3, 'h'), error("", kHeadTooLarge)},
  };
  return all;
}

TEST(MultipartFraming, FindsPartsWhereRfc2046PutsThem) {
  for (const auto& [body, read] : cases()) EXPECT_EQ(read_whole(body), read) << body;
}

TEST(MultipartFraming, ReadsTheSameHoweverTheBodyIsCut) {
  for (const auto& [body, read] : cases()) {
    for (std::size_t step = 1; step < body.size(); ++step) {
      ASSERT_EQ(read_in_steps(body, step), read) << body << "\nin steps of " << step;
    }
    for (std::size_t cut = 1; cut < body.size(); ++cut) {
      Reading reading("b");
      reading.feed(std::string_view(body).substr(0, cut));
      reading.feed({});
      reading.feed(std::string_view(body).substr(cut));
      ASSERT_EQ(reading.text(), read) << body << "\ncut at " << cut;
    }
  }
}

TEST(MultipartFraming, ReadsTheSameOfRandomBodiesHoweverTheyAreCut) {
  std::mt19937 random(7);
  static constexpr std::string_view kPieces[] = {"\r",   "\n",       "-",     "--", "b",
                                                 "\r\n", "\r\n--b",  "\n--b", " ",  "x",
                                                 "A: 1", "\r\n\r\n", "--b--"};
  for (int round = 0; round < 20'000; ++round) {
    std::string body = random() % 4 == 0 ? "" : "--b\r\nA: 1\r\n\r\n";
    for (auto pieces = random() % 24; pieces > 0; --pieces) {
      body += kPieces[random() % std::size(kPieces)];
    }
    const std::string whole = read_whole(body);
    ASSERT_EQ(read_in_steps(body, 1), whole) << body;
    Reading reading("b");
    for (std::string_view rest = body; !rest.empty();) {
      const std::size_t size = 1 + random() % rest.size();
      reading.feed(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    ASSERT_EQ(reading.text(), whole) << body;
  }
}

TEST(MultipartFraming, PassesContentOnWithoutKeepingIt) {
  MultipartFraming framing("b", kHeadLimit);
  std::string_view head = "--b\r\nA: 1\r\n\r\n";
  ASSERT_EQ(framing.next(head), Event::kHead);
  const std::string block(1 << 16, 'x');
  std::string_view input = block;
  ASSERT_EQ(framing.next(input), Event::kData);
  EXPECT_EQ(framing.data().data(), block.data());
  EXPECT_EQ(framing.data().size(), block.size());
}

}  // namespace
}  // namespace barbacane::validation::detail

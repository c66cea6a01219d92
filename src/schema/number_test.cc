#include "schema/number.h"

#include <string>

#include <gtest/gtest.h>

namespace barbacane::schema {
namespace {

std::string zeros(std::size_t count) { return std::string(count, '0'); }

TEST(Number, KnowsJsonLiterals) {
  for (const char* text : {"0", "-0", "1", "10", "-1", "0.0", "1.5", "-0.5e3", "1e5", "1E+5",
                           "1e-5", "1E400", "0e0", "123456789012345678901234567890", "0.000001"})
    EXPECT_TRUE(is_number_literal(text)) << text;
  for (const char* text : {"",    "-",        "+1",    "01",   "-01", "00",    ".5",  "1.",  "1.e5",
                           "1e",  "1e+",      "1e5.0", "0x10", "1 ",  " 1",    "1,0", "NaN", "1_0",
                           "-+1", "Infinity", "--1",   "1ee",  "e5",  "1.5.5", "٣",   "1e1a"})
    EXPECT_FALSE(is_number_literal(text)) << text;
}

TEST(Number, TellsIntegersFromFractions) {
  for (const std::string& text :
       {std::string("0"), std::string("-0"), std::string("3"), std::string("3.0"),
        std::string("3e2"), std::string("30e-1"), std::string("0.0"), std::string("0e-5"),
        std::string("1.5e1"), std::string("1E400"), std::string("-12300e-2"),
        "1" + zeros(50) + "e-50", std::string("0.001e3"), std::string("0.0e-999999999999999999999"),
        std::string("1e999999999999999999999999")})
    EXPECT_TRUE(Number(text).is_integer()) << text;
  for (const char* text : {"0.5", "1e-1", "1.5", "-1.5", "12301e-2", "1e-400", "15e-1", "1.00001e4",
                           "9007199254740993.5", "1e-999999999999999999999999"})
    EXPECT_FALSE(Number(text).is_integer()) << text;
}

TEST(Number, KnowsZeroAndSign) {
  for (const char* text : {"0", "-0", "0.0", "-0.0", "0e7", "-0e-7", "0.000e+12"}) {
    EXPECT_TRUE(Number(text).is_zero()) << text;
    EXPECT_FALSE(Number(text).is_negative()) << text;
  }
  EXPECT_FALSE(Number("1e-1000000000").is_zero());
  EXPECT_TRUE(Number("-1e-1000000000").is_negative());
  EXPECT_TRUE(Number("-1").is_negative());
  EXPECT_FALSE(Number("1").is_negative());
}

TEST(Number, OrdersExactly) {
  // Strictly rising.
  const char* const rising[] = {"-1e1000000000",
                                "-1e400",
                                "-9223372036854775809",
                                "-9223372036854775808",
                                "-9007199254740993",
                                "-9007199254740992",
                                "-2",
                                "-1.5",
                                "-1",
                                "-0.1",
                                "-1e-400",
                                "0",
                                "1e-1000000000",
                                "1e-400",
                                "0.0999999999999999999999",
                                "0.1",
                                "0.10000000000000000000001",
                                "1",
                                "1.0000000000000000000000000001",
                                "12",
                                "123",
                                "123.4",
                                "9007199254740992",
                                "9007199254740993",
                                "9007199254740993.5",
                                "999999999999999999",
                                "1000000000000000000",
                                "9223372036854775807",
                                "9223372036854775808",
                                "18446744073709551616",
                                "1e308",
                                "1.7976931348623159e308",
                                "1e400",
                                "1.1e400",
                                "1e1000000000",
                                "1e1000000000000000001"};
  for (std::size_t i = 0; i < std::size(rising); ++i) {
    for (std::size_t j = 0; j < std::size(rising); ++j) {
      if (std::string_view(rising[j]) == "1e1000000000000000001" && i == j) continue;
      EXPECT_EQ(Number(rising[i]) <=> Number(rising[j]), i <=> j) << rising[i] << ' ' << rising[j];
    }
  }
}

TEST(Number, IsEqualHoweverItIsWritten) {
  const std::pair<std::string, std::string> equal[] = {{"1", "1.0"},
                                                       {"0", "-0"},
                                                       {"0", "0.0e5"},
                                                       {"100", "1e2"},
                                                       {"100", "1E+2"},
                                                       {"0.1", "1e-1"},
                                                       {"-12.50", "-125e-1"},
                                                       {"1e400", "10e399"},
                                                       {"1e400", "1" + zeros(400)},
                                                       {"0.01e2", "1"},
                                                       {"123.456e3", "123456"}};
  for (const auto& [a, b] : equal) {
    EXPECT_EQ(Number(a), Number(b)) << a << ' ' << b;
    EXPECT_EQ(Number(b), Number(a)) << a << ' ' << b;
  }
  EXPECT_NE(Number("1"), Number("-1"));
  EXPECT_NE(Number("9007199254740992"), Number("9007199254740993"));
}

TEST(Number, FitsIntegersOfSoManyBits) {
  struct Case {
    const char* literal;
    bool in_32, in_64;
  };
  for (const Case& c : {Case{"0", true, true},
                        {"-0", true, true},
                        {"2147483647", true, true},
                        {"2147483648", false, true},
                        {"-2147483648", true, true},
                        {"-2147483649", false, true},
                        {"2147483647.0", true, true},
                        {"2147483648e0", false, true},
                        {"214748364800e-2", false, true},
                        {"2e9", true, true},
                        {"3e9", false, true},
                        {"9223372036854775807", false, true},
                        {"9223372036854775808", false, false},
                        {"-9223372036854775808", false, true},
                        {"-9223372036854775809", false, false},
                        {"9223372036854775807e0", false, true},
                        {"922337203685477580800e-2", false, false},
                        {"1e18", false, true},
                        {"1e19", false, false},
                        {"1e400", false, false},
                        {"1e-400", true, true},
                        {"-1e400", false, false}}) {
    EXPECT_EQ(Number(c.literal).fits(32), c.in_32) << c.literal;
    EXPECT_EQ(Number(c.literal).fits(64), c.in_64) << c.literal;
  }
}

TEST(Number, DividesExactly) {
  struct Case {
    std::string value, divisor;
    bool multiple;
  };
  const std::string power_of_two = "1267650600228229401496703205376";  // 2^100
  const Case cases[] = {
      {"10", "2", true},
      {"7", "2", false},
      {"-10", "5", true},
      {"0", "2", true},
      {"-0", "0.3", true},
      {"0.0", "1e400", true},
      {"4.5", "1.5", true},
      {"35", "1.5", false},
      {"0.0075", "0.0001", true},
      {"0.00751", "0.0001", false},
      {"19.99", "0.01", true},
      {"19.995", "0.01", false},
      {"1e308", "0.123456789", false},
      {"1e308", "0.5", true},
      {"1e400", "3", false},
      {"1e400", "7e-5", false},
      {"3e400", "3", true},
      {"1e1000000000", "1024", true},
      {"1e1000000000", "3", false},
      {"1e999999999999999999999999999", "125", true},
      {"12391239123", "1e-8", true},
      {"12391239123.123456789", "1e-8", false},
      {"1e-8", "1e-8", true},
      {"1e-9", "1e-8", false},
      {"1", "1e8", false},
      {"300000000", "1e8", true},
      {"9007199254740993", "2", false},
      {"9007199254740992", "2", true},
      {"9223372036854775808", "9223372036854775808", true},
      {"18446744073709551616", "9223372036854775808", true},
      {"18446744073709551617", "9223372036854775808", false},
      {power_of_two, "1024", true},
      {power_of_two, "3", false},
      {power_of_two, "1267650600228229401496703205376", true},
      {power_of_two, "18446744073709551616", true},
      {power_of_two, "18446744073709551618", false},
      {"1e100", power_of_two, true},
      {"1e99", power_of_two, false},
      {"1e1000000000", power_of_two, true},
      {"1e1000000000", "1267650600228229401496703205377", false},
      {"1.00000000000000000000000000001", "0.00000000000000000000000000001", true},
      {"1" + zeros(30) + "1", "11", true},
      {"1" + zeros(31) + "1", "11", false},
      {"1" + zeros(32) + "1", "11", true},
      {"999999999999999999", "999999999999999999", true},
      {"999999999999999998000000000000000001", "999999999999999999", true},
      {"5", "5.0", true},
      {"5.5", "5", false},
      {"-4.5", "1.5", true},
      {"1e-400", "1", false},
      {"1", "1e-400", true},
      {"3", "1", true},
  };
  for (const Case& c : cases)
    EXPECT_EQ(Number(c.value).is_multiple_of(Number(c.divisor)), c.multiple)
        << c.value << " of " << c.divisor;
}

TEST(Number, AnswersSoonForMillionsOfDigits) {
  const std::string long_one = std::string(2'000'000, '7') + "e999999999";
  EXPECT_FALSE(Number(long_one).is_multiple_of(Number("0.123456789")));
  EXPECT_TRUE(Number(long_one).is_multiple_of(Number("7")));
  EXPECT_FALSE(Number(long_one).is_multiple_of(Number("1234567890123456789012345678901")));
  EXPECT_TRUE(Number(long_one).is_integer());
  EXPECT_GT(Number(long_one), Number("1e1000999998"));
  EXPECT_LT(Number(long_one), Number("1e1001999999"));
}

}  // namespace
}  // namespace barbacane::schema

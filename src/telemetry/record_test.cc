#include "telemetry/detail/record.h"

#include <limits>

#include <gtest/gtest.h>

namespace barbacane::telemetry {
namespace {

std::string line(LogFormat format, const Record& record) {
  fmt::memory_buffer out;
  format_record(out, format, record);
  return fmt::to_string(out);
}

std::chrono::system_clock::time_point at(std::int64_t micros) {
  return std::chrono::system_clock::time_point(std::chrono::microseconds(micros));
}

class RecordFormat : public testing::Test {
 protected:
  const LogField fields_[3] = {
      {"path", std::string_view("/a b")}, {"status", std::int64_t{404}}, {"duration_ms", 0.25}};
  const Record record_{.time = at(1'780'272'000'123'456),
                       .level = Level::kWarn,
                       .target = "barbacane::routing",
                       .message = "request_completed",
                       .kind = Record::Kind::kEvent,
                       .fields = fields_,
                       .context = {.trace_id = "t1", .span_id = {}, .request_id = "r1"}};
};

TEST_F(RecordFormat, NestsFieldsInJson) {
  EXPECT_EQ(line(LogFormat::kJson, record_),
            R"({"timestamp":"2026-06-01T00:00:00.123456Z","level":"warn",)"
            R"("target":"barbacane::routing","trace_id":"t1","request_id":"r1",)"
            R"("message":"request_completed","event":"request_completed",)"
            R"("fields":{"path":"/a b","status":404,"duration_ms":0.25}})");
}

TEST_F(RecordFormat, InlinesFieldsInFlatJson) {
  EXPECT_EQ(line(LogFormat::kJsonFlat, record_),
            R"({"timestamp":"2026-06-01T00:00:00.123456Z","level":"WARN",)"
            R"("message":"request_completed","path":"/a b","status":404,"duration_ms":0.25,)"
            R"("target":"barbacane::routing","trace_id":"t1","request_id":"r1",)"
            R"("event":"request_completed"})");
}

TEST_F(RecordFormat, ReadsLikeASentenceWhenPretty) {
  EXPECT_EQ(line(LogFormat::kPretty, record_),
            "2026-06-01T00:00:00.123456Z  WARN barbacane::routing: request_completed "
            "path=\"/a b\" status=404 duration_ms=0.25 request_id=r1 trace_id=t1");
}

TEST(RecordText, NamesNoEventForFreeText) {
  const Record record{.time = at(0),
                      .target = "t",
                      .message = "hello",
                      .kind = Record::Kind::kText,
                      .fields = {},
                      .context = {}};
  EXPECT_EQ(line(LogFormat::kJson, record),
            R"({"timestamp":"1970-01-01T00:00:00.000000Z","level":"info","target":"t",)"
            R"("message":"hello","fields":{}})");
}

TEST(RecordText, CannotBeBrokenByWhatAClientSent) {
  const LogField fields[] = {{"path", std::string_view("/\"},\n{\"level\":\"x\xFF\x1B[2J")}};
  const Record record{
      .time = at(0), .target = "t", .message = "m", .fields = fields, .context = {}};
  for (const LogFormat format : {LogFormat::kJson, LogFormat::kJsonFlat, LogFormat::kPretty}) {
    const std::string text = line(format, record);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_EQ(text.find('\x1B'), std::string::npos);
    EXPECT_EQ(text.find('\xFF'), std::string::npos);
    EXPECT_NE(text.find(R"(\"},\n{\"level\":\"x)"), std::string::npos);
  }
}

TEST(RecordNumbers, StayValidJson) {
  const LogField fields[] = {{"a", std::numeric_limits<double>::infinity()},
                             {"b", std::uint64_t{18446744073709551615U}},
                             {"c", true}};
  const Record record{
      .time = at(0), .target = "t", .message = "m", .fields = fields, .context = {}};
  EXPECT_NE(line(LogFormat::kJson, record)
                .find(R"("fields":{"a":null,"b":18446744073709551615,"c":true})"),
            std::string::npos);
}

}  // namespace
}  // namespace barbacane::telemetry

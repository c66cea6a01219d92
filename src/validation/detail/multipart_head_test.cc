#include "validation/detail/multipart_head.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace barbacane::validation::detail {
namespace {

/// What matters of a head in one line.
std::string read(std::string_view head) {
  const auto parsed = parse_part_head(head);
  if (!parsed) return parsed.error();
  std::string out = parsed->name;
  if (parsed->file) out += ", file";
  if (parsed->content_type) out += ", " + std::string(*parsed->content_type);
  return out;
}

TEST(PartHead, IsReadAsClientsWriteIt) {
  const struct {
    std::string_view head;
    std::string_view read;
  } kCases[] = {
      {"Content-Disposition: form-data; name=\"field\"\r\n", "field"},
      {"content-disposition:form-data;name=field\r\n", "field"},
      {"Content-Disposition: Form-Data; Name=\"a b\";\r\n", "a b"},
      {"Content-Disposition: form-data; name=\"\"\r\n", ""},
      {"Content-Disposition: form-data; name=\"photo\"; filename=\"cat.jpg\"\r\n"
       "Content-Type: image/jpeg\r\n",
       "photo, file, image/jpeg"},
      {"Content-Disposition: form-data; name=\"f\"; filename=\"\"\r\n"
       "Content-Type: application/octet-stream\r\n",
       "f, file, application/octet-stream"},
      {"Content-Disposition: form-data; name=\"f\"; filename=\"a\"; filename*=utf-8''%e2%82%ac\r\n",
       "f, file"},
      {"Content-Disposition: form-data; name=\"f\"; filename*=UTF-8''a\r\n", "f, file"},
      // A quotation mark in a name: curl and browsers of today, then browsers of old.
      {"Content-Disposition: form-data; name=\"say %22hi%22\"\r\n", "say \"hi\""},
      {"Content-Disposition: form-data; name=\"say \\\"hi\\\"\"\r\n", "say \"hi\""},
      {"Content-Disposition: form-data; name=\"a\\\\b\"\r\n", "a\\b"},
      {"Content-Disposition: form-data; name=\"two%0D%0Alines\"\r\n", "two\r\nlines"},
      {"Content-Disposition: form-data; name=\"100%25 %2 %\"\r\n", "100%25 %2 %"},
      {"Content-Disposition: form-data; name=\"caf\xC3\xA9\"\r\n", "caf\xC3\xA9"},
      {"Content-Type: text/plain; charset=utf-8 \t\r\n"
       "Content-Transfer-Encoding: 8bit\r\n"
       "Content-Length: 5\r\n"
       "Content-Disposition: form-data; name=\"x\"\r\n",
       "x, text/plain; charset=utf-8"},
      {"Content-Disposition: form-data; name=\"x\"\r\nX-A: 1\r\nX-A: 2\r\n", "x"},

      {"", "has no Content-Disposition"},
      {"Content-Type: text/plain\r\n", "has no Content-Disposition"},
      {"Content-Disposition: form-data\r\n", "has no name"},
      {"Content-Disposition: form-data; filename=\"x\"\r\n", "has no name"},
      {"Content-Disposition: attachment; name=\"x\"\r\n",
       "has a Content-Disposition other than form-data"},
      {"Content-Disposition: form-data; name=\"x\r\n", "has a malformed Content-Disposition"},
      {"Content-Disposition: form-data; name=\"x\" y\r\n", "has a malformed Content-Disposition"},
      {"Content-Disposition: form-data, name=\"x\"\r\n", "has a malformed Content-Disposition"},
      {"Content-Disposition: form-data; name=\"x\"; name=\"y\"\r\n", "has two names"},
      {"Content-Disposition: form-data; name*=utf-8''x\r\n",
       "has a name in an encoding that forms do not have"},
      {"Content-Disposition: form-data; name=\"a\\b\"\r\n", "has a name with a stray backslash"},
      {"Content-Disposition: form-data; name=\"\xFF\"\r\n", "has a name that is not UTF-8"},
      {"Content-Disposition: form-data; name=\"x\"\r\nContent-Type: png\r\n",
       "has a malformed Content-Type"},
      {"Content-Disposition: form-data; name=\"x\"\r\nContent-Transfer-Encoding: base64\r\n",
       "has a Content-Transfer-Encoding, which forms do not have"},
      {"Content-Disposition: form-data; name=\"x\"\r\ncontent-disposition: form-data; name=y\r\n",
       "has content-disposition twice"},
      {"Content-Disposition: form-data;\r\n name=\"x\"\r\n", "has no name"},
      {"Content-Disposition : form-data; name=\"x\"\r\n", "has a malformed header line"},
      {"Content-Disposition: form-data; name=\"x\"\r\nno colon\r\n", "has a malformed header line"},
      {"Content-Disposition: form-data; name=\"x\"\r\nX: a\rb\r\n", "has a malformed header line"},
      {std::string_view("X: a\0b\r\n", 8), "has a malformed header line"},
  };
  for (const auto& [head, expected] : kCases) EXPECT_EQ(read(head), expected) << head;
}

TEST(PartHead, KnowsWhichFieldsAreThere) {
  const auto head =
      parse_part_head("Content-Disposition: form-data; name=\"x\"\r\nX-Checksum: 1\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_TRUE(head->has("x-checksum"));
  EXPECT_FALSE(head->has("x-check"));
}

TEST(PartFields, AreFoundAsThoseOfARequestAre) {
  const auto head = parse_part_head(
      "Content-Disposition: form-data; name=\"x\"\r\nX-A: 1 \r\nX-B:\r\nx-a:2\r\nX-A: 3\r\n");
  ASSERT_TRUE(head.has_value());
  const PartFields fields(*head);
  EXPECT_EQ(fields.find("x-a"), "1, 2, 3");
  EXPECT_EQ(fields.find("x-b"), "");
  EXPECT_EQ(fields.find("x-c"), std::nullopt);
}

TEST(PartHead, HasFewFields) {
  std::string head = "Content-Disposition: form-data; name=\"x\"\r\n";
  for (int i = 0; i < 63; ++i) head += "x:\r\n";
  EXPECT_EQ(read(head), "x");
  EXPECT_EQ(read(head + "x:\r\n"), "has too many header fields");
}

}  // namespace
}  // namespace barbacane::validation::detail

#include "validation/detail/body_rules.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "validation/detail/form_program.h"

namespace barbacane::validation {
namespace {

using detail::compile_form;
using detail::FormProgram;

/// What cannot be built of a body with this one key; empty when it can.
std::string flaw_of(std::string_view key, std::string_view encoding = {}) {
  const FormProgram form = compile_form(R"({"properties": {"a": {"type": "string"}}})");
  artifact::RequestBody body;
  artifact::MediaType media;
  media.encoding.text = encoding;
  body.content.emplace(key, std::move(media));
  const auto rules = BodyRules::build(body, {{.content = form.id, .headers = {}}}, form.program);
  return rules ? std::string() : rules.error();
}

TEST(BodyRules, TakeMediaTypesAndRanges) {
  for (const auto* key : {"application/json", "application/vnd.a+json; version=2", "text/*", "*/*",
                          "application/x%25y", "multipart/form-data"}) {
    EXPECT_EQ(flaw_of(key), "") << key;
  }
}

TEST(BodyRules, AreNotBuiltFromKeysThatWouldCheckNothing) {
  for (const std::string key : {"json", "", "application/", "/json", "a b/c"}) {
    EXPECT_EQ(flaw_of(key),
              "request body (" + key + "): is not a media type, such as application/json");
  }
}

TEST(BodyRules, SayWhichEncodingCannotBe) {
  EXPECT_EQ(flaw_of("multipart/form-data", R"({"a": {"style": "matrix"}})"),
            "request body (multipart/form-data): the encoding of 'a' has an unknown style");
}

}  // namespace
}  // namespace barbacane::validation

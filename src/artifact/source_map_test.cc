#include "artifact/source_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::artifact {
namespace {

using testing::HasSubstr;

constexpr std::string_view kMap = R"({"files":["api.yaml","parts/pet.yaml"],"places":{
  "/schemas/Pet":[1,2,3,{"properties":[1,4,5,{"a/b":[1,6,7,{"type":[1,8,9]}],"c":[1,10,11]}],
                         "allOf":[1,12,13,{"0":[0,14,15]}]}],
  "/operations/4":[0,30,1],
  "/operations/4/request_body":[0,38,7],
  "/operations/4/request_body/content/application~1json/schema":[0,40,11]}})";

std::string found(std::string_view pointer) {
  const auto map = SourceMap::read(pack_source_map(kMap));
  if (!map) return map.error().message;
  const auto source = map->find(pointer);
  if (!source) return "nothing";
  return source->file + ":" + std::to_string(source->line) + ":" + std::to_string(source->column);
}

TEST(SourceMap, FindsTheLineOfAMember) {
  EXPECT_EQ(found("/schemas/Pet"), "parts/pet.yaml:2:3");
  EXPECT_EQ(found("/schemas/Pet/properties/a~1b/type"), "parts/pet.yaml:8:9");
  EXPECT_EQ(found("/schemas/Pet/properties/c"), "parts/pet.yaml:10:11");
  EXPECT_EQ(found("/schemas/Pet/allOf/0"), "api.yaml:14:15");
  EXPECT_EQ(found("/operations/4/request_body/content/application~1json/schema"), "api.yaml:40:11");
}

TEST(SourceMap, AnswersWithTheNearestMemberAround) {
  EXPECT_EQ(found("/schemas/Pet/properties/c/enum/7"), "parts/pet.yaml:10:11");
  EXPECT_EQ(found("/schemas/Pet/properties/d"), "parts/pet.yaml:4:5");
  EXPECT_EQ(found("/operations/4/request_body/content/application~1json/schema/type"),
            "api.yaml:40:11");
  EXPECT_EQ(found("/operations/4/request_body/content"), "api.yaml:38:7");
  EXPECT_EQ(found("/operations/4/parameters/0"), "api.yaml:30:1");
}

TEST(SourceMap, KnowsNothingOfOtherPlaces) {
  for (const char* pointer : {"", "/", "/schemas", "/schemas/Pe", "/schemas/Pets", "/operations",
                              "/operations/5/parameters/0/schema"}) {
    EXPECT_EQ(found(pointer), "nothing") << pointer;
  }
  EXPECT_FALSE(SourceMap::read({})->find("/schemas/Pet"));
}

TEST(SourceMap, RefusesWhatIsNone) {
  const auto refusal = [](std::string_view json) {
    const auto map = SourceMap::read(pack_source_map(json));
    return map ? std::string("read") : map.error().message;
  };
  EXPECT_THAT(refusal("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(refusal(R"({"files":[],"places":{"/x":[0,1,1]}})"), HasSubstr("in no file"));
  EXPECT_THAT(refusal(R"({"files":["a"],"places":{"/x":[-1,1,1]}})"), HasSubstr("out of range"));
  std::string deep = R"({"files":["a"],"places":{"/x":)";
  for (int i = 0; i < 100'000; ++i) deep += R"([0,1,1,{"a":)";
  EXPECT_THAT(refusal(deep), HasSubstr("too deep"));
  EXPECT_FALSE(SourceMap::read("no gzip"));
}

}  // namespace
}  // namespace barbacane::artifact

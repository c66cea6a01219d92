#include "compiler/detail/wasm_outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/detail/plugins_for_tests.h"

namespace barbacane::compiler {
namespace {

using testing::custom_section;
using testing::export_section;
using testing::wasm;

TEST(WasmOutline, KnowsAModuleByItsFirstEightBytes) {
  EXPECT_TRUE(is_wasm(wasm()));
  EXPECT_FALSE(is_wasm(""));
  EXPECT_FALSE(is_wasm(wasm().substr(0, 7)));
  EXPECT_FALSE(is_wasm(std::string("\0asm\2\0\0\0", 8)));
}

TEST(WasmOutline, FindsTheFirstCustomSectionOfAName) {
  const std::string module =
      wasm(custom_section("name", "x") + export_section({"init"}) +
           custom_section("wanted", "one") + custom_section("wanted", "two"));
  EXPECT_EQ(outline_of(module).custom("wanted"), "one");
  EXPECT_EQ(outline_of(module).custom("missing").data(), nullptr);
}

TEST(WasmOutline, TellsAnEmptySectionFromNone) {
  const std::string module = wasm(custom_section("empty", ""));
  EXPECT_NE(outline_of(module).custom("empty").data(), nullptr);
}

TEST(WasmOutline, ListsExportedFunctions) {
  const std::string module = wasm(export_section({"init", "dispatch"}));
  EXPECT_TRUE(outline_of(module).exports_function("dispatch"));
  EXPECT_FALSE(outline_of(module).exports_function("on_request"));
}

TEST(WasmOutline, SurvivesEveryTruncationAndFlippedByte) {
  const std::string module =
      wasm(export_section({"init", "dispatch"}) + custom_section("wanted", std::string(300, 'a')));
  for (std::size_t length = 0; length < module.size(); ++length) {
    const std::string cut = module.substr(0, length);
    EXPECT_EQ(outline_of(cut).custom("wanted").data(), nullptr) << length;
  }
  for (std::size_t i = 0; i < module.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = module;
      flipped[i] = static_cast<char>(flipped[i] ^ 1 << bit);
      for (const auto& section : outline_of(flipped).custom_sections) {
        EXPECT_LE(section.payload.size(), module.size());
      }
    }
  }
}

TEST(WasmOutline, RefusesLengthsBeyondTheModule) {
  const std::string huge = wasm(std::string("\0\xFF\xFF\xFF\xFF\x0F", 6));
  EXPECT_TRUE(outline_of(huge).custom_sections.empty());
  const std::string overlong = wasm(std::string("\0\xFF\xFF\xFF\xFF\xFF\x0F", 7));
  EXPECT_TRUE(outline_of(overlong).custom_sections.empty());
  const std::string many_exports = wasm(std::string("\7\5\xFF\xFF\xFF\xFF\x0F", 7));
  EXPECT_TRUE(outline_of(many_exports).function_exports.empty());
}

}  // namespace
}  // namespace barbacane::compiler

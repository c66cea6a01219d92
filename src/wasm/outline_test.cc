#include "wasm/outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/wasm_builder.h"

namespace barbacane::wasm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testkit::WasmBuilder;
namespace code = testkit::code;

constexpr Signature kHandler = "(i32, i32) -> i32";

/// A module with something in every section that is read.
WasmBuilder everything() {
  WasmBuilder module;
  const auto log = module.import_function("barbacane", "host_log", "(i32, i32, i32)");
  module.import_function("barbacane", "host_clock_now", "() -> i64");
  const auto init = module.function("(i32, i32) -> i32", code::i32_const(0));
  const auto begin = module.function("()", "");
  module.function("(f32, f64)", code::call(begin));
  return module.memory(2, 16)
      .table(3)
      .start(begin)
      .export_memory("memory")
      .export_function("init", init)
      .export_function("log", log)
      .export_table("functions")
      .data(8, "text")
      .custom("name", "x")
      .custom("wanted", "one")
      .custom("wanted", "two")
      .custom("empty", "");
}

std::vector<std::string> names_of(const std::vector<Export>& exports) {
  std::vector<std::string> names;
  for (const Export& exported : exports) names.emplace_back(exported.name);
  return names;
}

TEST(WasmOutline, KnowsAModuleByItsFirstEightBytes) {
  EXPECT_TRUE(is_module(testkit::wasm_magic()));
  EXPECT_FALSE(is_module(""));
  EXPECT_FALSE(is_module(testkit::wasm_magic().substr(0, 7)));
  EXPECT_FALSE(is_module(std::string("\0asm\x0d\0\1\0", 8)));  // a component
  EXPECT_EQ(outline_of("text").fault, "not a WebAssembly module");
  EXPECT_EQ(outline_of(testkit::wasm_magic()).fault, "");
}

TEST(WasmOutline, ListsImportsWithTheirTypes) {
  const std::string module = everything().build();
  const Outline outline = outline_of(module);
  ASSERT_EQ(outline.fault, "");
  ASSERT_EQ(outline.imports.size(), 2u);
  EXPECT_EQ(outline.imports[0].module, "barbacane");
  EXPECT_EQ(outline.imports[0].name, "host_log");
  EXPECT_EQ(to_string(outline.imports[0].type), "(i32, i32, i32) -> ()");
  EXPECT_EQ(to_string(outline.imports[1].type), "() -> i64");
}

TEST(WasmOutline, ListsExportsWithTheirTypes) {
  const std::string module = everything().build();
  const Outline outline = outline_of(module);
  EXPECT_THAT(names_of(outline.exports), ElementsAre("memory", "init", "log", "functions"));
  EXPECT_EQ(outline.find_export("memory")->kind, ExternKind::kMemory);
  EXPECT_EQ(outline.find_export("functions")->kind, ExternKind::kTable);
  EXPECT_EQ(outline.find_function("memory"), nullptr);
  EXPECT_EQ(outline.find_function("missing"), nullptr);
  ASSERT_NE(outline.find_function("init"), nullptr);
  EXPECT_EQ(outline.find_function("init")->type, kHandler.type());
  EXPECT_EQ(to_string(outline.find_function("log")->type), "(i32, i32, i32) -> ()");
}

TEST(WasmOutline, ReadsMemoriesTablesAndSizes) {
  const std::string module = everything().build();
  const Outline outline = outline_of(module);
  ASSERT_EQ(outline.memories.size(), 1u);
  EXPECT_EQ(outline.memories[0].minimum, 2u);
  EXPECT_EQ(outline.memories[0].maximum, 16u);
  EXPECT_FALSE(outline.memories[0].shared);
  ASSERT_EQ(outline.tables.size(), 1u);
  EXPECT_EQ(outline.tables[0].minimum, 3u);
  EXPECT_TRUE(outline.has_start);
  EXPECT_GT(outline.code_bytes, 0u);
  EXPECT_GT(outline.data_bytes, 4u);
}

TEST(WasmOutline, TellsSharedAndWideMemories) {
  const std::string module =
      WasmBuilder()
          .memory(1, 2, WasmBuilder::Shared::kYes)
          .memory(3, {}, WasmBuilder::Shared::kNo, WasmBuilder::AddressedBy::k64Bits)
          .build();
  const Outline outline = outline_of(module);
  ASSERT_EQ(outline.memories.size(), 2u);
  EXPECT_TRUE(outline.memories[0].shared);
  EXPECT_FALSE(outline.memories[0].is_64);
  EXPECT_TRUE(outline.memories[1].is_64);
}

TEST(WasmOutline, FindsTheFirstCustomSectionOfAName) {
  const std::string module = everything().build();
  const Outline outline = outline_of(module);
  EXPECT_EQ(outline.custom("wanted"), "one");
  EXPECT_EQ(outline.custom("missing").data(), nullptr);
  EXPECT_NE(outline.custom("empty").data(), nullptr);
}

struct Body {
  const char* type;
  std::string code;
  std::uint32_t locals;
  bool does_nothing;
};

TEST(WasmOutline, KnowsFunctionsThatDoNothing) {
  const std::string nop = "\x01";
  const std::string back = "\x0F";
  const Body bodies[] = {
      {"() -> i32", code::i32_const(0), 0, true},
      {"() -> i32", code::i32_const(-70'000), 0, true},
      {"(i32, i32) -> i32", nop + code::i32_const(0) + back, 3, true},
      {"()", "", 0, true},
      {"() -> i32", code::call(0), 0, false},
      {"() -> i32", code::unreachable(), 0, false},
      {"(i32) -> i32", code::local_get(0), 0, false},
      {"() -> i32", code::forever() + code::i32_const(0), 0, false},
      {"() -> i32", code::i32_const(0) + code::drop() + code::call(0), 0, false},
  };
  for (const Body& body : bodies) {
    WasmBuilder builder;
    builder.import_function("barbacane", "host_log", "()");
    builder.function("()", code::unreachable());
    const auto function = builder.function(body.type, body.code, body.locals);
    builder.function("()", code::unreachable());
    const std::string module =
        builder.export_function("f", function).export_function("g", 1).build();
    const Outline outline = outline_of(module);
    ASSERT_EQ(outline.fault, "");
    EXPECT_EQ(outline.find_function("f")->does_nothing, body.does_nothing) << body.code;
    EXPECT_FALSE(outline.find_function("g")->does_nothing);
  }
}

TEST(WasmOutline, AnImportThatIsExportedAgainMayDoAnything) {
  WasmBuilder builder;
  const auto imported = builder.import_function("a", "b", "()");
  builder.function("()", "");
  const std::string module = builder.export_function("f", imported).build();
  EXPECT_FALSE(outline_of(module).find_function("f")->does_nothing);
}

TEST(WasmOutline, NamesWhatStoppedIt) {
  using testkit::wasm_section;
  const std::string types = wasm_section(1, std::string("\1\x60\0\0", 4));
  struct Case {
    std::string sections;
    const char* fault;
  };
  const Case cases[] = {
      {std::string("\0\xFF\xFF\xFF\xFF\x0F", 6), "longer than the module"},
      {std::string("\0\xFF\xFF\xFF\xFF\xFF\x0F", 7), "longer than the module"},
      {wasm_section(77, ""), "unknown kind 77"},
      {types + types, "type section is out of order"},
      {wasm_section(3, std::string(1, '\0')) + types, "type section is out of order"},
      {wasm_section(7, "\xFF\xFF\xFF\xFF\x0F"), "more than 100000 items"},
      {wasm_section(7, "\x05\x01"), "export section is damaged"},
      {wasm_section(1, std::string("\1\x60\0\0\0", 5)), "type section has bytes left over"},
      {wasm_section(1, std::string("\1\x5F\0", 3)), "beyond WebAssembly 2.0"},
      {wasm_section(1, std::string("\1\x60\1\x63\0", 5)), "beyond WebAssembly 2.0"},
      {wasm_section(7, std::string("\1\1f\0\0", 5)), "function that is not there"},
      {wasm_section(2, std::string("\1\0\0\0\5", 5)), "import of unknown type"},
      {wasm_section(2, std::string("\1\0\0\x09\5", 5)), "import of unknown kind"},
  };
  for (const Case& one : cases) {
    const std::string module = testkit::wasm_magic() + one.sections;
    EXPECT_THAT(outline_of(module).fault, HasSubstr(one.fault));
  }
}

void expect_views_inside(const Outline& outline, std::string_view module) {
  const auto inside = [&](std::string_view view) {
    return view.empty() || (view.data() >= module.data() &&
                            view.data() + view.size() <= module.data() + module.size());
  };
  for (const CustomSection& section : outline.custom_sections) {
    EXPECT_TRUE(inside(section.name) && inside(section.payload));
  }
  for (const Import& import : outline.imports) {
    EXPECT_TRUE(inside(import.module) && inside(import.name));
  }
  for (const Export& exported : outline.exports) EXPECT_TRUE(inside(exported.name));
}

TEST(WasmOutline, SurvivesEveryTruncationAndFlippedBit) {
  const std::string module = everything().build();
  for (std::size_t length = 0; length < module.size(); ++length) {
    const std::string cut = module.substr(0, length);
    expect_views_inside(outline_of(cut), cut);
  }
  for (std::size_t i = 0; i < module.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = module;
      flipped[i] = static_cast<char>(flipped[i] ^ 1 << bit);
      expect_views_inside(outline_of(flipped), flipped);
    }
  }
}

TEST(WasmOutline, WritesTypesAsTheContractDoes) {
  EXPECT_EQ(to_string(Signature("()").type()), "() -> ()");
  EXPECT_EQ(to_string(Signature("(i32, i64, f32, f64) -> i64").type()),
            "(i32, i64, f32, f64) -> i64");
  EXPECT_EQ(to_string(FunctionType{{}, ValueTypes("\x7B\x6F")}), "() -> (v128, externref)");
}

}  // namespace
}  // namespace barbacane::wasm

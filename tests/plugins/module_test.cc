// What the toolchain makes of plugins: their size, what they import and export, and what they say
// about themselves. Reads the binary format itself, so that it stands on nothing it checks.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;

constexpr std::string_view kCatalog[] = {"bot-detection",
                                         "correlation-id",
                                         "cors",
                                         "fire-and-forget",
                                         "ip-restriction",
                                         "lambda",
                                         "mock",
                                         "redirect",
                                         "request-size-limit",
                                         "request-transformer",
                                         "response-transformer"};

struct Module {
  std::uintmax_t size = 0;
  std::set<std::string> imports;  ///< `module.name`
  std::set<std::string> exports;
  std::map<std::string, std::string> custom;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(take(1).front()); }
  std::uint32_t number() {
    std::uint32_t value = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint8_t next = byte();
      value |= static_cast<std::uint32_t>(next & 0x7F) << shift;
      if (next < 0x80) return value;
    }
  }
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) throw std::runtime_error("the module ends early");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string name() { return std::string(take(number())); }
  std::string rest() const { return std::string(rest_); }

 private:
  std::string_view rest_;
};

Module read_module(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  Module module;
  module.size = bytes.size();
  Reader reader(bytes);
  EXPECT_EQ(reader.take(8), std::string_view("\0asm\1\0\0\0", 8)) << path;
  while (!reader.done()) {
    const std::uint8_t id = reader.byte();
    Reader section(reader.take(reader.number()));
    if (id == 0) {
      const std::string name = section.name();
      module.custom[name] = section.rest();
    } else if (id == 2) {
      for (std::uint32_t left = section.number(); left > 0; --left) {
        const std::string from = section.name();
        module.imports.insert(from + "." + section.name());
        EXPECT_EQ(section.byte(), 0) << path << " imports something that is no function";
        section.number();
      }
    } else if (id == 7) {
      for (std::uint32_t left = section.number(); left > 0; --left) {
        module.exports.insert(section.name());
        section.byte();
        section.number();
      }
    }
  }
  return module;
}

void expect_only_our_imports(const Module& module, std::string_view interface) {
  for (const std::string& import : module.imports) {
    if (interface == "direct") {
      EXPECT_TRUE(import.starts_with("barbacane.") || import.starts_with("barbacane_direct."))
          << import;
    } else {
      EXPECT_TRUE(import.starts_with("barbacane.")) << import;
    }
  }
}

TEST(MinimalMiddleware, IsSmallAndAsksForNothingElse) {
  const Module direct = read_module(fs::path(BARBACANE_MINIMAL) / "direct/minimal.wasm");
  EXPECT_LT(direct.size, 8192u);
  EXPECT_EQ(direct.imports,
            (std::set<std::string>{"barbacane_direct.header_get", "barbacane_direct.header_set"}));
  EXPECT_EQ(direct.exports,
            (std::set<std::string>{"memory", "_initialize", "init", "on_request", "on_response"}));
  const Module json = read_module(fs::path(BARBACANE_MINIMAL) / "json/minimal.wasm");
  EXPECT_LT(json.size, 32768u);
  EXPECT_EQ(json.imports,
            (std::set<std::string>{"barbacane.host_body_clear", "barbacane.host_body_len",
                                   "barbacane.host_body_read", "barbacane.host_body_set",
                                   "barbacane.host_set_output"}));
  EXPECT_EQ(json.exports, (std::set<std::string>{"memory", "_initialize", "alloc", "dealloc",
                                                 "init", "on_request", "on_response"}));
}

TEST(Catalog, ModulesImportOnlyFromTheGateway) {
  for (const std::string_view plugin : kCatalog) {
    for (const char* interface : {"direct", "json"}) {
      const auto path = fs::path(BARBACANE_CATALOG) / interface / (std::string(plugin) + ".wasm");
      ASSERT_TRUE(fs::exists(path)) << path;
      SCOPED_TRACE(path);
      const Module module = read_module(path);
      expect_only_our_imports(module, interface);
      EXPECT_LT(module.size, 200'000u);
    }
  }
}

TEST(Catalog, ModulesDescribeThemselves) {
  for (const std::string_view plugin : kCatalog) {
    for (const char* interface : {"direct", "json"}) {
      const auto path = fs::path(BARBACANE_CATALOG) / interface / (std::string(plugin) + ".wasm");
      SCOPED_TRACE(path);
      Module module = read_module(path);
      EXPECT_THAT(module.custom["barbacane_manifest"],
                  HasSubstr("name = \"" + std::string(plugin) + "\""));
      EXPECT_THAT(module.custom["barbacane_config_schema"],
                  HasSubstr("\"additionalProperties\": false"));
    }
  }
}

}  // namespace
}  // namespace barbacane

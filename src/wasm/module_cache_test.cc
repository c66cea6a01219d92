#include "wasm/module_cache.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "testkit/temp_directory.h"

namespace barbacane::wasm {
namespace {

namespace fs = std::filesystem;

class ModuleCacheTest : public testing::Test {
 protected:
  ModuleCacheTest() {
    auto opened = ModuleCache::open(folder);
    if (!opened) throw std::runtime_error(opened.error().message);
    cache.emplace(*opened);
    cache->store("abc-1", "the code");
    file = folder / "abc-1.code";
  }

  void write(const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

  testkit::TempDirectory directory;
  fs::path folder = fs::path(directory.path()) / "cache" / "modules";
  std::optional<ModuleCache> cache;
  fs::path file;
};

TEST_F(ModuleCacheTest, GivesBackWhatWasStored) {
  EXPECT_EQ(cache->find("abc-1"), "the code");
  EXPECT_EQ(cache->find("abc-2"), std::nullopt);
  cache->store("abc-1", "newer");
  EXPECT_EQ(cache->find("abc-1"), "newer");
}

TEST_F(ModuleCacheTest, DoesNotBelieveADamagedFile) {
  const std::string whole = *base::read_file(file);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    write(damaged);
    EXPECT_EQ(cache->find("abc-1"), std::nullopt) << "at byte " << i;
    write(whole.substr(0, i));
    EXPECT_EQ(cache->find("abc-1"), std::nullopt) << "cut at byte " << i;
  }
  write(whole + "x");
  EXPECT_EQ(cache->find("abc-1"), std::nullopt);
  write(whole);
  EXPECT_EQ(cache->find("abc-1"), "the code");
}

TEST_F(ModuleCacheTest, DoesNotBelieveAFileUnderAnotherKey) {
  fs::copy_file(file, folder / "abc-2.code");
  EXPECT_EQ(cache->find("abc-2"), std::nullopt);
}

TEST_F(ModuleCacheTest, DoesNotBelieveAFileThatOthersMayWrite) {
  fs::permissions(file, fs::perms::group_write, fs::perm_options::add);
  EXPECT_EQ(cache->find("abc-1"), std::nullopt);
}

TEST_F(ModuleCacheTest, DoesNotFollowALink) {
  fs::create_symlink(file, folder / "link.code");
  EXPECT_EQ(cache->find("link"), std::nullopt);
}

TEST_F(ModuleCacheTest, AFolderThatOthersMayWriteIsRefused) {
  fs::permissions(folder, fs::perms::others_write, fs::perm_options::add);
  const auto opened = ModuleCache::open(folder);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, testing::HasSubstr("other users"));
}

TEST_F(ModuleCacheTest, AFolderThatCannotBeMadeIsRefused) {
  EXPECT_FALSE(ModuleCache::open(file / "folder"));
  EXPECT_FALSE(ModuleCache::open(file));
}

}  // namespace
}  // namespace barbacane::wasm

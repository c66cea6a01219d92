#include "base/file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace barbacane::base {
namespace {

class Files : public testing::Test {
 protected:
  Files() {
    std::string pattern = testing::TempDir() + "barbacane-file-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~Files() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path directory_;
};

TEST_F(Files, ReadsBackWhatWasWritten) {
  const std::string bytes("a\0b\n\xFF", 5);
  ASSERT_TRUE(write_file_atomically(directory_ / "x", bytes));
  EXPECT_EQ(read_file(directory_ / "x").value(), bytes);
}

TEST_F(Files, ReplacesAFileAndLeavesNothingElseBehind) {
  ASSERT_TRUE(write_file_atomically(directory_ / "x", "old"));
  ASSERT_TRUE(write_file_atomically(directory_ / "x", "new"));
  EXPECT_EQ(read_file(directory_ / "x").value(), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1);
  struct stat info{};
  ASSERT_EQ(::stat((directory_ / "x").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644u);
}

TEST_F(Files, SayWhyTheyCannotBeRead) {
  EXPECT_EQ(read_file(directory_ / "missing").error().message, "No such file or directory");
  EXPECT_EQ(read_file(directory_).error().message, "Is a directory");
  ASSERT_TRUE(write_file_atomically(directory_ / "x", "12345"));
  EXPECT_TRUE(read_file(directory_ / "x", 5));
  EXPECT_FALSE(read_file(directory_ / "x", 4));
}

TEST_F(Files, LeaveNothingWhenTheTargetCannotBeWritten) {
  EXPECT_FALSE(write_file_atomically(directory_ / "no" / "where", "x"));
  std::filesystem::create_directory(directory_ / "taken");
  EXPECT_FALSE(write_file_atomically(directory_ / "taken", "x"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1);
}

}  // namespace
}  // namespace barbacane::base

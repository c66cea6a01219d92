#include "app/file_watch.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace barbacane::app {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using Change = FileWatch::Change;
using How = Change::How;
using enum FileWatch::Target::Kind;

MATCHER_P2(Changed, path, how, "") { return arg.path == fs::path(path) && arg.how == how; }
MATCHER_P(ChangedSomehow, path, "") { return arg.path == fs::path(path); }

class WatchedFiles : public testing::Test {
 protected:
  WatchedFiles() {
    std::string name = (fs::temp_directory_path() / "file-watch-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    auto created = FileWatch::create();
    EXPECT_TRUE(created) << created.error().message;
    watch_ = std::move(*created);
  }
  ~WatchedFiles() override { fs::remove_all(root_); }

  fs::path path(const std::string& name) const { return root_ / name; }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories(path(name).parent_path());
    std::ofstream(path(name)) << text;
  }
  void watch(std::vector<FileWatch::Target> targets) {
    const auto watching = watch_->watch(std::move(targets));
    ASSERT_TRUE(watching) << watching.error().message;
  }
  /// All that happened up to now: what was done before this call is known to the kernel already.
  std::vector<Change> changes() { return watch_->wait(std::chrono::milliseconds(0)); }

  fs::path root_;
  std::unique_ptr<FileWatch> watch_;
};

TEST_F(WatchedFiles, AreWrittenWhenTheirWriterIsDone) {
  write("a.bca", "one");
  watch({{path("a.bca")}});
  EXPECT_THAT(changes(), IsEmpty());
  {
    std::ofstream writer(path("a.bca"));
    writer << "tw" << std::flush;
    EXPECT_THAT(changes(), IsEmpty());
    writer << "o";
  }
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kWritten)));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(WatchedFiles, AreReplacedByARename) {
  write("a.bca", "one");
  watch({{path("a.bca")}});
  write("new", "two");
  EXPECT_THAT(changes(), IsEmpty());
  fs::rename(path("new"), path("a.bca"));
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kReplaced)));
  write("new", "three");
  fs::rename(path("new"), path("a.bca"));
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kReplaced)));
}

TEST_F(WatchedFiles, WaitForTheWriterThatComesAfterARename) {
  write("a.bca", "one");
  watch({{path("a.bca")}});
  write("new", "two");
  fs::rename(path("new"), path("a.bca"));
  write("a.bca", "three");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kWritten)));
}

TEST_F(WatchedFiles, MayBeGoneForAWhile) {
  write("a.bca", "one");
  watch({{path("a.bca")}});
  fs::remove(path("a.bca"));
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kGone)));
  write("a.bca", "two");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kWritten)));
  fs::rename(path("a.bca"), path("b"));
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kGone)));
  fs::create_hard_link(path("b"), path("a.bca"));
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kReplaced)));
}

TEST_F(WatchedFiles, NeedNotExistNorTheirFolders) {
  watch({{path("x/y/a.bca")}});
  fs::create_directories(path("x"));
  changes();
  fs::create_directories(path("x/y"));
  changes();
  write("x/y/a.bca", "one");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("x/y/a.bca"), How::kWritten)));
}

TEST_F(WatchedFiles, AreFoundInAFolderThatAppearsWithThem) {
  watch({{path("x/y/a.bca")}});
  write("x/y/a.bca", "one");
  EXPECT_THAT(changes(), ElementsAre(ChangedSomehow(path("x/y/a.bca"))));
}

TEST_F(WatchedFiles, DoNotCareForTheirNeighbours) {
  write("a.bca", "one");
  watch({{path("a.bca")}});
  write("b.bca", "one");
  write("c/a.bca", "one");
  EXPECT_THAT(changes(), IsEmpty());
}

/// `a.bca -> ..data/a.bca`, `..data -> ..1/`, and `..data` is renamed over: a Kubernetes volume.
TEST_F(WatchedFiles, AreReplacedByALinkOnTheirWay) {
  write("..1/a.bca", "one");
  write("..2/a.bca", "two");
  fs::create_symlink("..1", path("..data"));
  fs::create_symlink("..data/a.bca", path("a.bca"));
  watch({{path("a.bca")}});
  fs::create_symlink("..2", path("..new"));
  EXPECT_THAT(changes(), IsEmpty());
  fs::rename(path("..new"), path("..data"));
  fs::remove_all(path("..1"));
  EXPECT_THAT(changes(), ElementsAre(ChangedSomehow(path("a.bca"))));
  write("..2/a.bca", "three");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kWritten)));
}

TEST_F(WatchedFiles, AreReplacedByALinkInTheirPlace) {
  write("one", "one");
  write("two", "two");
  fs::create_symlink("one", path("a.bca"));
  watch({{path("a.bca")}});
  write("one", "one more");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kWritten)));
  fs::remove(path("a.bca"));
  fs::create_symlink("two", path("a.bca"));
  EXPECT_THAT(changes(), ElementsAre(ChangedSomehow(path("a.bca"))));
  write("one", "nobody cares");
  EXPECT_THAT(changes(), IsEmpty());
  write("two", "two more");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a.bca"), How::kWritten)));
}

TEST_F(WatchedFiles, AreReplacedWithAFolderFarAbove) {
  write("app/releases/a.bca", "one");
  write("next/releases/a.bca", "two");
  watch({{path("app/releases/a.bca")}});
  fs::rename(path("app"), path("old"));
  fs::rename(path("next"), path("app"));
  EXPECT_THAT(changes(), ElementsAre(ChangedSomehow(path("app/releases/a.bca"))));
  write("old/releases/a.bca", "no longer");
  EXPECT_THAT(changes(), IsEmpty());
  write("app/releases/a.bca", "three");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("app/releases/a.bca"), How::kWritten)));
}

TEST_F(WatchedFiles, SurviveLinksInARing) {
  fs::create_symlink("b", path("a.bca"));
  fs::create_symlink("a.bca", path("b"));
  watch({{path("a.bca")}});
  fs::remove(path("b"));
  write("b", "one");
  EXPECT_THAT(changes(), ElementsAre(ChangedSomehow(path("a.bca"))));
}

TEST_F(WatchedFiles, AreSeenAnywhereInATree) {
  write("specs/api.yaml", "one");
  write("specs/parts/user.yaml", "one");
  watch({{path("specs"), kTree}});
  EXPECT_THAT(changes(), IsEmpty());
  write("specs/parts/user.yaml", "two");
  write("specs/new.yaml", "one");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("specs/new.yaml"), How::kWritten),
                                     Changed(path("specs/parts/user.yaml"), How::kWritten)));
  fs::remove(path("specs/api.yaml"));
  EXPECT_THAT(changes(), ElementsAre(Changed(path("specs/api.yaml"), How::kGone)));
}

TEST_F(WatchedFiles, AreSeenInFoldersThatJoinTheTree) {
  write("specs/api.yaml", "one");
  watch({{path("specs"), kTree}});
  write("specs/more/deep/x.yaml", "one");
  EXPECT_THAT(changes(), Contains(ChangedSomehow(path("specs/more"))));
  write("specs/more/deep/x.yaml", "two");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("specs/more/deep/x.yaml"), How::kWritten)));
  fs::rename(path("specs/more"), path("elsewhere"));
  EXPECT_THAT(changes(), Contains(Changed(path("specs/more"), How::kGone)));
  write("elsewhere/deep/x.yaml", "three");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(WatchedFiles, AreSeenInATreeThatIsMadeAnew) {
  write("specs/api.yaml", "one");
  watch({{path("specs"), kTree}});
  fs::remove_all(path("specs"));
  EXPECT_THAT(changes(), Contains(Changed(path("specs"), How::kGone)));
  write("specs/api.yaml", "two");
  EXPECT_THAT(changes(), Contains(ChangedSomehow(path("specs"))));
  write("specs/api.yaml", "three");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("specs/api.yaml"), How::kWritten)));
}

TEST_F(WatchedFiles, HiddenFoldersOfATreeAreNotLookedInto) {
  write("specs/.git/objects/1", "one");
  watch({{path("specs"), kTree}});
  write("specs/.git/objects/2", "two");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(WatchedFiles, AreThoseOfTheLastCall) {
  write("a", "one");
  write("b", "one");
  watch({{path("a")}, {path("b")}});
  watch({{path("b")}});
  write("a", "two");
  write("b", "two");
  EXPECT_THAT(changes(), ElementsAre(Changed(path("b"), How::kWritten)));
}

TEST_F(WatchedFiles, AreNotForgottenWhileTargetsChange) {
  write("a", "one");
  watch({{path("a")}});
  write("a", "two");
  watch({{path("a")}, {path("b")}});
  EXPECT_THAT(changes(), ElementsAre(Changed(path("a"), How::kWritten)));
}

TEST_F(WatchedFiles, CanBeWaitedForUntilSomebodyCalls) {
  watch({{path("a")}});
  std::thread caller([this] { watch_->wake(); });
  EXPECT_THAT(watch_->wait(), IsEmpty());
  caller.join();
  watch_->wake();
  EXPECT_THAT(watch_->wait(), IsEmpty());
  std::thread writer([this] { write("a", "one"); });
  EXPECT_THAT(watch_->wait(), ElementsAre(Changed(path("a"), How::kWritten)));
  writer.join();
}

TEST_F(WatchedFiles, MayBeNamedRelativeToTheWorkingFolder) {
  write("a", "one");
  const fs::path before = fs::current_path();
  fs::current_path(root_);
  watch({{"a"}});
  write("a", "two");
  EXPECT_THAT(changes(), ElementsAre(Changed("a", How::kWritten)));
  fs::current_path(before);
}

}  // namespace
}  // namespace barbacane::app

// The pages of docs/errors are true: each example gives its code, with the output it quotes, and
// each cure takes the code away.
#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

namespace barbacane::golden {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testkit::read_text;

fs::path pages() { return source_directory() / "docs/errors"; }

/// The codes in quotation marks in what the compiler is made of.
std::set<std::string> emitted_codes() {
  static const std::regex kCode("\"(E1[0-9]{3})\"");
  std::set<std::string> codes;
  for (const char* folder : {"src/compiler", "src/spec"}) {
    for (const auto& entry : fs::recursive_directory_iterator(source_directory() / folder)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".cc" || name.ends_with("_test.cc")) continue;
      const std::string text = read_text(entry.path());
      for (std::sregex_iterator match(text.begin(), text.end(), kCode), end; match != end;
           ++match) {
        codes.insert((*match)[1]);
      }
    }
  }
  return codes;
}

std::vector<std::string> codes_with_pages() {
  std::vector<std::string> codes;
  for (const auto& entry : fs::directory_iterator(pages())) {
    const fs::path& file = entry.path();
    if (file.extension() == ".md" && file.stem() != "README") codes.push_back(file.stem().string());
  }
  std::ranges::sort(codes);
  return codes;
}

/// A fenced block of a page: a file (`yaml title=spec.yaml`) or a run (`console`).
struct Block {
  std::string info;
  std::string text;
  std::size_t begin = 0;  ///< of the text in the page
};

std::vector<Block> blocks(const std::string& page, std::size_t begin, std::size_t end) {
  constexpr std::string_view kFence = "```";
  std::vector<Block> all;
  for (std::size_t at = page.find(kFence, begin); at < end;) {
    const std::size_t text = page.find('\n', at) + 1;
    const std::size_t close = page.find("\n```\n", text - 1);
    if (close == std::string::npos) break;
    const std::size_t info = at + kFence.size();
    all.push_back({page.substr(info, text - 1 - info), page.substr(text, close + 1 - text), text});
    at = page.find(kFence, close + 5);
  }
  return all;
}

/// The two halves of a page: what goes wrong, and what cures it.
class Page {
 public:
  explicit Page(const std::string& code)
      : file_(pages() / (code + ".md")),
        text_(read_text(file_)),
        cure_(text_.find("\n## Cure\n")) {}

  const std::string& text() const { return text_; }
  bool has_cure() const { return cure_ != std::string::npos; }
  std::vector<Block> example() const { return blocks(text_, 0, cure_); }
  std::vector<Block> cure() const { return blocks(text_, cure_, text_.size()); }

  void replace(const Block& block, const std::string& text) {
    text_.replace(block.begin, block.text.size(), text);
    std::ofstream(file_, std::ios::binary) << text_;
  }

 private:
  fs::path file_;
  std::string text_;
  std::size_t cure_;
};

void write_files(const std::vector<Block>& blocks, Project& project) {
  constexpr std::string_view kTitle = " title=";
  for (const Block& block : blocks) {
    const std::size_t title = block.info.find(kTitle);
    if (title == std::string::npos) continue;
    project.write(block.info.substr(title + kTitle.size()), block.text);
  }
}

const Block* console(const std::vector<Block>& blocks) {
  const auto found = std::ranges::find(blocks, "console", &Block::info);
  return found == blocks.end() ? nullptr : &*found;
}

constexpr std::string_view kPrompt = "$ barbacane ";

/// `validate --spec spec.yaml` of a block that begins with `$ barbacane validate --spec spec.yaml`.
std::string arguments(const Block& block) {
  if (!block.text.starts_with(kPrompt)) return {};
  return block.text.substr(kPrompt.size(), block.text.find('\n') - kPrompt.size());
}

std::string transcript(const std::string& arguments, const std::string& output) {
  std::string text = std::string(kPrompt) + arguments + "\n" + output;
  // The blank line behind the last block of a diagnostic would only look odd on a page.
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

class ErrorPage : public testing::TestWithParam<std::string> {};

TEST_P(ErrorPage, IsShortAndNamesItsCode) {
  const Page page(GetParam());
  EXPECT_TRUE(page.text().starts_with("# " + GetParam() + ": ")) << page.text().substr(0, 80);
  EXPECT_LE(std::ranges::count(page.text(), '\n'), 60);
}

TEST_P(ErrorPage, QuotesWhatItsExampleGives) {
  Page page(GetParam());
  const std::vector<Block> example = page.example();
  const Block* quoted = console(example);
  ASSERT_NE(quoted, nullptr) << "no console block";
  Project project;
  write_files(example, project);
  const std::string actual = transcript(arguments(*quoted), project.run(arguments(*quoted)).err);
  if (updating()) return page.replace(*quoted, actual);
  EXPECT_EQ(actual, quoted->text);
  EXPECT_THAT(actual, HasSubstr(GetParam()));
}

TEST_P(ErrorPage, CuresItsExample) {
  const Page page(GetParam());
  ASSERT_TRUE(page.has_cure());
  const std::vector<Block> cure = page.cure();
  ASSERT_FALSE(cure.empty());
  const std::vector<Block> example = page.example();
  const Block* run = console(cure) != nullptr ? console(cure) : console(example);
  ASSERT_NE(run, nullptr);
  Project project;
  write_files(example, project);
  write_files(cure, project);
  const testkit::RunResult result = project.run(arguments(*run));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, Not(HasSubstr(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(Pages, ErrorPage, testing::ValuesIn(codes_with_pages()),
                         [](const auto& page) { return page.param; });

TEST(ErrorPages, CoverEveryCodeTheCompilerEmits) {
  const std::vector<std::string> pages = codes_with_pages();
  EXPECT_EQ(emitted_codes(), std::set<std::string>(pages.begin(), pages.end()));
}

std::string link(const std::string& code) {
  std::string text = "[" + code;
  return text.append("](").append(code).append(".md)");
}

TEST(ErrorPages, AreListedInTheIndex) {
  const std::string index = read_text(pages() / "README.md");
  for (const std::string& code : codes_with_pages()) {
    EXPECT_THAT(index, HasSubstr(link(code)));
  }
}

TEST(GoldenFolders, CoverEveryCodeTheCompilerEmits) {
  for (const std::string& code : emitted_codes()) {
    EXPECT_TRUE(fs::exists(source_directory() / "tests/golden" / code)) << code;
  }
}

}  // namespace
}  // namespace barbacane::golden

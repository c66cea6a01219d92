#include "testkit/temp_directory.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "testkit/error.h"

namespace barbacane::testkit {

namespace fs = std::filesystem;

TempDirectory::TempDirectory() {
  std::string pattern = (fs::temp_directory_path() / "barbacane-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw TestkitError("no temporary directory");
  path_ = pattern;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TempDirectory::write(std::string_view name, std::string_view text) const {
  const fs::path file = path_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text;
  if (!stream.flush()) throw TestkitError("cannot write " + file.string());
  return file.string();
}

std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace barbacane::testkit

#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

/// Folders and modules that the tests of plugin resolution are made of.
namespace barbacane::compiler::testing {

/// A folder of its own that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "barbacane.XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::string write(const std::filesystem::path& name, std::string_view bytes) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

inline std::string leb128(std::size_t value) {
  std::string bytes;
  do {
    const auto low = static_cast<char>(value & 0x7F);
    value >>= 7;
    bytes += static_cast<char>(low | (value ? 0x80 : 0));
  } while (value);
  return bytes;
}

inline std::string sized(std::string_view bytes) {
  return leb128(bytes.size()) + std::string(bytes);
}

inline std::string custom_section(std::string_view name, std::string_view payload) {
  return '\0' + sized(sized(name) + std::string(payload));
}

inline std::string wasm(std::string_view sections = {}) {
  return std::string("\0asm\1\0\0\0", 8) + std::string(sections);
}

}  // namespace barbacane::compiler::testing

#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "spec/document.h"

namespace barbacane::spec {

/// Opens files, once each, and knows where every document lies.
class FileStore {
 public:
  FileStore(const std::filesystem::path& root, ParseLimits limits);

  using Opened = std::expected<const Document*, base::Diagnostic>;

  Opened open(const std::string& path);
  Opened add(std::string path, std::string text);

  enum class Refusal { kOutsideRoot, kNoSuchFile };
  /// The file that a document's relative reference names, confined to the root.
  std::expected<Opened, Refusal> open_reference(const Document& from, std::string_view uri);

  std::vector<const Document*> documents() const;
  std::optional<std::string_view> text(std::string_view file) const;
  std::string relative_path(const Document& document) const;

 private:
  struct Entry {
    std::unique_ptr<Document> document;
    std::filesystem::path file;  ///< absolute, symbolic links followed
    std::optional<base::Diagnostic> error;
  };

  bool inside_root(const std::filesystem::path& file) const;
  Opened outcome(const Entry& entry) const;
  const Entry* find(const std::filesystem::path& file) const;
  std::expected<const Entry*, Refusal> find_or_read(const Document& from, const std::string& name);
  const Entry& parse(std::string path, std::string text, std::filesystem::path file);

  std::filesystem::path given_root_;  ///< as the user typed it
  std::filesystem::path root_;
  ParseLimits limits_;
  std::vector<std::unique_ptr<Entry>> entries_;  ///< in the order of reading
  std::map<std::string, const Entry*, std::less<>> by_file_;
  std::map<std::string, const Entry*, std::less<>> by_name_;
  std::unordered_map<const Document*, const Entry*> by_document_;
  /// Asking the system where a path leads is slow, and the same references come again and again.
  std::map<std::pair<const Document*, std::string>, std::expected<const Entry*, Refusal>>
      references_;
};

}  // namespace barbacane::spec

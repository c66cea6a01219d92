#include "spec/detail/file_store.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "spec/detail/parse.h"
#include "spec/detail/tree_builder.h"

namespace barbacane::spec {

namespace fs = std::filesystem;

namespace {

/// Absolute and without links as far as the path exists; the rest is normalized by its words.
fs::path real_path(const fs::path& path) {
  std::error_code error;
  fs::path resolved = fs::weakly_canonical(path, error);
  if (error) resolved = fs::absolute(path, error).lexically_normal();
  return resolved;
}

base::Diagnostic unreadable(const std::string& path, const std::string& reason) {
  return {.code = "E1000",
          .message = "file not found: " + path,
          .location = std::string(path.substr(path.rfind('/') + 1)),
          .place = {.file = path, .position = {}, .length = 0},
          .hint = reason,
          .notes = {}};
}

base::Diagnostic too_large(const std::string& path, std::size_t limit) {
  return parse_error(path, "the file is larger than " + std::to_string(limit >> 20) + " MiB");
}

/// The reason is worth telling unless it only repeats that there is no such file.
std::expected<std::string, base::Diagnostic> read(const std::string& path, const fs::path& file,
                                                  std::size_t limit) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (fs::is_regular_file(status) && fs::file_size(file, error) > limit && !error) {
    return std::unexpected(too_large(path, limit));
  }
  auto text = base::read_file(file, limit);
  if (text) return *std::move(text);
  return std::unexpected(unreadable(path, fs::exists(status) ? text.error().message : ""));
}

}  // namespace

FileStore::FileStore(const fs::path& root, ParseLimits limits)
    : given_root_(root), root_(real_path(root.empty() ? fs::path(".") : root)), limits_(limits) {
  if (!root_.has_filename()) root_ = root_.parent_path();
}

bool FileStore::inside_root(const fs::path& file) const {
  return std::ranges::mismatch(root_, file).in1 == root_.end();
}

FileStore::Opened FileStore::outcome(const Entry& entry) const {
  if (entry.error) return std::unexpected(*entry.error);
  return entry.document.get();
}

const FileStore::Entry* FileStore::find(const fs::path& file) const {
  const auto found = by_file_.find(file.native());
  return found == by_file_.end() ? nullptr : found->second;
}

const FileStore::Entry& FileStore::parse(std::string path, std::string text, fs::path file) {
  auto entry = std::make_unique<Entry>();
  entry->document = TreeBuilder::start(std::move(path), std::move(text));
  entry->error = parse_text(*entry->document, limits_);
  entry->file = std::move(file);
  const Entry* kept = entry.get();
  by_file_.insert_or_assign(kept->file.native(), kept);
  by_name_.emplace(kept->document->path(), kept);
  by_document_.emplace(kept->document.get(), kept);
  entries_.push_back(std::move(entry));
  return *kept;
}

FileStore::Opened FileStore::open(const std::string& path) {
  fs::path file = real_path(path);
  if (const Entry* entry = find(file)) {
    by_name_.emplace(path, entry);
    return outcome(*entry);
  }
  auto text = read(path, path, limits_.bytes);
  if (!text) return std::unexpected(std::move(text.error()));
  return outcome(parse(path, *std::move(text), std::move(file)));
}

FileStore::Opened FileStore::add(std::string path, std::string text) {
  fs::path file = real_path(root_ / path);
  return outcome(parse(std::move(path), std::move(text), std::move(file)));
}

std::expected<FileStore::Opened, FileStore::Refusal> FileStore::open_reference(
    const Document& from, std::string_view uri) {
  const auto [known, added] = references_.try_emplace({&from, std::string(uri)});
  if (added) known->second = find_or_read(from, base::percent_decode(uri));
  if (!known->second) return std::unexpected(known->second.error());
  return outcome(**known->second);
}

std::expected<const FileStore::Entry*, FileStore::Refusal> FileStore::find_or_read(
    const Document& from, const std::string& name) {
  const auto origin = by_document_.find(&from);
  // The system would stop reading a name at a NUL.
  if (origin == by_document_.end() || name.contains('\0')) {
    return std::unexpected(Refusal::kNoSuchFile);
  }
  const fs::path file = real_path(origin->second->file.parent_path() / name);
  if (!inside_root(file)) return std::unexpected(Refusal::kOutsideRoot);
  if (const Entry* entry = find(file)) return entry;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::unexpected(Refusal::kNoSuchFile);
  std::string path =
      (given_root_ / file.lexically_relative(root_)).lexically_normal().generic_string();
  auto text = read(path, file, limits_.bytes);
  if (text) return &parse(std::move(path), *std::move(text), file);
  if (text.error().code == "E1000") return std::unexpected(Refusal::kNoSuchFile);
  const Entry& entry = parse(std::move(path), {}, file);
  entries_.back()->error = std::move(text.error());
  return &entry;
}

std::vector<const Document*> FileStore::documents() const {
  std::vector<const Document*> all;
  for (const auto& entry : entries_) {
    if (!entry->error) all.push_back(entry->document.get());
  }
  return all;
}

std::optional<std::string_view> FileStore::text(std::string_view file) const {
  const auto found = by_name_.find(file);
  if (found == by_name_.end()) return std::nullopt;
  return found->second->document->text();
}

std::string FileStore::relative_path(const Document& document) const {
  const auto found = by_document_.find(&document);
  if (found == by_document_.end() || !inside_root(found->second->file)) {
    return std::string(document.file());
  }
  return found->second->file.lexically_relative(root_).generic_string();
}

}  // namespace barbacane::spec

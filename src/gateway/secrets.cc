#include "gateway/secrets.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <simdjson.h>

#include "base/file.h"
#include "base/secret_reference.h"
#include "base/text.h"

namespace barbacane::gateway {
namespace {

namespace fs = std::filesystem;
using Secret = base::Result<std::string>;

/// More than any store holds in one secret.
constexpr std::size_t kLongestSecret = std::size_t{1} << 20;
constexpr std::string_view kBlanks = " \t\r\n\v\f";

Secret malformed(std::string_view reference) {
  return base::fail("invalid secret reference: " + std::string(reference));
}

Secret from_environment(std::string_view reference, std::string_view name) {
  constexpr std::string_view kNeverInNames{"=\0", 2};
  if (name.empty() || name.find_first_of(kNeverInNames) != std::string_view::npos) {
    return malformed(reference);
  }
  const std::string variable(name);
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr) return base::fail("environment variable not found: " + variable);
  if (!base::is_utf8(value)) return base::fail("environment variable is not UTF-8: " + variable);
  return value;
}

bool lies_in(const fs::path& file, const fs::path& directory) {
  const auto [end, ignored] =
      std::mismatch(directory.begin(), directory.end(), file.begin(), file.end());
  return end == directory.end();
}

Secret from_file(std::string_view reference, std::string_view written,
                 const std::string& directory) {
  const std::string path(written);
  if (path.empty() || path.find('\0') != std::string::npos) return malformed(reference);
  const auto unreadable = [&](const std::string& reason) {
    return base::fail("failed to read file: " + path + ": " + reason);
  };
  if (directory.empty()) {
    return base::fail(
        "failed to read file: file:// secret references require BARBACANE_SECRETS_DIR to be set");
  }
  std::error_code error;
  const fs::path root = fs::canonical(directory, error);
  if (error) return base::fail("failed to read file: " + directory + ": " + error.message());
  const fs::path file = fs::canonical(root / path, error);  // an absolute path stands alone
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
    return base::fail("file not found: " + path);
  }
  if (error) return unreadable(error.message());
  if (!lies_in(file, root)) {
    return base::fail("failed to read file: secret path '" + path +
                      "' escapes BARBACANE_SECRETS_DIR");
  }
  if (!fs::is_regular_file(file, error)) return unreadable("not a regular file");
  const auto bytes = base::read_file(file, kLongestSecret);
  if (!bytes) return unreadable(bytes.error().message);
  if (!base::is_utf8(*bytes)) return unreadable("not UTF-8");
  return std::string(base::trim(*bytes, kBlanks));
}

/// Debt: goes away with the clients of the stores. What cannot be a reference at all is told apart
/// already.
Secret from_store(std::string_view reference, std::string_view scheme, std::string_view rest) {
  const std::size_t hash = std::min(rest.find('#'), rest.size());
  bool sound = hash > 0 && hash + 1 != rest.size();
  if (scheme == "k8s") {
    const auto empty_part = [](std::string_view path) {
      return path.starts_with('/') || path.ends_with('/') ||
             path.find("//") != std::string_view::npos;
    };
    sound = std::ranges::count(rest, '/') == 2 && !empty_part(rest);
  }
  if (!sound) return malformed(reference);
  return base::fail(std::string(scheme) + ": " + std::string(reference) +
                    ": secrets of this store are not supported yet, only env:// and file://");
}

/// Behind the quote that ends the JSON string which begins at `begin`.
std::size_t string_end(std::string_view json, std::size_t begin) {
  std::size_t at = begin + 1;
  while (json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return at + 1;
}

bool is_key(std::string_view json, std::size_t end) {
  end = json.find_first_not_of(" \t\r\n", end);
  return end != std::string_view::npos && json[end] == ':';
}

/// What a JSON string says.
std::string unescaped(std::string_view literal) {
  if (literal.find('\\') == std::string_view::npos) {
    return std::string(literal.substr(1, literal.size() - 2));
  }
  simdjson::dom::parser parser;
  std::string_view text;
  const auto error = parser.parse(literal.data(), literal.size()).get(text);
  return error ? std::string() : std::string(text);
}

}  // namespace

base::Result<std::string> Secrets::fetch(std::string_view reference) {
  const auto known = fetched_.find(reference);
  if (known != fetched_.end()) return known->second;
  const std::size_t scheme_end = std::min(reference.find("://"), reference.size());
  const std::string_view scheme = reference.substr(0, scheme_end);
  const std::string_view rest = reference.substr(std::min(scheme_end + 3, reference.size()));
  Secret secret = !base::is_secret_reference(reference) ? malformed(reference)
                  : scheme == "env"                     ? from_environment(reference, rest)
                  : scheme == "file"                    ? from_file(reference, rest, directory_)
                                                        : from_store(reference, scheme, rest);
  if (!secret) note(secret.error().message);
  fetched_.emplace(reference, secret);
  return secret;
}

void Secrets::note(const std::string& failure) {
  if (std::ranges::find(failures_, failure) == failures_.end()) failures_.push_back(failure);
}

std::string Secrets::complaint() const {
  std::string text;
  for (const std::string& failure : failures_) {
    text += (text.empty() ? "failed to resolve secrets: " : ", ") + failure;
  }
  return text;
}

base::Result<std::string> Secrets::resolve(std::string_view json) {
  if (json.empty()) return std::string();
  simdjson::dom::parser parser;
  if (const auto error = parser.parse(json.data(), json.size()).error()) {
    return base::fail(simdjson::error_message(error));
  }
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = std::min(json.find('"', at), json.size());
    out += json.substr(at, begin - at);
    if (begin == json.size()) return out;
    at = string_end(json, begin);
    const std::string_view literal = json.substr(begin, at - begin);
    const std::string text = is_key(json, at) ? std::string() : unescaped(literal);
    if (!base::is_secret_reference(text)) {
      out += literal;
      continue;
    }
    const auto secret = fetch(text);
    out += secret ? base::json_string(*secret) : literal;
  }
}

}  // namespace barbacane::gateway

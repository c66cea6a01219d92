#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

/// JSON that a plugin wrote, read where it is used.
namespace barbacane::services::detail {

/// A thread's parser. Its memory is kept from one text to the next, unless a large one made it
/// large. One document at a time: what `parse` gave holds until the next call, on this thread.
class JsonDocument {
 public:
  explicit JsonDocument(std::string_view text) : parser_(of_thread()) {
    error_ = parser_.parse(text.data(), text.size()).get(root_);
  }
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;
  ~JsonDocument() {
    if (parser_.capacity() > kKept) parser_ = simdjson::dom::parser();
  }

  /// Nothing when it is not JSON, or not an object.
  std::optional<simdjson::dom::object> object() const {
    simdjson::dom::object object;
    if (error_ != simdjson::SUCCESS || root_.get(object) != simdjson::SUCCESS) return std::nullopt;
    return object;
  }

 private:
  static constexpr std::size_t kKept = 256 * 1024;

  static simdjson::dom::parser& of_thread() {
    thread_local simdjson::dom::parser parser;
    return parser;
  }

  simdjson::dom::parser& parser_;
  simdjson::dom::element root_;
  simdjson::error_code error_;
};

// Readers of one member; false when it is of another type.

inline bool read(simdjson::dom::element value, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  out = text;
  return true;
}

inline bool read(simdjson::dom::element value, std::uint64_t& out) {
  return value.get(out) == simdjson::SUCCESS;
}

/// A number of milliseconds. Nobody waits longer than a day.
inline bool read(simdjson::dom::element value, std::chrono::milliseconds& out) {
  constexpr std::uint64_t kLongest = 24 * 60 * 60 * 1000;
  std::uint64_t count;
  if (!read(value, count)) return false;
  out = std::chrono::milliseconds(std::min(count, kLongest));
  return true;
}

inline bool read_headers(simdjson::dom::element value,
                         std::vector<std::pair<std::string, std::string>>& headers) {
  simdjson::dom::object fields;
  if (value.get(fields) != simdjson::SUCCESS) return false;
  headers.clear();
  for (const auto& [name, text] : fields) {
    std::string_view field;
    if (text.get(field) != simdjson::SUCCESS) return false;
    headers.emplace_back(name, field);
  }
  return true;
}

}  // namespace barbacane::services::detail

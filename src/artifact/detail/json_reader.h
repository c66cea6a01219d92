#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "artifact/model.h"
#include "base/result.h"

/// Reads a JSON document of known shape from front to back.
///
///     reader.object([&](std::string_view key) {
///       if (key == "name") plugin.name = reader.string();
///       else if (key == "config") plugin.config = reader.value();
///       else reader.skip();
///     });
///
/// Each call takes the value that stands next. The first disagreement is remembered with its
/// place; from then on every call returns an empty value and loops end, so that callers look at
/// `result()` once, at the end. Values of free shape are checked and copied as compact text
/// instead of being parsed: with a parser's tree their numbers would lose digits, and an on-demand
/// parser does not check what it steps over.
namespace barbacane::artifact::detail {

class JsonReader {
 public:
  /// `text` must outlive the reader.
  explicit JsonReader(std::string_view text);

  /// Calls `member(key)` for every member; it must take the value. The key is valid in the call.
  template <class Member>
  void object(Member&& member) {
    if (!open('{', "an object")) return;
    for (bool more = !close('}'); more; more = more_after_element('}')) {
      const std::string name = key();
      if (failed_) return;
      member(std::string_view(name));
    }
  }

  /// Calls `element()` for every element; it must take the value.
  template <class Element>
  void array(Element&& element) {
    if (!open('[', "an array")) return;
    for (bool more = !close(']'); more; more = more_after_element(']')) element();
  }

  std::string string();
  bool boolean();
  std::int64_t integer();
  std::uint32_t small_integer();  ///< 0 to 2^32 - 1
  double number();
  Json value();
  void skip();

  /// Takes a `null` if that is next.
  bool null();
  std::optional<std::string> string_or_null();
  std::optional<bool> boolean_or_null();

  /// Remembers `'{key}' is missing` unless `present`.
  void require(bool present, std::string_view key);
  /// Remembers a disagreement at the current place.
  void fail(std::string what);
  bool failed() const { return failed_; }

  /// Call at the end: also fails if something follows the value.
  base::Result<> result();

 private:
  bool open(char bracket, std::string_view expected);
  bool close(char bracket);
  bool more_after_element(char bracket);
  std::string key();
  std::string_view take(std::size_t length);
  void skip_space();

  std::string_view text_;
  std::string_view rest_;
  bool failed_ = false;
  std::string error_;
};

}  // namespace barbacane::artifact::detail

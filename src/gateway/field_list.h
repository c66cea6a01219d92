#pragma once

#include <cstddef>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "http/message.h"

/// The field lines of a message, for those who change them: names match whatever their letter case
/// (RFC 9110, 5.1), and are written in lower case.
///
/// Texts that are passed to `set` and `add` are copied into the arena.
namespace barbacane::gateway {

class FieldList {
 public:
  /// Lines that plugins may make of a message: whoever looks at each beside each other does that
  /// a few million times at worst.
  static constexpr std::size_t kMost = 1024;

  /// Both outlive it.
  FieldList(std::pmr::vector<http::Field>& fields, std::pmr::memory_resource* arena)
      : fields_(fields), arena_(arena) {}

  /// The line of that name at that place among its like, counted from 0; null when there are fewer.
  static const http::Field* find(const std::pmr::vector<http::Field>& fields, std::string_view name,
                                 std::size_t index = 0);

  /// A legal name and value (RFC 9110, 5.1 and 5.5).
  static bool is_legal(std::string_view name, std::string_view value);

  std::size_t size() const { return fields_.size(); }

  /// Replaces all lines of that name by one, at the place of the first.
  void set(std::string_view name, std::string_view value);
  void add(std::string_view name, std::string_view value);
  /// How many lines that were.
  std::size_t remove(std::string_view name);

 private:
  http::Field make(std::string_view name, std::string_view value) const;

  std::pmr::vector<http::Field>& fields_;
  std::pmr::memory_resource* arena_;
};

}  // namespace barbacane::gateway

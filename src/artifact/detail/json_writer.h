#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "artifact/model.h"

/// Writes one JSON document in two-space layout, keys in the order of the calls.
///
///     json.open_object();
///     json.key("name").string(plugin.name);
///     json.key("config").value(plugin.config);
///     json.close_object();
///
/// Text that came as JSON is laid out anew in place. If some of it was malformed, `ok()` is false
/// at the end; nothing else can go wrong.
namespace barbacane::artifact::detail {

class JsonWriter {
 public:
  void open_object() { open('{'); }
  void close_object() { close('}'); }
  void open_array() { open('['); }
  void close_array() { close(']'); }

  JsonWriter& key(std::string_view name);

  void string(std::string_view text);
  void string_or_null(const std::optional<std::string>& text);
  void boolean(bool value) { literal(value ? "true" : "false"); }
  void boolean_or_null(std::optional<bool> value);
  void integer(std::int64_t value);
  void number(double value);
  void null() { literal("null"); }
  void value(const Json& json);

  bool ok() const { return malformed_.empty(); }
  /// Key of the first malformed value.
  const std::string& malformed() const { return malformed_; }
  std::string take() { return std::move(out_); }

 private:
  void open(char bracket);
  void close(char bracket);
  void literal(std::string_view text);
  void before_value();
  void new_line();

  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;       ///< nothing written yet in the current container
  bool after_key_ = false;  ///< the next value belongs to a key
  std::string last_key_;
  std::string malformed_;
};

}  // namespace barbacane::artifact::detail

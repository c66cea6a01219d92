#include "barbacane/config.h"

#include <algorithm>

#include "barbacane/text.h"

namespace barbacane::plugin {
namespace {

constexpr std::int64_t kUnbounded = std::numeric_limits<std::int64_t>::max();

/// `5`, `0.25` or `1.5` with a unit in milliseconds; nothing for anything else.
std::optional<std::int64_t> milliseconds(std::string_view number, std::int64_t unit) {
  const std::size_t point = number.find('.');
  const auto whole = parse_integer<std::uint32_t>(number.substr(0, point));
  if (!whole) return std::nullopt;
  std::int64_t total = *whole * unit;
  if (point == std::string_view::npos) return total;
  const std::string_view fraction = number.substr(point + 1);
  if (fraction.empty()) return std::nullopt;
  std::int64_t scale = unit;
  for (const char c : fraction) {
    if (!is_digit(c)) return std::nullopt;
    scale /= 10;
    total += scale * (c - '0');
  }
  return total;
}

std::optional<std::int64_t> duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
  };
  for (const Unit& unit :
       {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}}) {
    if (!text.ends_with(unit.name)) continue;
    const std::string_view number = text.substr(0, text.size() - unit.name.size());
    if (!number.empty() && is_digit(number.back())) return milliseconds(number, unit.milliseconds);
  }
  return std::nullopt;
}

}  // namespace

namespace rules {

void append_number(std::string& list, std::int64_t number) { append_integer(list, number); }

}  // namespace rules

const json::Node* Fields::take(std::string_view name) {
  if (failed()) return nullptr;
  known_.emplace_back(name);
  return object_->find(name);
}

void Fields::refuse_unknown() {
  if (failed()) return;
  for (const json::Node* member = object_->first; member != nullptr; member = member->next) {
    if (std::find(known_.begin(), known_.end(), member->name) != known_.end()) continue;
    std::string what = "is not known here; there are ";
    for (std::size_t i = 0; i < known_.size(); ++i) {
      if (i > 0) what += ", ";
      what += concat("'", known_[i], "'");
    }
    return fail(path_of(member->name), known_.empty() ? "is not known here" : what);
  }
}

void Fields::reject(std::string_view what) { fail(path_, what); }

std::string Fields::member_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : concat(path, '.', name);
}

std::string Fields::element_path(const std::string& path, std::int64_t index) {
  return concat(path, '[', index, ']');
}

void Fields::fail(std::string_view path, std::string_view what) {
  if (failed()) return;
  error_ = path.empty() ? concat("the config ", what) : concat("'", path, "' ", what);
}

void Fields::scalar(const json::Node& node, const std::string& path, bool& out) {
  if (!node.is_bool()) return fail(path, "must be true or false");
  out = node.is_true();
}

void Fields::scalar(const json::Node& node, const std::string& path, std::string& out) {
  if (!node.is_string()) return fail(path, "must be a string");
  out = node.text;
}

void Fields::scalar(const json::Node& node, const std::string& path, Duration& out) {
  const auto time = node.is_number()   ? milliseconds(node.raw, 1000)
                    : node.is_string() ? duration(node.text)
                                       : std::nullopt;
  if (!time || *time <= 0) {
    return fail(path, "must be a number of seconds, or a text such as '500ms', '5s', '2m', '1h'");
  }
  out.milliseconds = *time;
}

void Fields::integer(const json::Node& node, const std::string& path, std::int64_t& out,
                     std::int64_t low, std::int64_t high) {
  const auto number = node.integer();
  if (number && *number >= low && *number <= high) {
    out = *number;
    return;
  }
  const bool bounded_above = high != kUnbounded && high != std::numeric_limits<int>::max();
  if (bounded_above) return fail(path, concat("must be an integer from ", low, " to ", high));
  if (low > std::numeric_limits<int>::min()) {
    return fail(path, concat("must be an integer, ", low, " or more"));
  }
  fail(path, "must be an integer");
}

namespace detail {

const json::Node* parse_config(json::Document& document, std::string_view text,
                               std::string& error) {
  if (text.empty()) text = "{}";
  if (!document.parse(text)) {
    error = concat("the config is not JSON: ", document.error());
    return nullptr;
  }
  if (document.root()->is_null()) document.set_root(*document.make(json::Kind::kObject));
  if (!document.root()->is_object()) {
    error = "the config must be an object";
    return nullptr;
  }
  return document.root();
}

}  // namespace detail
}  // namespace barbacane::plugin

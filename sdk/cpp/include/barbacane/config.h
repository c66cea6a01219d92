#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "barbacane/json.h"

/// A plugin's config, read into a struct that says once what it takes:
///
///     struct Rule {
///       std::string path;
///       int status = 302;
///       void bind(Fields& fields) {
///         fields.required("path", path, not_empty);
///         fields.optional("status", status, one_of(301, 302, 307, 308));
///       }
///     };
///     struct Config {
///       std::vector<Rule> rules;
///       Duration timeout = Duration::seconds(30);
///       void bind(Fields& fields) {
///         fields.required("rules", rules, not_empty);
///         fields.optional("timeout", timeout);
///       }
///     };
///
/// Takes bool, integers, double (as its text), std::string, Duration, std::optional, std::vector,
/// Map (an object with members of any name) and structs that bind, in each other as deep as you
/// like. Members that nothing binds are refused. The first error stops the reading and names its
/// member: "'rules[2].path' must be a string".
namespace barbacane::plugin {

/// Members of an object in the order they were written.
template <class T>
using Map = std::vector<std::pair<std::string, T>>;

/// A number of seconds, or a text such as `500ms`, `5s`, `2m`, `1h`. More than 0.
struct Duration {
  std::int64_t milliseconds = 0;
  static constexpr Duration seconds(std::int64_t number) { return {number * 1000}; }
};

class Fields;

template <class T>
concept Bindable = requires(T& value, Fields& fields) { value.bind(fields); };

namespace rules {

template <class T>
constexpr bool kIsVector = false;
template <class T>
constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
constexpr bool kIsMap = false;
template <class T>
constexpr bool kIsMap<std::vector<std::pair<std::string, T>>> = true;
template <class T>
constexpr bool kIsOptional = false;
template <class T>
constexpr bool kIsOptional<std::optional<T>> = true;

struct Between {
  std::int64_t low, high;
};

template <class T, std::size_t N>
struct OneOf {
  T allowed[N];
  template <class V>
  std::string broken(const V& value) const {
    std::string list = "must be one of ";
    for (std::size_t i = 0; i < N; ++i) {
      if (value == allowed[i]) return {};
      if (i > 0) list += i + 1 == N ? " or " : ", ";
      append(list, allowed[i]);
    }
    return list;
  }

 private:
  static void append(std::string& list, std::string_view text) { list.append(text); }
  static void append(std::string& list, std::int64_t number);
};
void append_number(std::string& list, std::int64_t number);
template <class T, std::size_t N>
void OneOf<T, N>::append(std::string& list, std::int64_t number) {
  append_number(list, number);
}

struct NotEmpty {
  template <class T>
  std::string broken(const T& value) const {
    return value.empty() ? std::string("must not be empty") : std::string();
  }
};

template <class Rule>
struct Each {
  Rule rule;
};

struct Nothing {
  template <class T>
  std::string broken(const T&) const {
    return {};
  }
};

/// Of the rules for a list, those in `each` are for its elements.
template <class Rule>
constexpr Nothing for_element(const Rule&) {
  return {};
}
template <class Rule>
constexpr const Rule& for_element(const Each<Rule>& each) {
  return each.rule;
}

}  // namespace rules

constexpr rules::Between between(std::int64_t low, std::int64_t high) { return {low, high}; }
constexpr rules::Between at_least(std::int64_t low) {
  return {low, std::numeric_limits<std::int64_t>::max()};
}
template <std::integral... Numbers>
constexpr rules::OneOf<std::int64_t, sizeof...(Numbers)> one_of(Numbers... numbers) {
  return {{static_cast<std::int64_t>(numbers)...}};
}
template <class... Texts>
  requires(std::convertible_to<Texts, std::string_view> && ...)
constexpr rules::OneOf<std::string_view, sizeof...(Texts)> one_of(Texts... texts) {
  return {{std::string_view(texts)...}};
}
inline constexpr rules::NotEmpty not_empty;
/// The rule for every element of a list or map instead of the whole.
template <class Rule>
constexpr rules::Each<Rule> each(Rule rule) {
  return {rule};
}

/// The members of one object while a struct binds them.
class Fields {
 public:
  Fields(const json::Node* object, std::string path, std::string& error)
      : object_(object), path_(std::move(path)), error_(error) {}

  /// A rule is one of those above, or anything callable with the value that returns what is wrong
  /// with it ("must be …"), or an empty text.
  template <class T, class... Rules>
  void required(std::string_view name, T& out, const Rules&... rules) {
    const json::Node* node = take(name);
    if (node == nullptr) return reject(name, "is missing");
    read(*node, path_of(name), out, rules...);
  }
  /// Absent leaves `out` as it is.
  template <class T, class... Rules>
  void optional(std::string_view name, T& out, const Rules&... rules) {
    const json::Node* node = take(name);
    if (node != nullptr) read(*node, path_of(name), out, rules...);
  }
  bool has(std::string_view name) const { return object_ && object_->find(name) != nullptr; }
  /// For conditions between members: `fields.reject("prefix", "excludes 'path'")`.
  void reject(std::string_view name, std::string_view what) { fail(path_of(name), what); }
  /// What is wrong with the object as a whole.
  void reject(std::string_view what);
  bool failed() const { return !error_.empty(); }

  /// Refuses members that nothing asked for; done by itself after `bind`.
  void refuse_unknown();

 private:
  template <class T, class... Rules>
  void read(const json::Node& node, const std::string& path, T& out, const Rules&... rules) {
    if (failed()) return;
    if constexpr (rules::kIsOptional<T>) {
      out.emplace();
      read(node, path, *out, rules...);
    } else {
      convert(node, path, out, rules...);
      (judge(path, out, rules), ...);
    }
  }

  template <class T, class... Rules>
  void convert(const json::Node& node, const std::string& path, T& out, const Rules&... rules) {
    if constexpr (std::same_as<T, bool> || std::same_as<T, std::string> ||
                  std::same_as<T, Duration>) {
      scalar(node, path, out);
    } else if constexpr (std::integral<T>) {
      std::int64_t low = std::numeric_limits<T>::min();
      std::int64_t high = sizeof(T) == 8 ? std::numeric_limits<std::int64_t>::max()
                                         : static_cast<std::int64_t>(std::numeric_limits<T>::max());
      (narrow(low, high, rules), ...);
      std::int64_t number = 0;
      integer(node, path, number, low, high);
      out = static_cast<T>(number);
    } else if constexpr (rules::kIsMap<T>) {
      if (!node.is_object()) return fail(path, "must be an object");
      out.clear();
      for (const json::Node* member = node.first; member && !failed(); member = member->next) {
        out.emplace_back(std::string(member->name), typename T::value_type::second_type());
        read(*member, member_path(path, member->name), out.back().second,
             rules::for_element(rules)...);
      }
    } else if constexpr (rules::kIsVector<T>) {
      if (!node.is_array()) return fail(path, "must be a list");
      out.clear();
      std::int64_t index = 0;
      for (const json::Node* element = node.first; element && !failed(); element = element->next) {
        out.emplace_back();
        read(*element, element_path(path, index++), out.back(), rules::for_element(rules)...);
      }
    } else {
      static_assert(Bindable<T>, "a config member of a type that cannot be read");
      if (!node.is_object()) return fail(path, "must be an object");
      Fields fields(&node, path, error_);
      out.bind(fields);
      fields.refuse_unknown();
    }
  }

  template <class T, class Rule>
  void judge(const std::string& path, const T& value, const Rule& rule) {
    if (failed()) return;
    if constexpr (requires { rule.rule; }) {
      return;
    } else if constexpr (std::same_as<Rule, rules::Between>) {
      return;  // part of reading the number
    } else if constexpr (requires { rule.broken(value); }) {
      complain(path, rule.broken(value));
    } else {
      complain(path, rule(value));
    }
  }
  void complain(const std::string& path, const std::string& what) {
    if (!what.empty()) fail(path, what);
  }
  static void narrow(std::int64_t& low, std::int64_t& high, const rules::Between& rule) {
    if (rule.low > low) low = rule.low;
    if (rule.high < high) high = rule.high;
  }
  template <class Rule>
  static void narrow(std::int64_t&, std::int64_t&, const Rule&) {}

  const json::Node* take(std::string_view name);
  std::string path_of(std::string_view name) const { return member_path(path_, name); }
  static std::string member_path(const std::string& path, std::string_view name);
  static std::string element_path(const std::string& path, std::int64_t index);
  void fail(std::string_view path, std::string_view what);
  void scalar(const json::Node& node, const std::string& path, bool& out);
  void scalar(const json::Node& node, const std::string& path, std::string& out);
  void scalar(const json::Node& node, const std::string& path, Duration& out);
  void integer(const json::Node& node, const std::string& path, std::int64_t& out, std::int64_t low,
               std::int64_t high);

  const json::Node* object_;
  std::string path_;
  std::string& error_;
  std::vector<std::string> known_;
};

namespace detail {
/// The root of the config, or nothing and an error.
const json::Node* parse_config(json::Document& document, std::string_view text, std::string& error);
}  // namespace detail

/// Reads a config; returns what is wrong with it, or an empty text.
template <Bindable Config>
std::string read_config(std::string_view text, Config& config) {
  json::Document document;
  std::string error;
  if (const json::Node* root = detail::parse_config(document, text, error)) {
    Fields fields(root, {}, error);
    config.bind(fields);
    fields.refuse_unknown();
  }
  return error;
}

}  // namespace barbacane::plugin

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// From a request path and method to an operation.
///
/// A `RouteTable` is built once from templates and is immutable: any number of threads look up in
/// it without locks. A look-up allocates nothing; what it must rewrite (escapes) goes into the
/// caller's `Lookup`, which is meant to be reused. Templates and precedence: compiler contract,
/// sections 5 and 6; what paths mean at run time: data-plane contract, section 4.
namespace barbacane::router {

/// A path template taken apart, or why it cannot be (the reasons of E1054).
struct Template {
  struct Part {
    enum class Kind : std::uint8_t { kLiteral, kParameter, kWildcard } kind;
    std::string text;  ///< normalised literal, or the parameter's name
  };
  struct Segment {
    std::vector<Part> parts;  ///< one part unless the segment mixes literals and parameters

    bool is_static() const;     ///< nothing but a literal
    std::string shape() const;  ///< `{_}.json`
  };
  std::vector<Segment> segments;

  /// Parameter names from left to right.
  std::vector<std::string> parameters() const;
  /// Every name replaced by `_`: `/f/{_}/{_+}`. Equal keys match the same paths (E1050).
  std::string shape() const;
  /// Like `shape` with the names kept, slashes and escapes normalised (E1010).
  std::string normalised() const;
};

/// Takes a template with or without leading slash; slashes are collapsed as in request paths. The
/// error is the bare reason, as E1054 prints it.
base::Result<Template> parse_template(std::string_view path);

struct RouteSpec {
  std::string_view path;    ///< template
  std::string_view method;  ///< upper case
  std::uint32_t operation;  ///< handed back by a match
};

namespace detail {
class Trie;
}

/// Room for one look-up, and its result. Views hold until the next look-up with the same object and
/// as long as the table and the request path they came from.
class Lookup {
 public:
  /// No template may have more parameters: a match finds room for every capture.
  static constexpr std::size_t kMaxCaptures = 64;

  Lookup() = default;
  Lookup(const Lookup&) = delete;  // captures may point into `scratch_`
  Lookup& operator=(const Lookup&) = delete;

  enum class Outcome : std::uint8_t {
    kFound,
    kNotFound,
    kMethodNotAllowed,
    kBadPath,  ///< a dot segment, or a control byte after decoding
  };
  Outcome outcome = Outcome::kNotFound;
  /// Of a match.
  std::uint32_t operation = 0;
  /// After kFound, and after kMethodNotAllowed: captured values in template order, percent-escapes
  /// still in place; decode each once.
  std::span<const std::string_view> captures() const { return {captures_, capture_count_}; }
  /// After kMethodNotAllowed, and after kFound: the node's methods, sorted, joined with ", ".
  std::string_view allow;
  /// After kMethodNotAllowed, and after kFound: operations of the node, in the order of `allow`.
  std::span<const std::uint32_t> node_operations;

 private:
  friend class RouteTable;
  std::string_view captures_[kMaxCaptures];
  std::size_t capture_count_ = 0;
  std::string scratch_;
};

class RouteTable {
 public:
  /// Fails on a template that does not parse or has too many parameters, and on two routes that
  /// match the same requests.
  static base::Result<RouteTable> build(std::span<const RouteSpec> routes);

  RouteTable(RouteTable&&) noexcept;
  RouteTable& operator=(RouteTable&&) noexcept;
  ~RouteTable();

  /// `path` is the raw path of the request target, without query.
  void find(std::string_view path, std::string_view method, Lookup& lookup) const;

 private:
  explicit RouteTable(std::unique_ptr<const detail::Trie> trie);
  std::unique_ptr<const detail::Trie> trie_;
};

}  // namespace barbacane::router

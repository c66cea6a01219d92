#pragma once

#include <optional>
#include <span>
#include <string_view>

/// A request as validation sees it, whatever carried it.
///
/// Nothing owns text: all views hold while the request is being validated.
namespace barbacane::validation {

/// Field lines of a request.
class Fields {
 public:
  virtual ~Fields() = default;
  /// The value of a field, repeated lines joined by the rules of the data-plane contract, 5;
  /// nothing when there is none. `name` is in lower case.
  virtual std::optional<std::string_view> find(std::string_view name) const = 0;
};

struct RequestParts {
  /// Captured by the route, in template order, percent-escapes still in place.
  std::span<const std::string_view> path_values;
  std::string_view query;  ///< without `?`, as received
  const Fields* fields = nullptr;
};

}  // namespace barbacane::validation

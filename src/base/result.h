#pragma once

#include <expected>
#include <string>
#include <utility>

/// Failures as values.
///
/// A function that a client, a spec, a plugin or an operator can make fail returns
/// `Result<T>`; the text is one sentence for the person who can fix it, without a trailing full
/// stop and without secrets. Folders whose callers must tell failures apart define their own error
/// type and return `std::expected<T, TheirError>`.
namespace barbacane::base {

struct Error {
  std::string message;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// Reads as a return statement: `return fail("file not found: " + path);`
inline std::unexpected<Error> fail(std::string message) {
  return std::unexpected(Error{std::move(message)});
}

}  // namespace barbacane::base

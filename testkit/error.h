#pragma once

#include <stdexcept>

/// How the testkit fails: a test wants to stop where it went wrong, with the reason, and every test
/// framework reports an exception that way.
namespace barbacane::testkit {

class TestkitError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The peer did nothing for longer than it was given.
class TimeoutError : public TestkitError {
 public:
  using TestkitError::TestkitError;
};

}  // namespace barbacane::testkit

#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace barbacane::gateway {

/// The config of `mock`, checked. Field names of headers are in lower case.
struct MockConfig {
  using Headers = std::vector<std::pair<std::string, std::string>>;

  int status = 200;
  std::string body;
  Headers headers;
  std::string content_type = "application/json";
  std::chrono::milliseconds delay{0};
  /// The answer is the operation's own, as its spec declares it; then the config names no other.
  bool from_spec = false;
};

/// `json` may be empty or null, which is an empty config. The error names the field.
base::Result<MockConfig> parse_mock_config(std::string_view json);

}  // namespace barbacane::gateway

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

/// Gateways that pass requests on to an upstream of the test.
namespace barbacane::integration {

/// Every method and path goes to that URL; `config` is further members, `"timeout": 1`.
inline std::string proxy_spec(const std::string& url, std::string_view config = {}) {
  testkit::SpecBuilder spec;
  std::string text = R"({"url": ")" + url + '"';
  if (!config.empty()) text.append(", ").append(config);
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}) {
    spec.operation(method, "/{rest+}").dispatch("http-upstream", text + '}');
  }
  return spec.text();
}

/// Plaintext allowed, and one worker, so that one pool has all connections.
inline testkit::GatewayOptions proxy_options(std::initializer_list<std::string> flags = {}) {
  testkit::GatewayOptions options;
  options.compile_flags = {"--allow-plaintext"};
  options.serve_flags = {"--allow-plaintext-upstream", "--workers", "1"};
  options.serve_flags.insert(options.serve_flags.end(), flags);
  return options;
}

}  // namespace barbacane::integration

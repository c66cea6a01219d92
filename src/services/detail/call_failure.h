#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "http/client/call.h"
#include "services/http_result.h"

/// Failures of connections in the words of plugins.
namespace barbacane::services::detail {

inline HttpProblem problem(HttpFailure failure, std::string text) {
  return {failure, std::move(text), std::chrono::seconds(0)};
}

inline HttpProblem cancelled() { return problem(HttpFailure::kCancelled, "the call was given up"); }

inline HttpProblem problem_of(http::client::CallError error) {
  using enum http::client::CallFailure;
  HttpFailure failure = HttpFailure::kConnect;
  if (error.failure == kDns) failure = HttpFailure::kDns;
  if (error.failure == kBlocked) failure = HttpFailure::kBlocked;
  if (error.failure == kTls) failure = HttpFailure::kTls;
  if (error.failure == kTimeout) failure = HttpFailure::kTimeout;
  return problem(failure, std::move(error.text));
}

}  // namespace barbacane::services::detail

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <barbacane/message.h>

/// What a function called through the Invoke API is given and gives back: payload format 2.0 of
/// AWS's HTTP APIs and Function URLs.
namespace lambda {

using namespace barbacane::plugin;

enum class PassHeaders : bool { kNo, kYes };

/// The event for that request.
std::string event_for(const Request& request, PassHeaders pass, std::int64_t unix_seconds);

/// Builds the answer from what the function returned; false when it is none.
bool answer_from(std::string_view payload);

}  // namespace lambda

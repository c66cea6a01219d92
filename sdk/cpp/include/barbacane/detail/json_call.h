#pragma once

#include <cstdint>

#include "barbacane/reply.h"

/// One call over the JSON interface: its input is taken apart at the begin, its output written at
/// the end. In between src/json_abi/host_json.cc works on what is kept here.
namespace barbacane::plugin::json_abi {

enum class Caller : std::uint8_t { kMiddleware, kDispatcher };

/// Memory for the gateway to put an input into. It becomes the call's, which releases it.
void* alloc(std::uint32_t size);
void release(void* memory);

/// False when the input is no Request; a dispatcher has answered 500 then.
bool begin_request(char* input, std::uint32_t size, Caller caller);
std::int32_t end_request(Action action);
std::int32_t end_dispatch(Action action);

bool begin_response(char* input, std::uint32_t size);
std::int32_t end_response();

}  // namespace barbacane::plugin::json_abi

#pragma once

#include "barbacane/detail/json_call.h"

/// The exports of a JSON module: each handler gets its input as JSON in memory of `alloc`.
#define BARBACANE_INIT(Plugin)                                                           \
  BARBACANE_EXPORT(alloc) void* barbacane_alloc(std::uint32_t size) {                    \
    return ::barbacane::plugin::json_abi::alloc(size);                                   \
  }                                                                                      \
  BARBACANE_EXPORT(dealloc) void barbacane_dealloc(void* memory, std::uint32_t) {        \
    ::barbacane::plugin::json_abi::release(memory);                                      \
  }                                                                                      \
  BARBACANE_EXPORT(init) std::int32_t barbacane_init(char* text, std::uint32_t size) {   \
    const std::int32_t result = ::barbacane::plugin::detail::init<Plugin>({text, size}); \
    ::barbacane::plugin::json_abi::release(text);                                        \
    return result;                                                                       \
  }

#define BARBACANE_MIDDLEWARE(Plugin)                                                    \
  BARBACANE_INIT(Plugin)                                                                \
  BARBACANE_EXPORT(on_request)                                                          \
  std::int32_t barbacane_on_request(char* input, std::uint32_t size) {                  \
    using namespace ::barbacane::plugin; /* NOLINT: inside the export only */           \
    if (!json_abi::begin_request(input, size, json_abi::Caller::kMiddleware)) return 1; \
    return json_abi::end_request(detail::on_request<Plugin>());                         \
  }                                                                                     \
  BARBACANE_EXPORT(on_response)                                                         \
  std::int32_t barbacane_on_response(char* input, std::uint32_t size) {                 \
    using namespace ::barbacane::plugin; /* NOLINT: inside the export only */           \
    if (!json_abi::begin_response(input, size)) return 1;                               \
    detail::on_response<Plugin>();                                                      \
    return json_abi::end_response();                                                    \
  }

#define BARBACANE_DISPATCHER(Plugin)                                                    \
  BARBACANE_INIT(Plugin)                                                                \
  BARBACANE_EXPORT(dispatch)                                                            \
  std::int32_t barbacane_dispatch(char* input, std::uint32_t size) {                    \
    using namespace ::barbacane::plugin; /* NOLINT: inside the export only */           \
    if (!json_abi::begin_request(input, size, json_abi::Caller::kDispatcher)) return 1; \
    return json_abi::end_dispatch(detail::dispatch<Plugin>());                          \
  }

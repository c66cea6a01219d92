#pragma once

#include <cstdint>

/// The functions that the gateway lends to modules, as their binary interface declares them. Only
/// those that a plugin reaches end up in its module, so each needs just its own capabilities.
#define BARBACANE_IMPORT(module, name) \
  extern "C" __attribute__((import_module(module), import_name(name)))

namespace barbacane::plugin::imports {

// For both interfaces.
BARBACANE_IMPORT("barbacane", "host_log")
void host_log(std::int32_t level, const char* text, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_clock_now") std::int64_t host_clock_now();
BARBACANE_IMPORT("barbacane", "host_get_unix_timestamp") std::int64_t host_get_unix_timestamp();
BARBACANE_IMPORT("barbacane", "host_uuid_generate") std::int32_t host_uuid_generate();
BARBACANE_IMPORT("barbacane", "host_uuid_read_result")
std::int32_t host_uuid_read_result(char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_http_call")
std::int32_t host_http_call(const char* request, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_http_stream")
std::int32_t host_http_stream(const char* request, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_http_detach")
std::int32_t host_http_detach(const char* request, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_http_read_result")
std::int32_t host_http_read_result(char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_http_request_body_set")
void host_http_request_body_set(const char* body, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_http_response_body_len")
std::int64_t host_http_response_body_len();
BARBACANE_IMPORT("barbacane", "host_http_response_body_read")
std::int32_t host_http_response_body_read(char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_metric_counter_inc")
void host_metric_counter_inc(const char* name, std::uint32_t name_size, const char* labels,
                             std::uint32_t labels_size, double value);
BARBACANE_IMPORT("barbacane", "host_metric_histogram_observe")
void host_metric_histogram_observe(const char* name, std::uint32_t name_size, const char* labels,
                                   std::uint32_t labels_size, double value);

#if BARBACANE_PLUGIN_ABI == 1
// JSON interface.
BARBACANE_IMPORT("barbacane", "host_set_output")
void host_set_output(const char* output, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_body_len") std::int64_t host_body_len();
BARBACANE_IMPORT("barbacane", "host_body_read")
std::int32_t host_body_read(char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_body_set")
void host_body_set(const char* body, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_body_clear") void host_body_clear();
BARBACANE_IMPORT("barbacane", "host_context_get")
std::int32_t host_context_get(const char* key, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_context_read_result")
std::int32_t host_context_read_result(char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane", "host_context_set")
void host_context_set(const char* key, std::uint32_t key_size, const char* value,
                      std::uint32_t value_size);
#else
// Direct interface.
BARBACANE_IMPORT("barbacane_direct", "field_get")
std::int32_t field_get(std::int32_t field, char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "field_set")
std::int32_t field_set(std::int32_t field, const char* text, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "status_get") std::int32_t status_get();
BARBACANE_IMPORT("barbacane_direct", "status_set") std::int32_t status_set(std::int32_t status);
BARBACANE_IMPORT("barbacane_direct", "header_get")
std::int32_t header_get(std::int32_t message, const char* name, std::uint32_t name_size,
                        std::uint32_t index, char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "header_set")
std::int32_t header_set(std::int32_t message, const char* name, std::uint32_t name_size,
                        const char* value, std::uint32_t value_size);
BARBACANE_IMPORT("barbacane_direct", "header_add")
std::int32_t header_add(std::int32_t message, const char* name, std::uint32_t name_size,
                        const char* value, std::uint32_t value_size);
BARBACANE_IMPORT("barbacane_direct", "header_remove")
std::int32_t header_remove(std::int32_t message, const char* name, std::uint32_t name_size);
BARBACANE_IMPORT("barbacane_direct", "headers_read")
std::int32_t headers_read(std::int32_t message, char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "path_param_get")
std::int32_t path_param_get(const char* name, std::uint32_t name_size, char* out,
                            std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "query_param_get")
std::int32_t query_param_get(const char* name, std::uint32_t name_size, std::uint32_t index,
                             char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "context_get")
std::int32_t context_get(const char* key, std::uint32_t key_size, char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "context_set")
std::int32_t context_set(const char* key, std::uint32_t key_size, const char* value,
                         std::uint32_t value_size);
BARBACANE_IMPORT("barbacane_direct", "state_get")
std::int32_t state_get(char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "state_set")
std::int32_t state_set(const char* state, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "body_length")
std::int64_t body_length(std::int32_t message);
BARBACANE_IMPORT("barbacane_direct", "body_read")
std::int32_t body_read(std::int32_t message, std::int64_t offset, char* out, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "body_set")
std::int32_t body_set(std::int32_t message, const char* body, std::uint32_t size);
BARBACANE_IMPORT("barbacane_direct", "body_clear") std::int32_t body_clear(std::int32_t message);
#endif

}  // namespace barbacane::plugin::imports

#undef BARBACANE_IMPORT

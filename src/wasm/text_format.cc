#include "wasm/text_format.h"

#include "wasm/detail/wasmtime.h"

namespace barbacane::wasm {

base::Result<std::string> assemble(std::string_view text) {
  wasm_byte_vec_t bytes;
  const ErrorPtr error(wasmtime_wat2wasm(text.data(), text.size(), &bytes));
  if (error) return base::fail(message_of(*error));
  std::string module(bytes.data, bytes.size);
  wasm_byte_vec_delete(&bytes);
  return module;
}

}  // namespace barbacane::wasm

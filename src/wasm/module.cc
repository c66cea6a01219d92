#include "wasm/module.h"

#include "wasm/detail/wasmtime.h"

namespace barbacane::wasm {

Module::Module(const Engine& engine, std::unique_ptr<ModuleHandle> handle, Calls calls,
               std::span<const WantedExport> wanted, Exports present)
    : engine_(engine),
      handle_(std::move(handle)),
      calls_(calls),
      wanted_(wanted),
      present_(present) {}

Module::~Module() = default;

}  // namespace barbacane::wasm

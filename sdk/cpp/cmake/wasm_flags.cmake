# How plugins are compiled and linked; shared by BarbacanePlugin.cmake and the toolchain file.

# The triple is what Debian installs headers for; no WASI function ends up in a module. Statics are
# never destroyed, since a module never ends. Exceptions do not exist in its library.
set(BARBACANE_WASM_FLAGS
    --target=wasm32-wasi -std=c++23 -O2
    -fno-exceptions -fno-rtti -fno-c++-static-destructors -fvisibility=hidden
    -ffunction-sections -fdata-sections -Wall -Wextra -Wshadow)

# The stack stands below the data, so that an overflow traps instead of overwriting it. 16 MiB is
# the most memory a plugin gets.
set(BARBACANE_WASM_LINK_FLAGS
    -mexec-model=reactor -Wl,--no-entry -Wl,--gc-sections -Wl,--strip-all -Wl,--stack-first
    -Wl,-z,stack-size=65536 -Wl,--max-memory=16777216)

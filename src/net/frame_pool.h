#pragma once

#include <cstddef>

/// Memory of coroutine frames, given back and taken again by the thread.
///
/// A request starts a handful of coroutines, always of the same sizes; the general allocator would
/// cost more than they do. Frames are freed on the thread that made them. In builds with a
/// sanitizer every frame is an allocation of its own, so that use after its end is seen.
namespace barbacane::net {

void* allocate_frame(std::size_t size);
void free_frame(void* frame, std::size_t size) noexcept;

}  // namespace barbacane::net

// What a module needs of a C++ runtime, in less than a kilobyte: an allocator, and ends without
// words. Defining these here keeps the C library's allocator and libc++'s abort messages, which
// would import WASI functions, out of the module.

#include <__config>  // NOLINT: for the namespace of libc++'s own functions
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

namespace {

/// A block's size stands before it. Small ones come from a list for each multiple of 16 bytes and
/// return there; large ones from one list in order of address, joined with their neighbours when
/// they return, so that bodies of ever different sizes do not eat up the memory.
struct alignas(16) Header {
  std::size_t size;  ///< of the whole block, this header included
  Header* next;      ///< while it is free
};

constexpr std::size_t kGrain = 16;
constexpr std::size_t kSmallest = 32;
constexpr std::size_t kSmall = 1024;
constexpr std::size_t kPage = 65536;

Header* small_blocks[kSmall / kGrain + 1];
Header* large_blocks;
char* fresh;  ///< memory that was never used
char* fresh_end;

extern "C" char __heap_base;  // NOLINT: the linker's name

char* end_of(Header* block) { return reinterpret_cast<char*>(block) + block->size; }

/// From the end of the memory, which grows as far as the gateway lets it.
Header* take_fresh(std::size_t size) {
  if (fresh == nullptr) {
    fresh = reinterpret_cast<char*>((reinterpret_cast<std::uintptr_t>(&__heap_base) + 15) &
                                    ~std::uintptr_t{15});
    fresh_end = reinterpret_cast<char*>(__builtin_wasm_memory_size(0) * kPage);
  }
  if (static_cast<std::size_t>(fresh_end - fresh) < size) {
    const std::size_t lacking = size - static_cast<std::size_t>(fresh_end - fresh);
    const std::size_t pages = (lacking + kPage - 1) / kPage;
    if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return nullptr;
    fresh_end += pages * kPage;
  }
  auto* block = reinterpret_cast<Header*>(fresh);
  fresh += size;
  block->size = size;
  return block;
}

Header* take_large(std::size_t size) {
  for (Header** link = &large_blocks; *link != nullptr; link = &(*link)->next) {
    Header* block = *link;
    if (block->size < size) continue;
    if (block->size - size > kSmall) {
      auto* rest = reinterpret_cast<Header*>(reinterpret_cast<char*>(block) + size);
      rest->size = block->size - size;
      rest->next = block->next;
      *link = rest;
      block->size = size;
    } else {
      *link = block->next;
    }
    return block;
  }
  return take_fresh(size);
}

void give_large(Header* block) {
  Header** link = &large_blocks;
  Header* before = nullptr;
  while (*link != nullptr && *link < block) {
    before = *link;
    link = &before->next;
  }
  block->next = *link;
  *link = block;
  if (block->next != nullptr && end_of(block) == reinterpret_cast<char*>(block->next)) {
    block->size += block->next->size;
    block->next = block->next->next;
  }
  if (before != nullptr && end_of(before) == reinterpret_cast<char*>(block)) {
    before->size += block->size;
    before->next = block->next;
  }
}

}  // namespace

extern "C" {

void* malloc(std::size_t wanted) {
  if (wanted > SIZE_MAX / 4) return nullptr;
  std::size_t size = (wanted + sizeof(Header) + kGrain - 1) & ~(kGrain - 1);
  if (size < kSmallest) size = kSmallest;
  Header* block = nullptr;
  if (size <= kSmall) {
    Header*& list = small_blocks[size / kGrain];
    block = list;
    if (block != nullptr) {
      list = block->next;
    } else {
      block = take_fresh(size);
    }
  } else {
    block = take_large(size);
  }
  return block == nullptr ? nullptr : block + 1;
}

void free(void* memory) {
  if (memory == nullptr) return;
  Header* block = static_cast<Header*>(memory) - 1;
  if (block->size > kSmall) return give_large(block);
  Header*& list = small_blocks[block->size / kGrain];
  block->next = list;
  list = block;
}

void* calloc(std::size_t count, std::size_t size) {
  std::size_t total = 0;
  if (__builtin_mul_overflow(count, size, &total)) return nullptr;
  void* memory = malloc(total);
  return memory == nullptr ? nullptr : std::memset(memory, 0, total);
}

void* realloc(void* memory, std::size_t size) {
  if (memory == nullptr) return malloc(size);
  const std::size_t held = (static_cast<Header*>(memory) - 1)->size - sizeof(Header);
  if (size <= held) return memory;
  void* larger = malloc(size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, memory, held);
  free(memory);
  return larger;
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return alignment <= alignof(Header) ? malloc(size) : nullptr;
}

[[noreturn]] void abort() { __builtin_trap(); }
[[noreturn]] void abort_message(const char*, ...) { __builtin_trap(); }

}  // extern "C"

void* operator new(std::size_t size) {
  void* memory = malloc(size);
  if (memory == nullptr) __builtin_trap();
  return memory;
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { free(memory); }
void operator delete[](void* memory) noexcept { free(memory); }
void operator delete(void* memory, std::size_t) noexcept { free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { free(memory); }

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

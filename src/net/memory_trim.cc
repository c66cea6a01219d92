#include "net/memory_trim.h"

#include <malloc.h>

namespace barbacane::net {

void MemoryTrim::expired() { ::malloc_trim(0); }

}  // namespace barbacane::net

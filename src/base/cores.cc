#include "base/cores.h"

#include <algorithm>
#include <thread>

#include <sched.h>

namespace barbacane::base {

unsigned usable_cores() {
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) == 0) {
    return static_cast<unsigned>(std::max(CPU_COUNT(&cores), 1));
  }
  return std::max(std::thread::hardware_concurrency(), 1U);
}

}  // namespace barbacane::base

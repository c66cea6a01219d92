#include "app/shutdown_signals.h"

#include <csignal>
#include <cstdio>
#include <thread>

#include <unistd.h>

namespace barbacane::app {

namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

int next_signal() {
  const sigset_t set = stop_signals();
  int number = 0;
  while (sigwait(&set, &number) != 0) {
  }
  return number;
}

}  // namespace

ShutdownSignals::ShutdownSignals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int ShutdownSignals::wait() {
  const int first = next_signal();
  std::thread([] {
    next_signal();
    std::fputs("barbacane: second signal received, exiting now\n", stderr);
    ::_exit(0);
  }).detach();
  return first;
}

}  // namespace barbacane::app

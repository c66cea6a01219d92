#include "app/signals.h"

#include <cstdio>
#include <thread>

#include <unistd.h>

namespace barbacane::app {

namespace {

sigset_t set_of(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : numbers) sigaddset(&set, number);
  return set;
}

int next_of(const sigset_t& set) {
  int number = 0;
  while (sigwait(&set, &number) != 0) {
  }
  return number;
}

}  // namespace

Signals::Signals(std::initializer_list<int> numbers) : set_(set_of(numbers)) {
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

int Signals::wait() const { return next_of(set_); }

void Signals::exit_on_next() const {
  std::thread([] {
    next_of(set_of({SIGTERM, SIGINT}));
    std::fputs("barbacane: second signal received, exiting now\n", stderr);
    ::_exit(0);
  }).detach();
}

Signals::Deadly::Deadly(const Signals& signals) : signals_(signals) {
  pthread_sigmask(SIG_UNBLOCK, &signals_.set_, nullptr);
}

Signals::Deadly::~Deadly() { pthread_sigmask(SIG_BLOCK, &signals_.set_, nullptr); }

}  // namespace barbacane::app

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "app/program.h"

int main(int argc, char** argv) {
  // A reader that goes away is an error of write(), not the end of the gateway.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return barbacane::app::run_program(arguments);
}

#include "testkit/child.h"

#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testkit/error.h"

extern char** environ;

namespace barbacane::testkit {

namespace {

/// Variables that would make a test depend on who runs it.
bool is_ours(std::string_view variable) {
  for (std::string_view name : {"BARBACANE_", "RUST_LOG=", "NO_COLOR=", "SOURCE_DATE_EPOCH="}) {
    if (variable.starts_with(name)) return true;
  }
  return false;
}

std::vector<std::string> child_environment(const std::map<std::string, std::string>& additions) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable = *entry;
    const std::string name = variable.substr(0, variable.find('='));
    if (!is_ours(variable) && !additions.contains(name)) variables.push_back(variable);
  }
  for (const auto& [name, value] : additions) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

int open_for_writing(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) throw TestkitError("cannot write " + path);
  return descriptor;
}

}  // namespace

Child::Child(const std::string& program, const std::vector<std::string>& arguments,
             const RunOptions& options) {
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = child_environment(options.environment);
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);
  const int out = open_for_writing(output_ / "stdout");
  const int err = open_for_writing(output_ / "stderr");
  const std::string directory = options.directory.string();

  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);  // ignored here for the sake of TLS
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    if (!directory.empty() && ::chdir(directory.c_str()) != 0) ::_exit(126);
    ::execve(program.c_str(), argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(out);
  ::close(err);
  if (pid_ < 0) throw TestkitError("cannot start " + program);
}

Child::~Child() {
  if (running()) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

void Child::signal(int number) const {
  if (!exit_code_) ::kill(pid_, number);
}

bool Child::running() { return !wait(std::chrono::milliseconds(0)).has_value(); }

std::optional<int> Child::wait(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!exit_code_) {
    int status = 0;
    const pid_t done = ::waitpid(pid_, &status, WNOHANG);
    if (done == pid_) {
      exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    } else if (std::chrono::steady_clock::now() >= deadline) {
      break;
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  return exit_code_;
}

std::string find_program(const std::string& name) {
  for (const char* folder : {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"}) {
    if (::access((folder + name).c_str(), X_OK) == 0) return folder + name;
  }
  throw TestkitError("this test needs the program " + name +
                     " (Debian packages nginx, haproxy, "
                     "curl, nghttp2-client, nghttp2-server, sslscan, python3-websockets)");
}

}  // namespace barbacane::testkit

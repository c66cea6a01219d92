#include "testkit/client.h"

#include <cstdlib>
#include <sstream>

#include "testkit/child.h"
#include "testkit/error.h"

namespace barbacane::testkit {

namespace {

struct Finished {
  int exit_code;
  std::string out;
  std::string err;
};

Finished run_to_end(const std::string& program, const std::vector<std::string>& arguments) {
  Child child(find_program(program), arguments, {});
  const auto exit_code = child.wait(std::chrono::milliseconds(120'000));
  if (!exit_code) throw TestkitError(program + " did not end in time");
  return {*exit_code, child.standard_output(), child.standard_error()};
}

/// The last head in what curl wrote of heads; trailers follow it as lines of the same kind.
void read_heads(const std::string& text, Response& response) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with("HTTP/")) {
      response = {};
      response.version = line.substr(0, line.find(' '));
      response.status = std::atoi(line.c_str() + response.version.size());
    } else if (line.contains(':')) {
      response.headers.push_back(header_field(line));
    }
  }
}

/// The number before a word in the summary, as in `12 succeeded`.
int number_before(const std::string& text, const std::string& word) {
  const std::size_t at = text.find(" " + word, text.find("finished in"));
  if (at == std::string::npos) return 0;
  const std::size_t begin = text.find_last_not_of("0123456789", at - 1) + 1;
  return std::atoi(text.c_str() + begin);
}

}  // namespace

CurlResult curl(const std::vector<std::string>& arguments) {
  const TempDirectory directory;
  std::vector<std::string> words = {
      "--silent",      "--show-error",
      "--max-time",    "60",
      "--dump-header", directory / "heads",
      "--output",      directory / "body",
      "--write-out",   "%{http_version} %{size_download} %{num_connects}"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Finished finished = run_to_end("curl", words);
  CurlResult result{
      .exit_code = finished.exit_code, .error = finished.err, .http_version = {}, .response = {}};
  std::istringstream facts(finished.out);
  facts >> result.http_version >> result.downloaded >> result.connections;
  read_heads(read_text(directory / "heads"), result.response);
  result.response.body = read_text(directory / "body");
  return result;
}

H2loadResult h2load(const H2loadOptions& options) {
  std::vector<std::string> words = {"-n" + std::to_string(options.requests),
                                    "-c" + std::to_string(options.clients),
                                    "-m" + std::to_string(options.streams)};
  if (options.http1) words.emplace_back("--h1");
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  words.push_back(options.url);
  const Finished finished = run_to_end("h2load", words);
  H2loadResult result{.output = finished.out + finished.err};
  result.done = number_before(result.output, "done");
  result.succeeded = number_before(result.output, "succeeded");
  result.failed = number_before(result.output, "failed");
  result.status_2xx = number_before(result.output, "2xx");
  result.status_4xx = number_before(result.output, "4xx");
  result.status_5xx = number_before(result.output, "5xx");
  const std::size_t rate = result.output.find(", ", result.output.find("finished in"));
  if (rate != std::string::npos) result.rate = std::atof(result.output.c_str() + rate + 2);
  return result;
}

}  // namespace barbacane::testkit

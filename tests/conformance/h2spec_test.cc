// The gateway under h2spec, the conformance tests for HTTP/2, in cleartext and over TLS.
//
// The program is built, not committed: tests/fixtures/fetch_h2spec, whose path BARBACANE_H2SPEC
// names (at configuration, or in the environment).
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testkit/certificates.h"
#include "testkit/child.h"
#include "testkit/spec_builder.h"
#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"

namespace barbacane::conformance {
namespace {

using testkit::SpecBuilder;
using testkit::TestGateway;

/// Fewer mean that h2spec has not done its work.
constexpr std::size_t kLeastTests = 140;

/// What we do not pass, and why that is right, by section and name of the test.
using Exceptions = std::map<std::string, std::string>;

const Exceptions kAlways = {
    {"http2/5.3.1: Sends PRIORITY frame that depend on itself",
     "a rule of RFC 7540; RFC 9113, 5.3.2, has done away with the priorities it is about, and our "
     "SETTINGS say that we do not use them"},
};
const Exceptions kInCleartext = {
    {"http2/3.5: Sends invalid connection preface",
     "what is no preface is taken for HTTP/1.1 on a port that speaks both; the connection is "
     "closed, behind a 400 in that version, which h2spec cannot read"},
};

std::string program() {
  const char* given = std::getenv("BARBACANE_H2SPEC");
  return given != nullptr && *given != '\0' ? given : BARBACANE_H2SPEC;
}

std::string spec() {
  SpecBuilder spec;
  for (const char* method : {"GET", "HEAD", "POST"}) {
    spec.operation(method, "/").mock(200, "hello, conformance", "text/plain");
  }
  return spec.text();
}

std::string attribute(const std::string& element, const std::string& name) {
  const std::size_t begin = element.find(name + "=\"") + name.size() + 2;
  return element.substr(begin, element.find('"', begin) - begin);
}

struct Report {
  std::size_t tests = 0;
  std::map<std::string, std::string> failures;  ///< what was expected and came, by name
};

/// What h2spec writes in JUnit's form, of which it uses little.
Report read_report(const std::string& xml) {
  Report report;
  const std::string kBegin = "<testcase ", kEnd = "</testcase>";
  for (std::size_t at = xml.find(kBegin); at != std::string::npos; at = xml.find(kBegin, at + 1)) {
    ++report.tests;
    const std::string element = xml.substr(at, xml.find(kEnd, at) - at);
    const std::size_t head = element.find('>');
    if (head + 1 == element.size()) continue;
    report.failures.emplace(attribute(element, "package") + ": " + attribute(element, "classname"),
                            element.substr(head + 1));
  }
  return report;
}

void check(const TestGateway& gateway, std::vector<std::string> flags, Exceptions exceptions) {
  if (program().empty()) GTEST_SKIP() << "no h2spec: see tests/fixtures/fetch_h2spec";
  const testkit::TempDirectory directory;
  const std::string report_file = directory / "report.xml";
  flags.insert(flags.end(), {"--host", "127.0.0.1", "--port", std::to_string(gateway.port()),
                             "--timeout", "5", "--junit-report", report_file});
  testkit::Child child(program(), flags, {});
  ASSERT_TRUE(child.wait(std::chrono::seconds(150)));
  const Report report = read_report(testkit::read_text(report_file));
  EXPECT_GE(report.tests, kLeastTests) << child.standard_error();
  exceptions.insert(kAlways.begin(), kAlways.end());
  for (const auto& [name, text] : report.failures) {
    EXPECT_TRUE(exceptions.contains(name)) << name << "\n" << text;
  }
  for (const auto& [name, reason] : exceptions) {
    EXPECT_TRUE(report.failures.contains(name)) << "passes by now: " << name;
  }
}

TEST(H2spec, PassesInCleartext) {
  const TestGateway gateway(spec());
  check(gateway, {}, kInCleartext);
}

TEST(H2spec, PassesOverTls) {
  const testkit::Certificates certificates;
  const testkit::Certificate good = certificates.good();
  const TestGateway gateway(
      spec(), {.serve_flags = {"--tls-cert", good.certificate, "--tls-key", good.key}});
  check(gateway, {"--tls", "--insecure"}, {});
}

}  // namespace
}  // namespace barbacane::conformance

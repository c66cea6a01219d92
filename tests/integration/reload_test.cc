// A new artifact under a running gateway: data-plane.md, 11.2, and what the admin port says of it
// (9.1).
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "occurrences.h"
#include "testkit/eventually.h"
#include "testkit/program.h"
#include "testkit/spec_builder.h"
#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testkit::Connection;
using testkit::eventually;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;

/// For what the gateway does in its own time.
constexpr seconds kPatience{30};
constexpr const char* kReloaded = "barbacane: hot-reload successful for artifact ";
constexpr const char* kFailed = "barbacane: hot-reload failed for artifact ";
constexpr const char* kUnchanged = "is unchanged, nothing to reload";

/// More than the gateway sends at once.
std::string large_body(int version) {
  std::string body;
  for (int i = 0; i < 3000; ++i) body += "version " + std::to_string(version) + '\n';
  return body;
}

/// Answers carry the version in a field and all over the body.
std::string spec(int version) {
  const std::string number = std::to_string(version);
  const std::string field = R"({"x-version":")" + number + "\"}";
  SpecBuilder spec;
  spec.operation("GET", "/small").mock(200, number, "text/plain").mock_config("headers", field);
  spec.operation("GET", "/large")
      .mock(200, large_body(version), "text/plain")
      .mock_config("headers", field);
  spec.operation("GET", "/slow").mock(200, number, "text/plain").mock_config("delay_ms", "1500");
  if (version > 1) spec.operation("GET", "/new").mock(200, "new", "text/plain");
  return spec.text();
}

/// Artifacts ready to be put in place, and a gateway that serves `api.bca` from version 1 on.
class Reload : public testing::Test {
 protected:
  void SetUp() override {
    compile(1);
    compile(2);
    publish(version(1));
  }

  void compile(int number, const std::vector<std::string>& flags = {}) {
    folder_.write("barbacane.yaml", "specs: ./specs/\nplugins: {}\n");
    folder_.write("specs/api.yaml", spec(number));
    std::vector<std::string> arguments{"compile", "-m", folder_ / "barbacane.yaml", "-o",
                                       version(number)};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const auto result = testkit::run(arguments);
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  std::string version(int number) const {
    return folder_ / ("v" + std::to_string(number) + ".bca");
  }
  std::string artifact() const { return folder_ / "api.bca"; }

  /// As `mv` does it.
  void publish(const std::string& file) const {
    fs::copy_file(file, folder_ / "next.bca", fs::copy_options::overwrite_existing);
    fs::rename(folder_ / "next.bca", artifact());
  }
  /// As `cp` does it.
  void overwrite(const std::string& bytes) const { folder_.write("api.bca", bytes); }

  TestGateway serve(std::vector<std::string> flags = {}) const {
    return TestGateway::from_artifact(artifact(), {.serve_flags = std::move(flags)});
  }

  testkit::TempDirectory folder_;
};

bool said(const TestGateway& gateway, std::string_view text, std::size_t times = 1) {
  return eventually(kPatience,
                    [&] { return occurrences(gateway.standard_error(), text) >= times; });
}

std::string health_of(const TestGateway& gateway, std::string_view member) {
  return text_member(object(gateway.get("/__barbacane/health").body), member);
}

TEST_F(Reload, HappensOnSighup) {
  auto gateway = serve();
  auto connection = gateway.connect();
  EXPECT_EQ(connection.get("/small").body, "1");
  EXPECT_EQ(connection.get("/new").status, 404);
  publish(version(2));
  gateway.process().signal(SIGHUP);
  ASSERT_TRUE(said(gateway, kReloaded)) << gateway.standard_error();
  EXPECT_EQ(connection.get("/small").body, "2") << "the connection is the same";
  EXPECT_EQ(connection.get("/new").status, 200);
  EXPECT_THAT(gateway.standard_error(), ContainsRegex("successful for artifact sha256:[0-9a-f]+ "
                                                      "\\(4 route\\(s\\) in [0-9]+ms\\)\n"));
  EXPECT_EQ(gateway.stop(), 0);
}

TEST_F(Reload, NeedsASignalUnlessToldToWatch) {
  auto gateway = serve();
  publish(version(2));
  std::this_thread::sleep_for(milliseconds(500));
  EXPECT_EQ(gateway.get("/small").body, "1");
  EXPECT_THAT(gateway.standard_error(), Not(HasSubstr("reload")));
}

TEST_F(Reload, FollowsAFileThatIsRenamedIntoPlace) {
  auto gateway = serve({"--watch"});
  publish(version(2));
  ASSERT_TRUE(said(gateway, kReloaded)) << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "2");
  publish(version(1));
  ASSERT_TRUE(said(gateway, kReloaded, 2)) << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "1");
}

TEST_F(Reload, FollowsAFileThatIsWrittenInPlace) {
  auto gateway = serve({"--watch"});
  overwrite(testkit::read_text(version(2)));
  ASSERT_TRUE(said(gateway, kReloaded)) << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "2");
  EXPECT_THAT(gateway.standard_error(), Not(HasSubstr(kFailed)));
}

TEST_F(Reload, WaitsForAWriterThatComesBack) {
  auto gateway = serve({"--watch"});
  const std::string bytes = testkit::read_text(version(2));
  const std::size_t half = bytes.size() / 2;
  overwrite(bytes.substr(0, half));
  std::this_thread::sleep_for(milliseconds(20));
  overwrite(bytes);
  ASSERT_TRUE(said(gateway, kReloaded)) << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "2");
}

/// A volume of Kubernetes: `api.bca` leads through `..data`, which is turned from one folder to the
/// next.
TEST_F(Reload, FollowsALinkThatIsTurned) {
  for (const int number : {1, 2}) {
    const std::string folder = folder_ / (".." + std::to_string(number));
    fs::create_directory(folder);
    fs::copy_file(version(number), folder + "/mounted.bca");
  }
  fs::create_symlink("..1", folder_ / "..data");
  fs::create_symlink("..data/mounted.bca", folder_ / "mounted.bca");
  auto gateway = TestGateway::from_artifact(folder_ / "mounted.bca", {.serve_flags = {"--watch"}});
  EXPECT_EQ(gateway.get("/small").body, "1");
  fs::create_symlink("..2", folder_ / "..data_tmp");
  fs::rename(folder_ / "..data_tmp", folder_ / "..data");
  fs::remove_all(folder_ / "..1");
  ASSERT_TRUE(said(gateway, kReloaded)) << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "2");
}

TEST_F(Reload, ServesOnWhileTheFileIsGone) {
  auto gateway = serve({"--watch"});
  fs::remove(artifact());
  ASSERT_TRUE(said(gateway, "is gone, serving on what was loaded\n")) << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "1");
  gateway.process().signal(SIGHUP);
  ASSERT_TRUE(said(gateway, "artifact not found: " + artifact() + "\n"))
      << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "1");
  publish(version(2));
  ASSERT_TRUE(said(gateway, kReloaded)) << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "2");
}

TEST_F(Reload, NeverTakesABadArtifact) {
  auto gateway = serve({"--watch"});
  const std::string good = testkit::read_text(version(2));
  std::string flipped = good;
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
  const std::vector<std::string> bad = {"", "no archive", good.substr(0, good.size() / 2), flipped};
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const std::string file = folder_.write("bad.bca", bad[i]);
    publish(file);
    ASSERT_TRUE(said(gateway, kFailed + artifact() + ": ", i + 1)) << gateway.standard_error();
    EXPECT_EQ(gateway.get("/small").body, "1") << i;
  }
  EXPECT_EQ(occurrences(gateway.standard_error(), kReloaded), 0U);
  publish(version(2));
  ASSERT_TRUE(said(gateway, kReloaded)) << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "2");
  ASSERT_EQ(gateway.stop(), 0);
  EXPECT_EQ(occurrences(gateway.log(), "\"event\":\"reload_failed\""), bad.size());
  EXPECT_THAT(gateway.log(), ContainsRegex("\"reload_failed\".*\"exit_code\":10"));
}

TEST_F(Reload, ChecksTheSignatureEveryTime) {
  // RFC 8410, 10.3: the example key, and its public half.
  const std::string key =
      folder_.write("key.pem",
                    "-----BEGIN PRIVATE KEY-----\n"
                    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                    "-----END PRIVATE KEY-----\n");
  const std::string manifest = folder_.write("barbacane.yaml", "specs: ./specs/\nplugins: {}\n");
  const std::string is_signed = folder_ / "signed.bca";
  ASSERT_EQ(testkit::run({"compile", "-m", manifest, "-o", is_signed},
                         {.environment = {{"BARBACANE_SIGNING_KEY", key}}})
                .exit_code,
            0);
  publish(is_signed);
  auto gateway = TestGateway::from_artifact(
      artifact(),
      {.serve_flags = {"--watch"},
       .environment = {{"BARBACANE_TRUSTED_PUBKEY",
                        "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"}}});
  publish(version(1));
  ASSERT_TRUE(said(gateway, kFailed + artifact() + ": artifact signature verification failed: "))
      << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "2");
}

TEST_F(Reload, DoesNothingWithTheSameArtifact) {
  auto gateway = serve({"--watch"});
  gateway.process().signal(SIGHUP);
  ASSERT_TRUE(said(gateway, kUnchanged)) << gateway.standard_error();
  publish(version(1));
  ASSERT_TRUE(said(gateway, kUnchanged, 2)) << gateway.standard_error();
  EXPECT_EQ(occurrences(gateway.standard_error(), kReloaded), 0U);
  ASSERT_EQ(gateway.stop(), 0);
  EXPECT_EQ(occurrences(gateway.log(), "\"event\":\"artifact_unchanged\""), 2U);
}

TEST_F(Reload, TellsEverywhereWhatIsServed) {
  compile(2, {"--provenance-commit", "c0ffee"});
  auto gateway = serve({"--watch"});
  const std::string before = health_of(gateway, "artifact");
  EXPECT_EQ(health_of(gateway, "status"), "healthy");
  publish(version(2));
  ASSERT_TRUE(said(gateway, kReloaded)) << gateway.standard_error();
  const std::string after = health_of(gateway, "artifact");
  EXPECT_NE(after, before);
  EXPECT_THAT(gateway.standard_error(), HasSubstr(kReloaded + after));

  const auto traffic = object(gateway.get("/__barbacane/health").body);
  const auto admin = object(gateway.admin_get("/health").body);
  EXPECT_EQ(traffic.at("routes_count"), 4);
  for (const char* member :
       {"status", "artifact_version", "compiler_version", "routes_count", "artifact"}) {
    EXPECT_EQ(admin.at(member), traffic.at(member)) << member;
  }
  EXPECT_TRUE(admin.contains("uptime_secs"));
  const auto provenance = object(gateway.admin_get("/provenance").body);
  EXPECT_EQ(text_member(provenance, "artifact_hash"), after);
  EXPECT_EQ(text_member(provenance.at("provenance").as_object(), "commit"), "c0ffee");
  EXPECT_THAT(gateway.get("/__barbacane/specs/api.yaml").body, HasSubstr("/new"));

  ASSERT_EQ(gateway.stop(), 0);
  const std::string log = gateway.log();
  const std::size_t at = log.find("\"event\":\"artifact_reloaded\"");
  ASSERT_NE(at, std::string::npos) << log;
  const std::size_t line = log.rfind('\n', at) + 1;
  const auto record = object(log.substr(line, log.find('\n', at) - line));
  const auto& fields = record.at("fields").as_object();
  EXPECT_EQ(text_member(fields, "artifact_hash"), after);
  EXPECT_EQ(text_member(fields, "old_artifact_hash"), before);
  EXPECT_EQ(fields.at("old_routes"), 3);
  EXPECT_EQ(fields.at("new_routes"), 4);
  EXPECT_TRUE(fields.contains("duration_ms"));
}

TEST_F(Reload, LetsOpenRequestsFinishOnTheirVersion) {
  auto gateway = serve({"--watch"});
  auto busy = gateway.connect();
  busy.send(RequestBuilder("GET", "/slow").bytes());
  std::this_thread::sleep_for(milliseconds(200));
  publish(version(2));
  ASSERT_TRUE(said(gateway, kReloaded)) << gateway.standard_error();
  EXPECT_EQ(gateway.get("/small").body, "2");
  EXPECT_EQ(busy.read().body, "1");
  EXPECT_EQ(busy.get("/small").body, "2");
}

/// Empty when an answer is from one version, and whole.
std::string fault_in(const Response& response, const std::string& small, const std::string& large) {
  if (response.status == 200 && (response.body == small || response.body == large)) return {};
  return std::to_string(response.status) + " of version " + small + ": " +
         response.body.substr(0, 100);
}

/// Requests in a ring until told to stop or an answer is wrong; returns what is.
std::string call(const TestGateway& gateway, const std::atomic<bool>& stop,
                 std::atomic<std::size_t>& answers) {
  const std::map<std::string, std::string> large = {{"1", large_body(1)}, {"2", large_body(2)}};
  try {
    Connection connection = gateway.connect();
    while (!stop) {
      for (const char* target : {"/small", "/large"}) {
        const Response response = connection.get(target);
        const std::string version = response.header("x-version");
        std::string fault = fault_in(response, version, large.at(version));
        if (!fault.empty()) return fault;
        ++answers;
      }
    }
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

TEST_F(Reload, LosesNoRequestUnderLoad) {
  constexpr std::size_t kSwaps = 25;
  auto gateway = serve({"--watch", "--workers", "3"});
  std::atomic<bool> stop = false;
  std::atomic<std::size_t> answers = 0;
  std::vector<std::string> faults(6);
  std::vector<std::thread> clients;
  for (std::string& fault : faults) {
    clients.emplace_back([&] { fault = call(gateway, stop, answers); });
  }
  bool swapped = true;
  for (std::size_t i = 1; i <= kSwaps && swapped; ++i) {
    const std::size_t so_far = answers;
    publish(version(i % 2 == 1 ? 2 : 1));
    swapped =
        said(gateway, kReloaded, i) && eventually(kPatience, [&] { return answers > so_far + 8; });
  }
  stop = true;
  for (std::thread& client : clients) client.join();
  EXPECT_TRUE(swapped) << gateway.standard_error();
  for (const std::string& fault : faults) EXPECT_EQ(fault, "");
  EXPECT_EQ(gateway.stop(), 0);
}

TEST_F(Reload, RemembersWhatComesWhileItIsBusy) {
  auto gateway = serve({"--watch"});
  // Whatever is lost or merged on the way, the last one counts.
  for (int i = 0; i < 50; ++i) {
    publish(version(i % 2 == 0 ? 2 : 1));
    gateway.process().signal(SIGHUP);
  }
  publish(version(2));
  EXPECT_TRUE(eventually(kPatience, [&] { return gateway.get("/small").body == "2"; }));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(gateway.get("/small").body, "2");
  EXPECT_THAT(gateway.standard_error(), Not(HasSubstr(kFailed)));
}

TEST_F(Reload, IsOverWhenTheGatewayDrains) {
  auto gateway = serve({"--watch"});
  auto busy = gateway.connect();
  busy.send(RequestBuilder("GET", "/slow").bytes());
  std::this_thread::sleep_for(milliseconds(200));
  gateway.process().signal(SIGTERM);
  ASSERT_TRUE(said(gateway, "draining connections...\n"));
  gateway.process().signal(SIGHUP);
  EXPECT_EQ(busy.read().body, "1");
  EXPECT_EQ(gateway.process().wait(seconds(10)), 0) << gateway.standard_error();
}

}  // namespace
}  // namespace barbacane::integration

// `barbacane serve` before it serves: flags, exit codes, lines on standard error (cli.md, section
// 6).
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "json_body.h"
#include "testkit/error.h"
#include "testkit/program.h"
#include "testkit/spec_builder.h"
#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"
#include "testkit/wasm_builder.h"

namespace barbacane::integration {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;
using testkit::RunResult;
using testkit::SpecBuilder;
using testkit::TestGateway;

/// A socket that listens on a free port of loopback and lets nobody share it.
class BusyPort {
 public:
  BusyPort() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~BusyPort() { ::close(socket_); }
  const std::string& address() const { return address_; }

 private:
  int socket_;
  std::string address_;
};

std::string unpack(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  std::string bytes(1 << 20, '\0');
  const int got = gzread(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

void pack(const std::string& path, const std::string& bytes) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

class ServeCommand : public testing::Test {
 protected:
  void SetUp() override {
    SpecBuilder spec;
    spec.operation("GET", "/hello").mock(200, "hello there", "text/plain");
    compile(spec.text());
  }

  void compile(const std::string& spec, const std::string& plugins = "{}",
               const std::map<std::string, std::string>& environment = {}) {
    folder_.write("barbacane.yaml", "specs: ./specs/\nplugins: " + plugins + "\n");
    folder_.write("specs/api.yaml", spec);
    const RunResult result =
        testkit::run({"compile", "-m", "barbacane.yaml", "-o", "api.bca"},
                     {.environment = environment, .directory = folder_.path()});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }

  RunResult serve(std::vector<std::string> flags = {},
                  const std::map<std::string, std::string>& environment = {}) {
    std::vector<std::string> arguments{"serve", "--artifact", artifact()};
    if (flags.empty()) flags = {"--listen=127.0.0.1:0"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return testkit::run(arguments, {.environment = environment,
                                    .directory = folder_.path(),
                                    .timeout = std::chrono::seconds(20)});
  }

  void rewrite(const std::string& from, const std::string& to) {
    std::string bytes = unpack(artifact());
    const std::size_t at = bytes.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    ASSERT_EQ(from.size(), to.size());
    bytes.replace(at, from.size(), to);
    pack(artifact(), bytes);
  }

  std::string artifact() const { return folder_ / "api.bca"; }

  testkit::TempDirectory folder_;
};

TEST_F(ServeCommand, TellsWhereItListens) {
  auto gateway = TestGateway::from_artifact(artifact());
  const std::string expected =
      "barbacane: loaded 1 route\\(s\\) from artifact\n"
      "barbacane: listening on http://127\\.0\\.0\\.1:[0-9]+\n"
      "barbacane: admin API on http://127\\.0\\.0\\.1:[0-9]+\n";
  EXPECT_THAT(gateway.standard_error(), MatchesRegex(expected));
  EXPECT_EQ(gateway.get("/hello").body, "hello there");
}

TEST_F(ServeCommand, WarnsWhenErrorsTellClientsAboutTheSpecs) {
  for (const bool development : {false, true}) {
    std::vector<std::string> flags;
    if (development) flags.emplace_back("--dev");
    auto gateway = TestGateway::from_artifact(artifact(), {.serve_flags = flags});
    EXPECT_EQ(gateway.stop(), 0);
    EXPECT_EQ(gateway.log().find("--dev") != std::string::npos, development) << gateway.log();
  }
}

TEST_F(ServeCommand, LogsItsLifeAsJsonLines) {
  auto gateway = TestGateway::from_artifact(artifact());
  const auto answer = gateway.get("/hello");
  EXPECT_EQ(gateway.stop(), 0);
  std::map<std::string, boost::json::object> events;
  std::istringstream lines(gateway.log());
  for (std::string line; std::getline(lines, line);) {
    const auto record = object(line);
    EXPECT_TRUE(record.contains("timestamp")) << line;
    EXPECT_TRUE(record.contains("level")) << line;
    events[text_member(record, "event")] = record;
  }
  for (const char* event : {"startup", "artifact_loaded", "listening", "request_completed",
                            "shutdown", "signature_check_disabled"}) {
    EXPECT_TRUE(events.contains(event)) << event;
  }
  ASSERT_TRUE(events.contains("request_completed"));
  const auto& request = events["request_completed"];
  EXPECT_EQ(text_member(request, "request_id"), answer.header("x-request-id"));
  const auto& fields = request.at("fields").as_object();
  EXPECT_EQ(text_member(fields, "path"), "/hello");
  EXPECT_EQ(fields.at("status"), 200);
}

TEST_F(ServeCommand, LogsWhatItIsAskedTo) {
  auto quiet = TestGateway::from_artifact(artifact(), {.serve_flags = {"--log-level", "error"}});
  quiet.get("/hello");
  quiet.stop();
  EXPECT_THAT(quiet.log(), IsEmpty());

  auto loud = TestGateway::from_artifact(
      artifact(),
      {.serve_flags = {"--log-level", "error"}, .environment = {{"RUST_LOG", "barbacane=info"}}});
  loud.get("/hello");
  loud.stop();
  EXPECT_THAT(loud.log(), HasSubstr("request_completed"));

  auto pretty = TestGateway::from_artifact(artifact(), {.serve_flags = {"--log-format", "PRETTY"}});
  pretty.get("/hello");
  pretty.stop();
  EXPECT_THAT(pretty.log(), HasSubstr("request_completed"));
  EXPECT_THAT(pretty.log(), Not(StartsWith("{")));
}

TEST_F(ServeCommand, EndsWith1OnFlagsThatMakeNoSense) {
  const RunResult listen = serve({"--listen", "localhost:8080"});
  EXPECT_EQ(listen.exit_code, 1);
  EXPECT_EQ(listen.err, "error: invalid listen address: localhost:8080\n");

  const RunResult admin = serve({"--listen", "127.0.0.1:0", "--admin-bind", "nowhere"});
  EXPECT_EQ(admin.exit_code, 1);
  EXPECT_THAT(admin.err, StartsWith("error: invalid --admin-bind address 'nowhere': "));

  const RunResult proxies = serve({"--listen", "127.0.0.1:0", "--trusted-proxies", "10.0.0.0/99"});
  EXPECT_EQ(proxies.exit_code, 1);
  EXPECT_THAT(proxies.err, HasSubstr("10.0.0.0/99"));
}

TEST_F(ServeCommand, EndsWith1OnTlsFlagsThatDoNotFitTogether) {
  const std::map<std::string, std::vector<std::string>> cases = {
      {"--tls-cert requires --tls-key", {"--tls-cert", "a.pem"}},
      {"--tls-key requires --tls-cert", {"--tls-key", "a.key"}},
      {"--tls-min-version must be '1.2' or '1.3', got '1.1'", {"--tls-min-version", "1.1"}},
      {"--tls-client-auth requires --tls-client-ca", {"--tls-client-auth", "optional"}},
      {"--tls-client-ca requires --tls-cert and --tls-key", {"--tls-client-ca", "ca.pem"}},
  };
  for (const auto& [message, flags] : cases) {
    const RunResult result = serve(flags);
    EXPECT_EQ(result.exit_code, 1) << message;
    EXPECT_EQ(result.err, "error: " + message + "\n");
  }
  EXPECT_EQ(serve({"--http2-max-streams", "0"}).exit_code, 2);
  EXPECT_EQ(serve({"--http2-window", "much"}).exit_code, 2);
}

TEST_F(ServeCommand, ChecksFlagsBeforeTheArtifact) {
  EXPECT_EQ(testkit::run({"serve", "--artifact", "gone.bca", "--listen", "x"}).exit_code, 1);
}

TEST_F(ServeCommand, EndsWith10WithoutAUsableArtifact) {
  const RunResult missing = testkit::run({"serve", "--artifact", "gone.bca"});
  EXPECT_EQ(missing.exit_code, 10);
  EXPECT_EQ(missing.err, "error: artifact not found: gone.bca\n");

  folder_.write("api.bca", "this is no archive");
  EXPECT_EQ(serve().exit_code, 10);
  folder_.write("api.bca", "");
  EXPECT_EQ(serve().exit_code, 10);
  const RunResult directory = testkit::run({"serve", "--artifact", folder_.path().string()});
  EXPECT_EQ(directory.exit_code, 10);
  EXPECT_THAT(directory.err, StartsWith("error: "));
}

TEST_F(ServeCommand, EndsWith10OnAnotherFormatVersion) {
  rewrite("\"barbacane_artifact_version\": 4", "\"barbacane_artifact_version\": 5");
  const RunResult result = serve();
  EXPECT_EQ(result.exit_code, 10) << result.err;
}

TEST_F(ServeCommand, EndsWith11OnAChangedArtifact) {
  rewrite("hello there", "hello THERE");
  const RunResult result = serve();
  EXPECT_EQ(result.exit_code, 11);
  EXPECT_THAT(result.err, StartsWith("error: artifact integrity check failed: "));
}

TEST_F(ServeCommand, EndsWith11OnAnUnsignedArtifactUnderATrustedKey) {
  const RunResult result =
      serve({"--listen", "127.0.0.1:0"}, {{"BARBACANE_TRUSTED_PUBKEY", std::string(64, 'a')}});
  EXPECT_EQ(result.exit_code, 11);
  EXPECT_THAT(result.err, StartsWith("error: artifact signature verification failed: "));
}

TEST_F(ServeCommand, AcceptsASignedArtifactUnderItsKey) {
  // RFC 8410, 10.3: the example key, and its public half.
  folder_.write("key.pem",
                "-----BEGIN PRIVATE KEY-----\n"
                "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                "-----END PRIVATE KEY-----\n");
  SpecBuilder spec;
  spec.operation("GET", "/hello").mock();
  compile(spec.text(), "{}", {{"BARBACANE_SIGNING_KEY", folder_ / "key.pem"}});
  const std::string key = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
  auto gateway = TestGateway::from_artifact(
      artifact(), {.environment = {{"BARBACANE_TRUSTED_PUBKEY", " " + key + "\n"}}});
  EXPECT_EQ(gateway.get("/hello").status, 200);
  const RunResult other =
      serve({"--listen", "127.0.0.1:0"}, {{"BARBACANE_TRUSTED_PUBKEY", std::string(64, '1')}});
  EXPECT_EQ(other.exit_code, 11);
}

TEST_F(ServeCommand, EndsWith12OnAModuleWhoseCodeIsNotValid) {
  testkit::WasmBuilder module = testkit::json_plugin("dispatcher");
  module.handler("takes_from_an_empty_stack", "()", testkit::code::drop());
  folder_.write("plugins/teapot.wasm", module.build());
  SpecBuilder spec;
  spec.operation("GET", "/x").dispatch("teapot", "{}");
  compile(spec.text(), "{teapot: {path: ./plugins/teapot.wasm}}");
  const RunResult result = serve();
  EXPECT_EQ(result.exit_code, 12);
  EXPECT_THAT(result.err, ContainsRegex("^error: .*teapot"));
}

TEST_F(ServeCommand, EndsWith13OnSecretReferences) {
  SpecBuilder spec;
  spec.operation("GET", "/x").mock(200, "env://SECRET_TEXT", "text/plain");
  compile(spec.text());
  const RunResult result = serve();
  EXPECT_EQ(result.exit_code, 13);
  EXPECT_THAT(result.err, StartsWith("error: failed to resolve secrets: "));
}

TEST_F(ServeCommand, EndsWith15OnABusyAddress) {
  const BusyPort busy;
  const RunResult result = serve({"--listen", busy.address(), "--admin-bind", "off"});
  EXPECT_EQ(result.exit_code, 15);
  EXPECT_THAT(result.err, HasSubstr("error: failed to bind to " + busy.address() + ": "));
}

TEST_F(ServeCommand, EndsWith15WhenAnotherGatewayHasTheAddress) {
  auto first = TestGateway::from_artifact(artifact());
  const std::string address = "127.0.0.1:" + std::to_string(first.port());
  const RunResult second = serve({"--listen", address, "--admin-bind", "off"});
  EXPECT_EQ(second.exit_code, 15);
  EXPECT_THAT(second.err, HasSubstr("error: failed to bind to " + address + ": "));
  EXPECT_EQ(first.get("/hello").status, 200);
}

TEST_F(ServeCommand, ServesOnWithABusyAdminAddress) {
  const BusyPort busy;
  testkit::Child child(testkit::program_path(),
                       {"serve", "--artifact", artifact(), "--listen", "127.0.0.1:0",
                        "--admin-bind", busy.address()},
                       {});
  bool listening = false;
  for (int i = 0; i < 2000 && !listening && child.running(); ++i) {
    listening = child.standard_error().contains("listening on http://");
    ::usleep(5000);
  }
  EXPECT_TRUE(listening) << child.standard_error();
  EXPECT_TRUE(child.running());
  EXPECT_THAT(child.standard_error(), Not(HasSubstr("admin API")));
}

TEST_F(ServeCommand, RunsWithoutAnAdminPort) {
  auto gateway = TestGateway::from_artifact(artifact(), {.serve_flags = {"--admin-bind", "off"}});
  EXPECT_THAT(gateway.standard_error(), Not(HasSubstr("admin API")));
  EXPECT_EQ(gateway.get("/hello").status, 200);
}

TEST_F(ServeCommand, RunsAsManyWorkersAsAsked) {
  auto gateway = TestGateway::from_artifact(artifact(), {.serve_flags = {"--workers", "3"}});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(gateway.get("/hello").status, 200);
  EXPECT_EQ(gateway.stop(), 0);
}

TEST_F(ServeCommand, ListensOnIpv6) {
  auto gateway = TestGateway::from_artifact(artifact(), {.serve_flags = {"--listen", "[::1]:0"}});
  EXPECT_THAT(gateway.standard_error(), HasSubstr("listening on http://[::1]:"));
}

}  // namespace
}  // namespace barbacane::integration

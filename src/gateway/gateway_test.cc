// The gateway with its threads and sockets, as far as its own face goes; what it answers is tested
// in pipeline_test.cc.

#include "gateway/gateway.h"

#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/address.h"
#include "gateway/detail/test_gateway_state.h"
#include "gateway/process_state.h"

namespace barbacane::gateway {
namespace {

using testing::HasSubstr;

std::shared_ptr<const Snapshot> snapshot_with(const std::string& body) {
  artifact::Contents contents;
  contents.manifest.artifact_hash = "sha256:abc";
  contents.manifest.provenance.commit = "c0ffee";
  contents.specs.push_back(
      {.file = "api.yaml", .sha256 = "00", .type = "openapi", .version = "3.1.0", .bytes = {}});
  contents.routes.operations.push_back(mock("GET", "/a", R"({"body":")" + body + R"("})"));
  contents.routes.operations.push_back(mock("GET", "/slow", R"({"delay_ms":300,"body":"slow"})"));
  static ProcessState process;
  auto built = Snapshot::build(std::move(contents), {Options(), process});
  return built ? std::shared_ptr<const Snapshot>(std::move(*built)) : nullptr;
}

/// A connected socket that closes itself.
class Client {
 public:
  explicit Client(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const auto endpoint = parse_address(address).value();
    if (::connect(socket_, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
      ADD_FAILURE() << "cannot connect to " << address;
    }
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  void send(const std::string& bytes) const {
    ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// What arrives until the other end closes.
  std::string receive() const {
    std::string text;
    char bytes[4096];
    for (ssize_t n; (n = ::recv(socket_, bytes, sizeof bytes, 0)) > 0;) {
      text.append(bytes, static_cast<std::size_t>(n));
    }
    return text;
  }

 private:
  int socket_;
};

std::string get(const std::string& address, const std::string& path) {
  Client client(address);
  client.send("GET " + path + " HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
  return client.receive();
}

class GatewayOverSockets : public testing::Test {
 protected:
  GatewayOverSockets() {
    options_.listen = "127.0.0.1:0";
    options_.admin_bind = "127.0.0.1:0";
    options_.workers = 2;
  }

  std::unique_ptr<Gateway> created() {
    auto gateway = Gateway::create(options_, log_);
    EXPECT_TRUE(gateway) << gateway.error().message;
    return gateway ? std::move(*gateway) : nullptr;
  }
  std::unique_ptr<Gateway> started() {
    auto gateway = created();
    const auto running = gateway->start(snapshot_with("one"));
    EXPECT_TRUE(running) << running.error().message;
    return gateway;
  }

  Options options_;
  telemetry::Log log_{telemetry::Level::kError, telemetry::LogFormat::kJson, 2};
};

TEST_F(GatewayOverSockets, AnswersOnTheAddressItNames) {
  const auto gateway = started();
  EXPECT_THAT(get(gateway->traffic_address(), "/a"), HasSubstr("\r\n\r\none"));
}

TEST_F(GatewayOverSockets, ServesTheAdminPortWithoutTrafficFields) {
  const auto gateway = started();
  const std::string health = get(gateway->admin_address(), "/health");
  EXPECT_THAT(health, HasSubstr("\"uptime_secs\":"));
  EXPECT_THAT(health, HasSubstr("\"routes_count\":2"));
  EXPECT_THAT(health, testing::Not(HasSubstr("x-request-id")));
  EXPECT_THAT(get(gateway->admin_address(), "/provenance"),
              HasSubstr(R"("provenance":{"commit":"c0ffee","source":null},"source_specs":[{"file":)"
                        R"("api.yaml","sha256":"00","type":"openapi"}],"plugins":[],)"
                        R"("drift_detected":false})"));
  EXPECT_THAT(get(gateway->admin_address(), "/metrics"), HasSubstr("{\"error\":\"not found\"}"));
}

TEST_F(GatewayOverSockets, AnswersFromTheNewSnapshotAfterASwap) {
  const auto gateway = started();
  const auto next = snapshot_with("two");
  gateway->swap(next);
  EXPECT_EQ(gateway->current(), next);
  // Whichever worker gets the connection.
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(get(gateway->traffic_address(), "/a"), HasSubstr("\r\n\r\ntwo"));
  }
}

TEST_F(GatewayOverSockets, KeepsAnOldSnapshotUntilItsLastRequestIsAnswered) {
  const auto gateway = started();
  const std::weak_ptr<const Snapshot> old = gateway->current();
  Client client(gateway->traffic_address());
  client.send("GET /slow HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
  while (gateway->open_connections() == 0) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  gateway->swap(snapshot_with("two"));
  EXPECT_EQ(gateway->free_retired(), 1U);
  EXPECT_FALSE(old.expired());
  EXPECT_THAT(client.receive(), HasSubstr("\r\n\r\nslow"));
  // No worker frees it, though none uses it any more.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(old.expired());
  while (gateway->free_retired() > 0) std::this_thread::yield();
  EXPECT_TRUE(old.expired());
}

TEST_F(GatewayOverSockets, TakesNoSnapshotWhenItHasStopped) {
  const auto gateway = started();
  const auto last = gateway->current();
  gateway->shutdown({});
  gateway->swap(snapshot_with("two"));
  EXPECT_EQ(gateway->current(), last);
}

TEST_F(GatewayOverSockets, FinishesRequestsBeforeItStops) {
  const auto gateway = started();
  Client client(gateway->traffic_address());
  client.send("GET /slow HTTP/1.1\r\nhost: t\r\n\r\n");
  while (gateway->open_connections() == 0) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(gateway->shutdown({}), 0U);
  EXPECT_THAT(client.receive(), HasSubstr("\r\n\r\nslow"));
}

TEST_F(GatewayOverSockets, CutsWhatDoesNotFinishInTime) {
  options_.shutdown_timeout = std::chrono::seconds(0);
  const auto gateway = started();
  Client client(gateway->traffic_address());
  client.send("GET /slow HTTP/1.1\r\nhost: t\r\n\r\n");
  while (gateway->open_connections() == 0) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(gateway->shutdown({}), 1U);
  EXPECT_EQ(client.receive(), "");
}

TEST_F(GatewayOverSockets, RefusesAnAddressAnotherGatewayUses) {
  const auto first = started();
  options_.listen = first->traffic_address();
  const auto second = created();
  const auto started = second->start(snapshot_with("two"));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().exit_code, 15);
  EXPECT_THAT(started.error().message, HasSubstr("failed to bind to " + options_.listen + ": "));
}

TEST_F(GatewayOverSockets, GoesOnWithoutABusyAdminPort) {
  const auto first = started();
  options_.admin_bind = first->admin_address();
  const auto second = started();
  EXPECT_EQ(second->admin_address(), "");
  EXPECT_THAT(get(second->traffic_address(), "/a"), HasSubstr("one"));
}

TEST(GatewayOptions, RefuseAddressesThatAreNone) {
  telemetry::Log log(telemetry::Level::kError, telemetry::LogFormat::kJson, 2);
  const auto error_of = [&](Options options) {
    const auto gateway = Gateway::create(std::move(options), log);
    return gateway ? StartError{0, ""} : gateway.error();
  };
  Options options;
  for (const char* listen : {"localhost:8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", ":80",
                             "::1:80", "127.0.0.1:8x"}) {
    options.listen = listen;
    const StartError error = error_of(options);
    EXPECT_EQ(error.exit_code, 1) << listen;
    EXPECT_EQ(error.message, std::string("invalid listen address: ") + listen);
  }
  options.listen = "[::1]:0";
  EXPECT_EQ(error_of(options).exit_code, 0);
  options.admin_bind = "nowhere";
  EXPECT_THAT(error_of(options).message, HasSubstr("invalid --admin-bind address 'nowhere': "));
  options.admin_bind = "off";
  EXPECT_EQ(error_of(options).exit_code, 0);
  options.trusted_proxies = {"10.0.0.0/40"};
  EXPECT_EQ(error_of(options).exit_code, 1);
}

}  // namespace
}  // namespace barbacane::gateway

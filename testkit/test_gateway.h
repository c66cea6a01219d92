#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/connection.h"
#include "testkit/program.h"
#include "testkit/temp_directory.h"

/// A gateway of one's own: specs compiled by the real program, served by the real program, on free
/// ports of loopback.
///
///     TestGateway gateway(SpecBuilder().…text());
///     EXPECT_EQ(gateway.get("/users/7").status, 200);
///
/// The constructor returns when it listens, and throws TestkitError with what the program said when
/// it does not come to that. The destructor kills what still runs; a test that cares about an
/// orderly end calls `stop`.
namespace barbacane::testkit {

struct GatewayOptions {
  std::vector<std::string> serve_flags = {};  ///< behind those of the testkit; ports may be given
  std::vector<std::string> compile_flags = {};
  std::map<std::string, std::string> environment = {};
  std::chrono::milliseconds start_timeout{30'000};
};

/// Compiles specs, by file name, in a project in that folder, and returns the artifact's path.
std::string compile_artifact(const TempDirectory& directory,
                             const std::map<std::string, std::string>& specs,
                             const GatewayOptions& options = {});

class TestGateway {
 public:
  /// One spec as text.
  explicit TestGateway(std::string_view spec, const GatewayOptions& options = {});
  /// Specs by file name, as they lie in the project's folder.
  explicit TestGateway(const std::map<std::string, std::string>& specs,
                       const GatewayOptions& options = {});
  /// An artifact that exists already.
  static TestGateway from_artifact(const std::string& artifact, const GatewayOptions& options = {});

  TestGateway(TestGateway&&) = default;

  std::uint16_t port() const { return port_; }
  std::uint16_t admin_port() const { return admin_port_; }  ///< 0 when there is none
  const std::string& artifact() const { return artifact_; }
  pid_t pid() const { return child_->pid(); }
  Child& process() { return *child_; }

  Connection connect() const { return Connection(port_); }
  /// One request on a connection of its own.
  Response request(const RequestBuilder& request) const;
  Response get(std::string_view target) const;
  Response admin_get(std::string_view target) const;

  std::string log() const { return child_->standard_output(); }
  std::string standard_error() const { return child_->standard_error(); }
  /// Waits until standard error, or the log, contains the text.
  bool wait_for_error_text(std::string_view text, std::chrono::milliseconds within) const;
  bool wait_for_log(std::string_view text, std::chrono::milliseconds within) const;

  /// SIGTERM and the exit code; throws when it does not end in time.
  int stop(std::chrono::milliseconds within = std::chrono::milliseconds(20'000));

 private:
  TestGateway() = default;
  void start(const GatewayOptions& options);
  std::uint16_t port_after(std::string_view line) const;

  std::unique_ptr<TempDirectory> directory_;
  std::string artifact_;
  std::unique_ptr<Child> child_;
  std::uint16_t port_ = 0;
  std::uint16_t admin_port_ = 0;
};

}  // namespace barbacane::testkit

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/certificates.h"
#include "testkit/child.h"

/// Real servers as upstreams: Debian's nginx, HAProxy and nghttpd on a free port of loopback.
///
///     NginxUpstream upstream({.behaviour = "location = /users { return 200 '[]'; }"});
///     HaproxyUpstream secure({.protocol = PeerProtocol::kHttp2, .certificate = …});
///
/// The constructor returns when the port takes connections, and throws TestkitError with what the
/// program said when it does not come to that. The destructor ends it, by its process id.
namespace barbacane::testkit {

enum class PeerProtocol {
  kHttp,   ///< HTTP/1.1 in clear text
  kHttps,  ///< HTTP/1.1 over TLS
  kHttp2,  ///< TLS that offers h2 before http/1.1
};

struct PeerOptions {
  PeerProtocol protocol = PeerProtocol::kHttp;
  Certificate certificate = {};  ///< for TLS
  /// Clients must show a certificate of this authority; empty: none is asked for.
  std::string client_trust = {};
  /// Lines of nginx's `server` block, of HAProxy's `frontend` section, or of nghttpd's options.
  /// Empty: every path is answered with 200 and JSON that tells what arrived; nginx also serves and
  /// takes (PUT) files below /files/; nghttpd serves the files of its directory.
  std::string behaviour = {};
  /// Lines of nginx's `http` block, or of HAProxy's `defaults` section.
  std::string settings = {};
  std::uint16_t port = 0;  ///< 0: a free one
};

/// A child that listens on one port; what the two servers have in common.
class Peer {
 public:
  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path = {}) const;
  pid_t pid() const { return child_->pid(); }
  Child& process() { return *child_; }
  /// What it wrote about each request: method, target, protocol, status, with nginx the number of
  /// the connection; one line each.
  std::string access_log() const;
  /// They write it behind the answer.
  bool wait_for_access(std::string_view text,
                       std::chrono::milliseconds within = std::chrono::milliseconds(10'000)) const;
  std::string error_log() const;
  /// Where files to be served can be put.
  const TempDirectory& directory() const { return *directory_; }

  /// Ends it as a crash does; `start` brings it back on its port.
  void kill();
  void start();

 protected:
  Peer(PeerOptions options, const std::string& program);
  /// Starts it with this command line, now and at every `start`.
  void run(std::vector<std::string> arguments);

  PeerOptions options_;
  std::unique_ptr<TempDirectory> directory_;
  std::uint16_t port_;

 private:
  std::string program_;
  std::vector<std::string> arguments_;
  std::unique_ptr<Child> child_;
};

class NginxUpstream : public Peer {
 public:
  explicit NginxUpstream(const PeerOptions& options = {});
};

class HaproxyUpstream : public Peer {
 public:
  explicit HaproxyUpstream(const PeerOptions& options = {});
};

/// The server of nghttp2's project, which speaks nothing but HTTP/2 over TLS. Its log is of frames.
class NghttpdUpstream : public Peer {
 public:
  explicit NghttpdUpstream(PeerOptions options);
};

}  // namespace barbacane::testkit

#include "net/tls_client.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/detail/test_tls_peers.h"

namespace barbacane::net {
namespace {

using detail::TlsPair;
using testing::HasSubstr;

const detail::TestAuthority& authority() {
  static const detail::TestAuthority made("Test Authority");
  return made;
}

TEST(TlsClient, TrustsACertificateForItsHostOnly) {
  const detail::TestAuthority strangers("Strangers");
  const auto of = [](detail::TestLeaf leaf) { return authority().issue(leaf); };
  struct Case {
    TlsKeyPair shown;
    std::string host;
    const char* refusal;  ///< null: trusted
  };
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  for (const Case& c : {
           Case{of({.names = {"DNS:a.test"}}), "a.test", nullptr},
           Case{of({.names = {"DNS:a.test"}}), "A.Test", nullptr},
           Case{of({.names = {"DNS:a.test"}}), "a.test.", nullptr},
           Case{of({.names = {"DNS:*.a.test"}}), "v1.a.test", nullptr},
           Case{of({.names = {"DNS:a.test"}, .key = detail::TestKey::kRsa}), "a.test", nullptr},
           Case{of({.names = {"IP:127.0.0.1"}}), "127.0.0.1", nullptr},
           Case{of({.names = {"IP:::1"}}), "::1", nullptr},
           Case{of({.common_name = "a.test"}), "a.test",
                "the certificate has no subjectAltName, which is where a.test would stand"},
           Case{of({.names = {"IP:127.0.0.1"}, .common_name = "a.test"}), "a.test",
                "the certificate is not for a.test"},
           Case{of({.names = {"email:me@a.test"}, .common_name = "a.test"}), "a.test",
                "the certificate is not for a.test"},
           Case{of({.names = {"DNS:a.test", "DNS:b.test"}}), "c.test",
                "the certificate is for a.test, b.test, not for c.test"},
           Case{of({.names = {"DNS:*.a.test"}}), "a.test", "is for *.a.test, not for a.test"},
           Case{of({.names = {"DNS:*.a.test"}}), "x.y.a.test", "not for x.y.a.test"},
           Case{of({.names = {"DNS:v*.a.test"}}), "v1.a.test", "not for v1.a.test"},
           Case{of({.names = {"DNS:127.0.0.1"}}), "127.0.0.1", "not for 127.0.0.1"},
           Case{of({.names = {"IP:127.0.0.2"}}), "127.0.0.1", "the certificate is not for 127.0"},
           Case{of({.names = {"DNS:a.test"}, .from_days = -9, .until_days = -1}), "a.test",
                "the certificate expired on 20"},
           Case{of({.names = {"DNS:a.test"}, .from_days = 1}), "a.test",
                "the certificate is not valid before 20"},
           Case{of({.names = {"DNS:a.test"}, .usage = "clientAuth"}), "a.test",
                "the certificate may not be used by a TLS server"},
           Case{detail::self_signed({.names = {"DNS:a.test"}}), "a.test",
                "the certificate is self-signed and not trusted"},
           Case{strangers.issue({.names = {"DNS:a.test"}}), "a.test",
                "no trusted authority vouches for the certificate, issued by CN=Strangers"},
       }) {
    TlsPair pair(clients, detail::server_of({.pairs = {c.shown}}), c.host);
    if (c.refusal == nullptr) {
      EXPECT_TRUE(pair.joined()) << c.host << ": " << pair.client.failure_text();
      EXPECT_TRUE(pair.client.peer_verified());
      continue;
    }
    EXPECT_EQ(pair.outcome.client, TlsStep::kFailed) << c.refusal;
    EXPECT_EQ(pair.client.failure(), TlsFailure::kCertificate);
    EXPECT_THAT(pair.client.failure_text(), HasSubstr(c.refusal));
    EXPECT_EQ(pair.outcome.server, TlsStep::kFailed);
    EXPECT_EQ(pair.server.failure(), TlsFailure::kRefused);
  }
}

TEST(TlsClient, TrustsTheSelfSignedCertificateItWasGiven) {
  const TlsKeyPair own = detail::self_signed({.names = {"DNS:a.test"}});
  TlsPair pair(detail::client_of({.ca = own.certificate}), detail::server_of({.pairs = {own}}));
  EXPECT_TRUE(pair.joined()) << pair.client.failure_text();
}

TEST(TlsClient, DoesNotTrustAnythingElseThanTheSystemWithoutCa) {
  TlsPair pair(detail::client_of({}),
               detail::server_of({.pairs = {authority().issue({.names = {"DNS:a.test"}})}}));
  EXPECT_EQ(pair.outcome.client, TlsStep::kFailed);
  EXPECT_EQ(pair.client.failure(), TlsFailure::kCertificate);
}

TEST(TlsClient, RefusesHostsThatNoCertificateCanBeFor) {
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  for (const std::string& host : {std::string(), std::string("a\0b", 3), std::string(300, 'a')}) {
    detail::SocketPair sockets;
    TlsSession client = clients.connect(sockets.fds[0], host, 443);
    EXPECT_EQ(client.handshake(), TlsStep::kFailed);
    EXPECT_EQ(client.failure_text(), "no certificate can be for such a host name");
  }
}

TEST(TlsClient, AsksForNamesAndNotForAddresses) {
  const TlsServerContext servers = detail::server_of(
      {.pairs = {authority().issue({.names = {"DNS:a.test", "IP:127.0.0.1", "IP:::1"}})}});
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  for (const auto& [host, asked] :
       {std::pair{"a.test", "a.test"}, std::pair{"127.0.0.1", ""}, std::pair{"::1", ""}}) {
    TlsPair pair(clients, servers, host);
    ASSERT_TRUE(pair.joined()) << pair.client.failure_text();
    EXPECT_EQ(pair.server.server_name(), asked);
  }
}

TEST(TlsClient, RefusesServersOlderThanTls12) {
  detail::SocketPair sockets;
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  TlsSession client = clients.connect(sockets.fds[0], "a.test", 443);
  ASSERT_EQ(client.handshake(), TlsStep::kWantRead);
  // An alert of a server of TLS 1.0: protocol_version.
  ASSERT_EQ(::send(sockets.fds[1], "\x15\x03\x01\x00\x02\x02\x46", 7, 0), 7);
  EXPECT_EQ(client.handshake(), TlsStep::kFailed);
  EXPECT_EQ(client.failure(), TlsFailure::kRefused);
  EXPECT_THAT(client.failure_text(), HasSubstr("protocol version"));
}

TEST(TlsClient, SaysWhenThePeerDoesNotSpeakTls) {
  detail::SocketPair sockets;
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  TlsSession client = clients.connect(sockets.fds[0], "a.test", 443);
  ASSERT_EQ(client.handshake(), TlsStep::kWantRead);
  const std::string_view answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
  ::send(sockets.fds[1], answer.data(), answer.size(), 0);
  EXPECT_EQ(client.handshake(), TlsStep::kFailed);
  EXPECT_EQ(client.failure(), TlsFailure::kNotTls);
  EXPECT_EQ(client.failure_text(), "the peer does not speak TLS");
}

TEST(TlsClient, TellsAnAlertFromABrokenPipeWhenItWritesTooLate) {
  TlsPair pair(detail::client_of({.ca = authority().pem()}),
               detail::server_of({.pairs = {authority().issue({.names = {"DNS:a.test"}})},
                                  .client_auth = TlsClientAuth::kRequired,
                                  .client_ca = authority().pem()}));
  ASSERT_EQ(pair.outcome.client, TlsStep::kDone);
  ASSERT_EQ(pair.outcome.server, TlsStep::kFailed);
  pair.sockets.close(1);
  EXPECT_EQ(pair.client.write("GET", 3).step, TlsStep::kFailed);
  EXPECT_EQ(pair.client.failure(), TlsFailure::kRefused);
  EXPECT_THAT(pair.client.failure_text(), HasSubstr("certificate required"));
}

TEST(TlsClient, KeepsTicketsByHostAndPort) {
  const TlsServerContext servers =
      detail::server_of({.pairs = {authority().issue({.names = {"DNS:a.test", "DNS:b.test"}})}});
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  const auto other_worker = clients.duplicate();
  ASSERT_TRUE(other_worker);
  struct Case {
    const TlsClientContext& from;
    const char* host;
    std::uint16_t port;
    bool resumed;
  };
  for (const Case& c :
       {Case{clients, "a.test", 443, false}, Case{clients, "a.test", 443, true},
        Case{clients, "a.test", 444, false}, Case{clients, "b.test", 443, false},
        Case{clients, "a.test", 443, true}, Case{*other_worker, "a.test", 443, false}}) {
    detail::SocketPair sockets;
    TlsSession client = c.from.connect(sockets.fds[0], c.host, c.port);
    TlsSession server = servers.accept(sockets.fds[1]);
    ASSERT_EQ(detail::shake_hands(client, server).client, TlsStep::kDone) << client.failure_text();
    server.write("x", 1);
    detail::read_text(client);
    EXPECT_EQ(client.resumed(), c.resumed) << c.host << ':' << c.port;
  }
}

TEST(TlsClient, NeedsCertificateAndKeyOrNeither) {
  const TlsKeyPair own = authority().issue({});
  const TlsKeyPair other = authority().issue({});
  const auto error_of = [](const TlsClientOptions& options) {
    const auto context = TlsClientContext::make(options);
    return context ? "none" : context.error().message;
  };
  EXPECT_EQ(error_of({.certificate = own.certificate, .key = own.key}), "none");
  EXPECT_THAT(error_of({.certificate = own.certificate}), HasSubstr("needs its key"));
  EXPECT_THAT(error_of({.key = own.key}), HasSubstr("needs its key"));
  EXPECT_EQ(error_of({.certificate = own.certificate, .key = other.key}),
            "TLS client key does not belong to the first certificate of TLS client certificate");
  EXPECT_EQ(error_of({.ca = "absent.pem"}),
            "cannot read TLS CA 'absent.pem': No such file or directory");
}

TEST(TlsClient, IsIdentifiedByAllThatMattersToAServer) {
  const TlsKeyPair own = authority().issue({});
  const TlsKeyPair other = authority().issue({});
  const auto identity = [](const TlsClientOptions& options) {
    return detail::client_of(options).identity();
  };
  EXPECT_EQ(identity({}), identity({}));
  const std::set<std::string> all{
      identity({}),
      identity({.ca = authority().pem()}),
      identity({.certificate = own.certificate, .key = own.key}),
      identity({.certificate = other.certificate, .key = other.key}),
      identity({.alpn = {"h2", "http/1.1"}}),
  };
  EXPECT_EQ(all.size(), 5U);
  for (const std::string& one : all) EXPECT_EQ(one.size(), 64U);
}

}  // namespace
}  // namespace barbacane::net

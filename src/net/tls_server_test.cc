#include "net/tls_server.h"

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/detail/test_tls_peers.h"
#include "net/detail/tls_errors.h"

namespace barbacane::net {
namespace {

using detail::RawClient;
using detail::TlsPair;
using testing::HasSubstr;

const detail::TestAuthority& authority() {
  static const detail::TestAuthority made("Test Authority");
  return made;
}

TlsKeyPair pair_for(std::vector<std::string> names, detail::TestKey key = detail::TestKey::kEc) {
  // The common name tells the tests which certificate they got.
  std::string common_name = names.empty() ? "none" : names.front();
  return authority().issue({.names = std::move(names), .common_name = common_name, .key = key});
}

const TlsKeyPair& pair_of_a() {
  static const TlsKeyPair made = pair_for({"DNS:a.test"});
  return made;
}

TEST(TlsServer, SpeaksTls12And13OrOnly13) {
  struct Case {
    TlsVersion min;
    int client_max;
    bool accepted;
  };
  for (const Case& c :
       {Case{TlsVersion::k12, TLS1_3_VERSION, true}, Case{TlsVersion::k12, TLS1_2_VERSION, true},
        Case{TlsVersion::k12, TLS1_1_VERSION, false}, Case{TlsVersion::k12, TLS1_VERSION, false},
        Case{TlsVersion::k13, TLS1_3_VERSION, true},
        Case{TlsVersion::k13, TLS1_2_VERSION, false}}) {
    const TlsServerContext servers =
        detail::server_of({.pairs = {pair_of_a()}, .min_version = c.min});
    RawClient client;
    SSL_CTX_set_min_proto_version(client.context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(client.context.get(), c.client_max);
    TlsSession server = servers.accept(client.sockets.fds[1]);
    EXPECT_EQ(client.meet(server), c.accepted ? TlsStep::kDone : TlsStep::kFailed) << c.client_max;
    if (c.accepted) {
      EXPECT_EQ(server.version() == TlsVersion::k13, c.client_max == TLS1_3_VERSION);
    } else {
      EXPECT_EQ(server.failure(), TlsFailure::kProtocol);
      EXPECT_THAT(server.failure_text(), HasSubstr("no version of TLS that is allowed"));
    }
  }
}

TEST(TlsServer, TakesTheCiphersOfThePolicyAndNoOther) {
  struct Case {
    const char* offered;
    const char* chosen;  ///< null: refused
  };
  const TlsServerContext servers =
      detail::server_of({.pairs = {pair_of_a(), pair_for({"DNS:a.test"}, detail::TestKey::kRsa)}});
  for (const Case& c : {
           Case{"ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
           Case{"ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
           Case{"ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
           Case{"ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
           Case{"ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
           Case{"ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
           Case{"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
           Case{"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384",
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
           Case{"ECDHE-ECDSA-AES256-SHA384", nullptr},
           Case{"ECDHE-RSA-AES128-SHA", nullptr},
           Case{"AES256-GCM-SHA384", nullptr},
           Case{"DHE-RSA-AES256-GCM-SHA384", nullptr},
           Case{"ECDHE-ECDSA-AES256-CCM", nullptr},
           Case{"AECDH-AES256-SHA", nullptr},
       }) {
    RawClient client;
    SSL_CTX_set_max_proto_version(client.context.get(), TLS1_2_VERSION);
    ASSERT_EQ(SSL_CTX_set_cipher_list(client.context.get(), c.offered), 1) << c.offered;
    TlsSession server = servers.accept(client.sockets.fds[1]);
    EXPECT_EQ(client.meet(server), c.chosen != nullptr ? TlsStep::kDone : TlsStep::kFailed)
        << c.offered;
    if (c.chosen != nullptr) {
      EXPECT_EQ(server.cipher(), c.chosen);
    } else {
      EXPECT_THAT(server.failure_text(), HasSubstr("no cipher that is allowed")) << c.offered;
    }
  }
}

TEST(TlsServer, RefusesGroupsBeyondThePolicy) {
  const TlsServerContext servers = detail::server_of({.pairs = {pair_of_a()}});
  for (const auto& [group, step] :
       {std::pair{"X25519", TlsStep::kDone}, std::pair{"P-256", TlsStep::kDone},
        std::pair{"P-384", TlsStep::kDone}, std::pair{"P-521", TlsStep::kFailed}}) {
    RawClient client;
    ASSERT_EQ(SSL_CTX_set1_groups_list(client.context.get(), group), 1);
    TlsSession server = servers.accept(client.sockets.fds[1]);
    EXPECT_EQ(client.meet(server), step) << group;
  }
}

TEST(TlsServer, ChoosesTheCertificateByName) {
  const TlsServerContext servers = detail::server_of(
      {.pairs = {pair_for({"DNS:first.test"}), pair_for({"DNS:api.test", "DNS:*.api.test"}),
                 pair_for({"DNS:exact.api.test"}), pair_for({"DNS:first.test", "DNS:late.test"}),
                 authority().issue({.common_name = "bare.test"})}});
  struct Case {
    const char* asked;
    const char* shown;
  };
  for (const Case& c : {
           Case{"first.test", "DNS:first.test"},
           Case{"FIRST.Test", "DNS:first.test"},
           Case{"api.test", "DNS:api.test"},
           Case{"api.test.", "DNS:api.test"},
           Case{"v1.api.test", "DNS:api.test"},
           Case{"V1.API.TEST", "DNS:api.test"},
           Case{"exact.api.test", "DNS:exact.api.test"},
           Case{"a.v1.api.test", "DNS:first.test"},
           Case{".api.test", "DNS:first.test"},
           Case{"late.test", "DNS:first.test"},  // of the fourth pair; both begin so
           Case{"bare.test", "bare.test"},
           Case{"unknown.test", "DNS:first.test"},
           Case{nullptr, "DNS:first.test"},
       }) {
    RawClient client;
    TlsSession server = servers.accept(client.sockets.fds[1]);
    ASSERT_EQ(client.meet(server, c.asked), TlsStep::kDone) << server.failure_text();
    const X509* shown = SSL_get0_peer_certificate(client.ssl.get());
    EXPECT_EQ(detail::name_text(X509_get_subject_name(shown)), std::string("CN=") + c.shown)
        << (c.asked != nullptr ? c.asked : "no name");
  }
}

TEST(TlsServer, KeepsItsRulesWhicheverCertificateIsShown) {
  const TlsServerContext servers =
      detail::server_of({.pairs = {pair_of_a(), pair_for({"DNS:b.test"})},
                         .client_auth = TlsClientAuth::kRequired,
                         .client_ca = authority().pem(),
                         .alpn = {"h2"}});
  const TlsKeyPair own = pair_for({"DNS:client"});
  const TlsClientContext clients = detail::client_of({.ca = authority().pem(),
                                                      .certificate = own.certificate,
                                                      .key = own.key,
                                                      .alpn = {"http/1.1", "h2"}});
  const TlsClientContext nameless = detail::client_of({.ca = authority().pem(), .alpn = {"h2"}});
  for (const char* host : {"a.test", "b.test"}) {
    TlsPair pair(clients, servers, host);
    ASSERT_TRUE(pair.joined()) << host << pair.server.failure_text();
    EXPECT_EQ(pair.server.alpn(), "h2");
    EXPECT_EQ(pair.server.server_name(), host);
    EXPECT_TRUE(pair.server.peer_verified());
    TlsPair refused(nameless, servers, host);
    EXPECT_EQ(refused.outcome.server, TlsStep::kFailed) << host;
  }
}

TEST(TlsServer, AsksForClientCertificatesAsToldTo) {
  const detail::TestAuthority strangers("Strangers");
  struct Case {
    TlsClientAuth rule;
    enum { kNothing, kGood, kStranger, kExpired, kServerOnly } shown;
    const char* refusal;  ///< null: accepted
  };
  constexpr const char* kMissing = "the client sent no certificate";
  constexpr const char* kStrangers =
      "no trusted authority vouches for the client's certificate, issued by CN=Strangers";
  constexpr const char* kExpired = "the client's certificate expired on 20";
  constexpr const char* kPurpose = "the client's certificate may not be used by a TLS client";
  for (const Case& c : {
           Case{TlsClientAuth::kNone, Case::kNothing, nullptr},
           Case{TlsClientAuth::kNone, Case::kStranger, nullptr},
           Case{TlsClientAuth::kOptional, Case::kNothing, nullptr},
           Case{TlsClientAuth::kOptional, Case::kGood, nullptr},
           Case{TlsClientAuth::kOptional, Case::kStranger, kStrangers},
           Case{TlsClientAuth::kOptional, Case::kExpired, kExpired},
           Case{TlsClientAuth::kRequired, Case::kNothing, kMissing},
           Case{TlsClientAuth::kRequired, Case::kGood, nullptr},
           Case{TlsClientAuth::kRequired, Case::kStranger, kStrangers},
           Case{TlsClientAuth::kRequired, Case::kExpired, kExpired},
           Case{TlsClientAuth::kRequired, Case::kServerOnly, kPurpose},
       }) {
    const TlsServerContext servers =
        detail::server_of({.pairs = {pair_of_a()},
                           .client_auth = c.rule,
                           .client_ca = c.rule == TlsClientAuth::kNone ? "" : authority().pem()});
    TlsClientOptions options{.ca = authority().pem()};
    if (c.shown != Case::kNothing) {
      detail::TestLeaf leaf{.common_name = "client"};
      if (c.shown == Case::kExpired) leaf.until_days = 0, leaf.from_days = -9;
      if (c.shown == Case::kServerOnly) leaf.usage = "serverAuth";
      const TlsKeyPair own = (c.shown == Case::kStranger ? strangers : authority()).issue(leaf);
      options.certificate = own.certificate;
      options.key = own.key;
    }
    TlsPair pair(detail::client_of(options), servers);
    if (c.refusal == nullptr) {
      ASSERT_TRUE(pair.joined()) << pair.server.failure_text();
      EXPECT_EQ(pair.server.peer_verified(), c.shown == Case::kGood);
      EXPECT_EQ(pair.server.peer_subject(), c.shown == Case::kGood ? "CN=client" : "");
      continue;
    }
    EXPECT_EQ(pair.outcome.server, TlsStep::kFailed);
    EXPECT_EQ(pair.server.failure(), TlsFailure::kCertificate);
    EXPECT_THAT(pair.server.failure_text(), HasSubstr(c.refusal));
    // The client learns of it with its first read: in TLS 1.3 it was done already.
    EXPECT_EQ(detail::read_nothing(pair.client), TlsStep::kFailed);
    EXPECT_EQ(pair.client.failure(), TlsFailure::kRefused);
    EXPECT_THAT(pair.client.failure_text(), HasSubstr("the peer refused with the alert"));
  }
}

TEST(TlsServer, TakesClientsOfAnIntermediateAuthorityItWasGivenAlone) {
  const detail::TestAuthority team = authority().issue_authority("Team");
  const TlsServerContext servers = detail::server_of(
      {.pairs = {pair_of_a()}, .client_auth = TlsClientAuth::kRequired, .client_ca = team.pem()});
  const TlsKeyPair own = team.issue({});
  TlsPair pair(
      detail::client_of({.ca = authority().pem(), .certificate = own.certificate, .key = own.key}),
      servers);
  EXPECT_TRUE(pair.joined()) << pair.server.failure_text();
}

TEST(TlsServer, AgreesOnTheFirstOfItsProtocolsThatTheClientOffers) {
  struct Case {
    std::vector<std::string> ours;
    std::vector<std::string> theirs;
    const char* chosen;  ///< null: refused
  };
  for (const Case& c : {
           Case{{"h2", "http/1.1"}, {"http/1.1", "h2"}, "h2"},
           Case{{"h2", "http/1.1"}, {"h2", "http/1.1"}, "h2"},
           Case{{"h2", "http/1.1"}, {"http/1.1"}, "http/1.1"},
           Case{{"http/1.1"}, {"h2", "http/1.1"}, "http/1.1"},
           Case{{"h2", "http/1.1"}, {"h2c", "http/1.0", "http/1.1"}, "http/1.1"},
           Case{{"h2", "http/1.1"}, {}, ""},
           Case{{}, {"h2"}, ""},
           Case{{"h2", "http/1.1"}, {"spdy/3", "h"}, nullptr},
           Case{{"h2"}, {"http/1.1"}, nullptr},
       }) {
    TlsPair pair(detail::client_of({.ca = authority().pem(), .alpn = c.theirs}),
                 detail::server_of({.pairs = {pair_of_a()}, .alpn = c.ours}));
    if (c.chosen != nullptr) {
      ASSERT_TRUE(pair.joined()) << pair.server.failure_text();
      EXPECT_EQ(pair.server.alpn(), c.chosen);
      EXPECT_EQ(pair.client.alpn(), c.chosen);
    } else {
      EXPECT_EQ(pair.outcome.server, TlsStep::kFailed);
      EXPECT_THAT(pair.server.failure_text(), HasSubstr("no application protocol that is known"));
      EXPECT_EQ(pair.client.failure(), TlsFailure::kRefused);
      EXPECT_THAT(pair.client.failure_text(), HasSubstr("no application protocol"));
    }
  }
}

/// Reads what comes with the first answer, the ticket among it.
void exchange_a_byte(TlsPair& pair) {
  pair.server.write("x", 1);
  detail::read_text(pair.client);
}

TEST(TlsServer, KnowsItsClientsAgainOnEveryWorkerAndAfterAReload) {
  const auto keys = std::make_shared<TlsTicketKeys>();
  const TlsServerOptions options{.pairs = {pair_of_a()}};
  const TlsServerContext one = detail::server_of(options, keys);
  const TlsServerContext other = detail::server_of(options, keys);
  const TlsServerContext stranger = detail::server_of(options);
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  const auto meets = [&](const TlsServerContext& servers) {
    TlsPair pair(clients, servers);
    EXPECT_TRUE(pair.joined()) << pair.client.failure_text();
    EXPECT_EQ(pair.client.resumed(), pair.server.resumed());
    exchange_a_byte(pair);
    return pair.server.resumed();
  };
  EXPECT_FALSE(meets(one));
  EXPECT_TRUE(meets(one));
  EXPECT_TRUE(meets(other));
  EXPECT_TRUE(meets(one));  // by a ticket of the other
  EXPECT_FALSE(meets(stranger));
}

TEST(TlsServer, ResumesTls12ByTicketToo) {
  const TlsServerContext servers = detail::server_of({.pairs = {pair_of_a()}});
  detail::SslSessionHandle kept;
  for (const bool resumed : {false, true, true}) {
    RawClient client;
    SSL_CTX_set_max_proto_version(client.context.get(), TLS1_2_VERSION);
    client.earlier = kept.get();
    TlsSession server = servers.accept(client.sockets.fds[1]);
    ASSERT_EQ(client.meet(server, "a.test"), TlsStep::kDone) << server.failure_text();
    EXPECT_EQ(server.resumed(), resumed);
    // Without a farewell OpenSSL takes the session for a bad one.
    SSL_set_shutdown(client.ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    kept.reset(SSL_get1_session(client.ssl.get()));
  }
}

TEST(TlsServer, OpensTicketsForOnePeriodAfterTheirKeyWasReplaced) {
  struct Case {
    int periods;
    bool resumed;
  };
  for (const Case& c : {Case{0, true}, Case{1, true}, Case{2, false}, Case{5, false}}) {
    const auto keys = std::make_shared<TlsTicketKeys>();
    const TlsServerContext servers = detail::server_of({.pairs = {pair_of_a()}}, keys);
    const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
    TlsPair first(clients, servers);
    ASSERT_TRUE(first.joined());
    exchange_a_byte(first);
    std::shared_ptr<const TlsTicketKeys::Pair> seen;
    for (int i = 0; i < c.periods; ++i) {
      keys->refresh(seen, TlsTicketKeys::Clock::now() + (i + 1) * TlsTicketKeys::kPeriod +
                              std::chrono::minutes(1));
    }
    TlsPair second(clients, servers);
    ASSERT_TRUE(second.joined());
    EXPECT_EQ(second.server.resumed(), c.resumed) << c.periods;
  }
}

TEST(TlsServer, RemembersWhoAResumingClientIs) {
  const auto keys = std::make_shared<TlsTicketKeys>();
  TlsServerOptions options{.pairs = {pair_of_a()},
                           .client_auth = TlsClientAuth::kRequired,
                           .client_ca = authority().pem()};
  const TlsServerContext servers = detail::server_of(options, keys);
  const detail::TestAuthority others("Others");
  options.client_ca = others.pem();
  const TlsServerContext stricter = detail::server_of(options, keys);
  const TlsKeyPair own = authority().issue({.common_name = "client"});
  const TlsClientContext clients =
      detail::client_of({.ca = authority().pem(), .certificate = own.certificate, .key = own.key});
  for (const bool resumed : {false, true}) {
    TlsPair pair(clients, servers);
    ASSERT_TRUE(pair.joined()) << pair.server.failure_text();
    exchange_a_byte(pair);
    EXPECT_EQ(pair.server.resumed(), resumed);
    EXPECT_TRUE(pair.server.peer_verified());
    EXPECT_EQ(pair.server.peer_subject(), "CN=client");
  }
  // A ticket issued under another client CA opens nothing.
  TlsPair refused(clients, stricter);
  EXPECT_EQ(refused.outcome.server, TlsStep::kFailed);
  EXPECT_THAT(refused.server.failure_text(), HasSubstr("no trusted authority"));
}

TEST(TlsServer, LetsSessionsOutliveTheContext) {
  detail::SocketPair sockets;
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  TlsSession client = clients.connect(sockets.fds[0], "a.test", 443);
  std::optional<TlsSession> server;
  {
    const TlsServerContext servers =
        detail::server_of({.pairs = {pair_for({"DNS:b.test"}), pair_of_a()}});
    server = servers.accept(sockets.fds[1]);
  }
  const detail::HandshakeOutcome outcome = detail::shake_hands(client, *server);
  EXPECT_EQ(outcome.client, TlsStep::kDone) << client.failure_text();
  EXPECT_EQ(outcome.server, TlsStep::kDone);
}

TEST(TlsServer, ServesOnSeveralThreadsFromOneMaterial) {
  const auto material = TlsServerMaterial::load({.pairs = {pair_of_a()}});
  ASSERT_TRUE(material);
  const auto keys = std::make_shared<TlsTicketKeys>();
  const auto clients = detail::client_of({.ca = authority().pem()});
  std::vector<int> joined(3, 0);
  {
    std::vector<std::jthread> workers;
    for (int& count : joined) {
      workers.emplace_back([&count, &clients, &material, keys] {
        const auto servers = TlsServerContext::make(*material, keys);
        const auto own = clients.duplicate();
        for (int i = 0; servers && own && i < 10; ++i) {
          TlsPair pair(*own, *servers);
          exchange_a_byte(pair);
          count += pair.joined() && pair.server.resumed() == (i > 0) ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(joined, std::vector<int>({10, 10, 10}));
}

TEST(TlsServer, SendsTheChainItWasGiven) {
  const detail::TestAuthority middle = authority().issue_authority("Middle");
  TlsKeyPair pair = middle.issue({.names = {"DNS:a.test"}});
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  EXPECT_FALSE(TlsPair(clients, detail::server_of({.pairs = {pair}})).joined());
  pair.certificate += middle.pem();
  TlsPair whole(clients, detail::server_of({.pairs = {pair}}));
  EXPECT_TRUE(whole.joined()) << whole.client.failure_text();
}

}  // namespace
}  // namespace barbacane::net

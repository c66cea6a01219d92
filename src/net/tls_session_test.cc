#include "net/tls_session.h"

#include <array>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/detail/test_tls_peers.h"

namespace barbacane::net {
namespace {

using detail::TlsPair;
using testing::HasSubstr;

class TlsSessionTest : public testing::Test {
 protected:
  detail::TestAuthority authority_{"Test Authority"};
  TlsServerContext servers_ =
      detail::server_of({.pairs = {authority_.issue({.names = {"DNS:a.test"}})}});
  TlsClientContext clients_ = detail::client_of({.ca = authority_.pem()});
};

TEST_F(TlsSessionTest, CarriesBytesBothWays) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined()) << pair.client.failure_text() << pair.server.failure_text();
  EXPECT_EQ(pair.client.write("question", 8).bytes, 8U);
  EXPECT_EQ(detail::read_text(pair.server), "question");
  EXPECT_EQ(pair.server.write("answer", 6).bytes, 6U);
  EXPECT_EQ(detail::read_text(pair.client), "answer");
}

TEST_F(TlsSessionTest, TellsWhatWasAgreedUpon) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  for (const TlsSession* session : {&pair.client, &pair.server}) {
    EXPECT_EQ(session->version(), TlsVersion::k13);
    EXPECT_EQ(session->cipher(), "TLS_AES_256_GCM_SHA384");
    EXPECT_EQ(session->alpn(), "http/1.1");
    EXPECT_EQ(session->server_name(), "a.test");
    EXPECT_FALSE(session->resumed());
  }
  EXPECT_TRUE(pair.client.peer_verified());
  EXPECT_EQ(pair.client.peer_subject(), "CN=leaf");
  EXPECT_FALSE(pair.server.peer_verified());
  EXPECT_EQ(pair.server.peer_subject(), "");
}

TEST_F(TlsSessionTest, WantsToReadWhenThereIsNothing) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  EXPECT_EQ(detail::read_nothing(pair.server), TlsStep::kWantRead);
  EXPECT_FALSE(pair.server.has_buffered());
}

TEST_F(TlsSessionTest, KnowsOfBytesThatTheSocketNoLongerHas) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  pair.client.write("abc", 3);
  char byte;
  ASSERT_EQ(detail::read_settled(pair.server, &byte, 1).bytes, 1U);
  EXPECT_TRUE(pair.server.has_buffered());
  EXPECT_EQ(detail::read_text(pair.server), "bc");
  EXPECT_FALSE(pair.server.has_buffered());
}

TEST_F(TlsSessionTest, DoesNotTakeHalfARecordForSomethingToRead) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  pair.client.write("whole", 5);
  std::array<char, 64> record;
  const auto size = ::recv(pair.sockets.fds[1], record.data(), record.size(), 0);
  ASSERT_GT(size, 20);
  for (const auto& [from, to] : {std::pair{0L, 3L}, std::pair{3L, 20L}}) {
    ::send(pair.sockets.fds[0], record.data() + from, to - from, 0);
    EXPECT_EQ(detail::read_nothing(pair.server), TlsStep::kWantRead);
    EXPECT_FALSE(pair.server.has_buffered());
  }
  ::send(pair.sockets.fds[0], record.data() + 20, size - 20, 0);
  EXPECT_EQ(detail::read_text(pair.server), "whole");
}

TEST_F(TlsSessionTest, HoldsAnEndThatCameBehindBytes) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  pair.client.write("last", 4);
  pair.client.close();  // and the socket stays open: epoll will not tell
  EXPECT_EQ(detail::read_text(pair.server), "last");
  EXPECT_TRUE(pair.server.has_buffered());
  char byte;
  EXPECT_EQ(pair.server.read(&byte, 1).step, TlsStep::kEnd);
  EXPECT_FALSE(pair.server.has_buffered());
}

TEST_F(TlsSessionTest, KnowsOfBytesThatCameWithTheHandshake) {
  detail::SocketPair sockets;
  TlsSession client = clients_.connect(sockets.fds[0], "a.test", 443);
  TlsSession server = servers_.accept(sockets.fds[1]);
  client.handshake();
  server.handshake();
  ASSERT_EQ(client.handshake(), TlsStep::kDone);
  client.write("early", 5);
  TlsStep step = server.handshake();
  if (step == TlsStep::kWantRead) step = server.handshake();
  ASSERT_EQ(step, TlsStep::kDone);
  EXPECT_TRUE(server.has_buffered());
  EXPECT_EQ(detail::read_text(server), "early");
}

TEST_F(TlsSessionTest, ReadsManySmallRecordsAtOnce) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  for (int i = 0; i < 10; ++i) pair.client.write("0123456789", 10);
  EXPECT_EQ(detail::read_text(pair.server).size(), 100U);
}

TEST_F(TlsSessionTest, EndsInOrderWithCloseNotify) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  pair.client.write("last", 4);
  EXPECT_EQ(pair.client.close(), TlsStep::kDone);
  pair.sockets.close(0);
  EXPECT_EQ(detail::read_text(pair.server), "last");
  EXPECT_EQ(detail::read_nothing(pair.server), TlsStep::kEnd);
  EXPECT_EQ(detail::read_nothing(pair.server), TlsStep::kEnd);
}

TEST_F(TlsSessionTest, CanStillAnswerAPeerThatSendsNoMore) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  pair.client.close();
  EXPECT_EQ(detail::read_nothing(pair.server), TlsStep::kEnd);
  EXPECT_EQ(pair.server.write("bye", 3).bytes, 3U);
  EXPECT_EQ(pair.server.close(), TlsStep::kDone);
  EXPECT_EQ(detail::read_text(pair.client), "bye");
  EXPECT_EQ(detail::read_nothing(pair.client), TlsStep::kEnd);
}

TEST_F(TlsSessionTest, TellsTruncationFromAnEnd) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  detail::read_nothing(pair.client);  // takes the ticket, or closing were a reset
  pair.client.write("half", 4);
  pair.sockets.close(0);
  EXPECT_EQ(detail::read_text(pair.server), "half");
  EXPECT_EQ(detail::read_nothing(pair.server), TlsStep::kFailed);
  EXPECT_EQ(pair.server.failure(), TlsFailure::kTruncated);
  EXPECT_THAT(pair.server.failure_text(), HasSubstr("without close_notify"));
  EXPECT_EQ(pair.server.close(), TlsStep::kFailed);
}

TEST_F(TlsSessionTest, FailsWithoutASignalWhenThePeerIsGone) {
  std::signal(SIGPIPE, SIG_DFL);
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  pair.sockets.close(0);
  EXPECT_EQ(pair.server.write("anyone?", 7).step, TlsStep::kFailed);
  EXPECT_EQ(pair.server.failure(), TlsFailure::kConnection);
  EXPECT_EQ(pair.server.write("anyone?", 7).step, TlsStep::kFailed);
}

TEST_F(TlsSessionTest, FailsWhenThePeerLeavesDuringTheHandshake) {
  detail::SocketPair sockets;
  TlsSession client = clients_.connect(sockets.fds[0], "a.test", 443);
  TlsSession server = servers_.accept(sockets.fds[1]);
  EXPECT_EQ(client.handshake(), TlsStep::kWantRead);
  EXPECT_EQ(server.handshake(), TlsStep::kWantRead);
  sockets.close(1);
  // The server's flight arrives whole, and nobody is there to take ours.
  EXPECT_EQ(client.handshake(), TlsStep::kFailed);
  EXPECT_EQ(client.failure(), TlsFailure::kConnection);
}

TEST_F(TlsSessionTest, RefusesWhatIsNotTls) {
  struct Case {
    std::string_view sent;
    TlsFailure failure;
  };
  for (const Case& c : {Case{"GET / HTTP/1.1\r\nhost: a.test\r\n\r\n", TlsFailure::kPlainHttp},
                        Case{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", TlsFailure::kNotTls},
                        Case{"SSH-2.0-OpenSSH_9.2p1 Debian\r\n", TlsFailure::kNotTls},
                        Case{std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0", 12), TlsFailure::kNotTls},
                        Case{"", TlsFailure::kTruncated}}) {
    detail::SocketPair sockets;
    TlsSession server = servers_.accept(sockets.fds[1]);
    ::send(sockets.fds[0], c.sent.data(), c.sent.size(), 0);
    ::shutdown(sockets.fds[0], SHUT_WR);
    TlsStep step = server.handshake();
    if (step == TlsStep::kWantRead) step = server.handshake();
    EXPECT_EQ(step, TlsStep::kFailed) << c.sent;
    EXPECT_EQ(server.failure(), c.failure) << c.sent << ": " << server.failure_text();
  }
}

TEST_F(TlsSessionTest, MovesMuchThroughLittleRoom) {
  TlsPair pair(clients_, servers_, "a.test", 4096);
  ASSERT_TRUE(pair.joined());
  std::string sent(3'000'000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 >> 5);
  struct Side {
    TlsSession& session;
    std::size_t written = 0;
    std::string received;
  };
  Side sides[] = {{pair.client, 0, {}}, {pair.server, 0, {}}};
  std::vector<char> buffer(7000);
  int blocked = 0;
  for (int turn = 0; turn < 1'000'000; ++turn) {
    Side& side = sides[turn % 2];
    if (side.written < sent.size()) {
      // From a copy elsewhere each time: the bytes must be the same, not their address.
      const std::string piece = sent.substr(side.written, 70'000);
      const TlsTransfer put = side.session.write(piece.data(), piece.size());
      ASSERT_NE(put.step, TlsStep::kFailed) << side.session.failure_text();
      blocked += put.step == TlsStep::kWantWrite ? 1 : 0;
      side.written += put.bytes;
    }
    const TlsTransfer got = side.session.read(buffer.data(), buffer.size());
    ASSERT_NE(got.step, TlsStep::kFailed) << side.session.failure_text();
    side.received.append(buffer.data(), got.bytes);
    if (sides[0].received.size() == sent.size() && sides[1].received.size() == sent.size()) break;
  }
  EXPECT_TRUE(sides[0].received == sent);
  EXPECT_TRUE(sides[1].received == sent);
  EXPECT_GT(blocked, 0);
}

TEST_F(TlsSessionTest, KnowsAnIdleConnectionThatCanBeUsedAgain) {
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  EXPECT_TRUE(pair.client.is_idle_and_open());  // past the ticket that lies there
  EXPECT_TRUE(pair.client.is_idle_and_open());
  pair.server.write("late", 4);
  EXPECT_FALSE(pair.client.is_idle_and_open());

  TlsPair ended(clients_, servers_);
  ended.server.close();
  EXPECT_FALSE(ended.client.is_idle_and_open());

  TlsPair gone(clients_, servers_);
  gone.sockets.close(1);
  EXPECT_FALSE(gone.client.is_idle_and_open());
}

TEST_F(TlsSessionTest, ToleratesKeyUpdatesAndRefusesRenegotiation) {
  for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
    detail::RawClient client;
    SSL_CTX_set_max_proto_version(client.context.get(), version);
    TlsSession server = servers_.accept(client.sockets.fds[1]);
    ASSERT_EQ(client.meet(server), TlsStep::kDone) << server.failure_text();
    if (version == TLS1_3_VERSION) {
      ASSERT_EQ(SSL_key_update(client.ssl.get(), SSL_KEY_UPDATE_REQUESTED), 1);
      ASSERT_EQ(SSL_write(client.ssl.get(), "x", 1), 1);
      EXPECT_EQ(detail::read_text(server), "x");
    } else {
      SSL_renegotiate(client.ssl.get());
      SSL_do_handshake(client.ssl.get());
      EXPECT_EQ(detail::read_nothing(server), TlsStep::kWantRead);
      EXPECT_EQ(SSL_do_handshake(client.ssl.get()), -1);
      EXPECT_EQ(ERR_GET_REASON(ERR_peek_error()), SSL_R_NO_RENEGOTIATION);
      ERR_clear_error();
    }
  }
}

TEST_F(TlsSessionTest, LeavesTheErrorQueueOfTheThreadEmpty) {
  ERR_raise(ERR_LIB_USER, 1);  // of somebody else
  TlsPair pair(clients_, servers_);
  ASSERT_TRUE(pair.joined());
  EXPECT_EQ(ERR_peek_error(), 0UL);
  TlsPair refused(clients_, servers_, "other.test");
  EXPECT_FALSE(refused.joined());
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

}  // namespace
}  // namespace barbacane::net

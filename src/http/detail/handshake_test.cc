#include "http/detail/handshake.h"

#include <gtest/gtest.h>

#include "http/detail/test_server.h"
#include "net/tls_server.h"
#include "net/tls_server_material.h"
#include "net/tls_ticket_keys.h"
#include "testkit/certificates.h"
#include "testkit/connection.h"
#include "testkit/eventually.h"

namespace barbacane::http {
namespace {

using namespace std::chrono_literals;
using testkit::Connection;

net::Task<> answer_path(Exchange& exchange) {
  Response response(exchange.arena());
  response.body = exchange.request().path;
  exchange.respond(response);
  co_return;
}

class Handshake : public testing::Test {
 protected:
  Handshake() {
    const testkit::Certificate good = certificates_.good();
    const auto material =
        net::TlsServerMaterial::load({.pairs = {{good.certificate, good.key}}}).value();
    auto context = net::TlsServerContext::make(material, std::make_shared<net::TlsTicketKeys>());
    tls_ = std::make_shared<const net::TlsServerContext>(std::move(context.value()));
    server_.on_loop([this](Server& server) { server.use_tls(tls_); });
  }

  std::size_t open_connections() {
    std::size_t open = 0;
    server_.on_loop([&](Server& server) { open = server.active_connections(); });
    return open;
  }

  testkit::Certificates certificates_;
  std::shared_ptr<const net::TlsServerContext> tls_;
  TestServer server_{answer_path, {.handshake_timeout = 1s}};
};

TEST_F(Handshake, HasADeadlineThatSilenceDoesNotSurvive) {
  Connection good(server_.port(), testkit::TlsClientOptions{});
  EXPECT_EQ(good.get("/before").body, "/before");
  Connection silent(server_.port());
  Connection begun(server_.port());
  begun.send("\x16\x03\x01\x02");  // of a ClientHello of 512 bytes and more
  EXPECT_TRUE(testkit::eventually(10s, [&] { return open_connections() == 3; }));
  EXPECT_TRUE(silent.closed(10s));
  EXPECT_TRUE(begun.closed(10s));
  EXPECT_TRUE(testkit::eventually(10s, [&] { return open_connections() == 1; }));
  EXPECT_EQ(good.get("/after").body, "/after") << "it has shaken hands in time";
  EXPECT_EQ(Connection(server_.port(), testkit::TlsClientOptions{}).get("/new").body, "/new");
}

TEST_F(Handshake, HasADeadlineThatSinglePiecesDoNotPutOff) {
  Connection slow(server_.port());
  slow.send(std::string("\x16\x03\x01\x3F\xFF\x01\x00\x3F\xFB\x03\x03", 11));
  int pieces = 0;
  while (pieces < 200 && !slow.closed(50ms)) {
    slow.send("x");
    ++pieces;
  }
  EXPECT_LT(pieces, 200) << "16 KiB would have taken a quarter of an hour";
  EXPECT_GT(pieces, 2) << "it was not closed for what it said";
}

}  // namespace
}  // namespace barbacane::http

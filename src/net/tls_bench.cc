// What TLS costs on one core: whole handshakes of both sides together, resumed ones, small records
// as a keep-alive request needs them, and full records.

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "net/detail/test_tls_peers.h"

namespace barbacane::net {
namespace {

const detail::TestAuthority& authority() {
  static const detail::TestAuthority made("Bench Authority");
  return made;
}

TlsServerContext servers_with(detail::TestKey key) {
  return detail::server_of({.pairs = {authority().issue({.names = {"DNS:a.test"}, .key = key})}});
}

void full_handshake(benchmark::State& state, detail::TestKey key) {
  const TlsServerContext servers = servers_with(key);
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  std::uint16_t port = 0;  // another each time, so that no ticket fits
  for (auto _ : state) {
    detail::SocketPair sockets;
    TlsSession client = clients.connect(sockets.fds[0], "a.test", ++port);
    TlsSession server = servers.accept(sockets.fds[1]);
    detail::shake_hands(client, server);
    if (server.resumed()) state.SkipWithError("resumed");
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_FullHandshakeP256(benchmark::State& state) { full_handshake(state, detail::TestKey::kEc); }
BENCHMARK(BM_FullHandshakeP256);

void BM_FullHandshakeRsa2048(benchmark::State& state) {
  full_handshake(state, detail::TestKey::kRsa);
}
BENCHMARK(BM_FullHandshakeRsa2048);

void BM_ResumedHandshake(benchmark::State& state) {
  const TlsServerContext servers = servers_with(detail::TestKey::kEc);
  const TlsClientContext clients = detail::client_of({.ca = authority().pem()});
  std::int64_t resumed = 0;
  for (auto _ : state) {
    detail::TlsPair pair(clients, servers);
    pair.server.write("x", 1);
    detail::read_text(pair.client);
    resumed += pair.server.resumed() ? 1 : 0;
  }
  if (resumed + 1 < state.iterations()) state.SkipWithError("not resumed");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ResumedHandshake);

void BM_SmallRequestAndAnswer(benchmark::State& state) {
  detail::TlsPair pair(detail::client_of({.ca = authority().pem()}),
                       servers_with(detail::TestKey::kEc));
  const std::string request(120, 'q');
  const std::string answer(290, 'a');
  std::vector<char> buffer(16384);
  const auto carry = [&](TlsSession& from, const std::string& text, TlsSession& to) {
    from.write(text.data(), text.size());
    benchmark::DoNotOptimize(detail::read_settled(to, buffer.data(), buffer.size()));
  };
  for (auto _ : state) {
    carry(pair.client, request, pair.server);
    carry(pair.server, answer, pair.client);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_SmallRequestAndAnswer);

void BM_FullRecords(benchmark::State& state) {
  detail::TlsPair pair(detail::client_of({.ca = authority().pem()}),
                       servers_with(detail::TestKey::kEc));
  const std::string sent(16384, 's');
  std::vector<char> buffer(65536);
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes += pair.server.write(sent.data(), sent.size()).bytes;
    for (std::size_t got = 0; got < sent.size();) {
      got += pair.client.read(buffer.data(), buffer.size()).bytes;
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(BM_FullRecords);

}  // namespace
}  // namespace barbacane::net

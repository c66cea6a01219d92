// TLS on the traffic port: data-plane.md, 11; the flags of cli.md, 6.1.
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/certificates.h"
#include "testkit/child.h"
#include "testkit/client.h"
#include "testkit/error.h"
#include "testkit/eventually.h"
#include "testkit/spec_builder.h"
#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testkit::Certificate;
using testkit::Certificates;
using testkit::Connection;
using testkit::CurlResult;
using testkit::SpecBuilder;
using testkit::TestGateway;
using testkit::TestkitError;
using testkit::TlsClientOptions;
using testkit::TlsVersion;
using Words = std::vector<std::string>;

std::string spec() {
  SpecBuilder spec;
  spec.operation("GET", "/hello").mock(200, R"({"hello":"world"})");
  return spec.text();
}

Words pair(const Certificate& certificate) {
  return {"--tls-cert", certificate.certificate, "--tls-key", certificate.key};
}

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string url(const TestGateway& gateway, std::string_view target) {
  return "https://127.0.0.1:" + std::to_string(gateway.port()) + std::string(target);
}

/// The serial number of the certificate a new client is shown.
std::string shown_to(const TestGateway& gateway, const TlsClientOptions& client = {}) {
  return Connection(gateway.port(), client).tls()->peer_serial();
}

class Tls : public testing::Test {
 protected:
  Certificates certificates;
  Certificate good = certificates.good();
};

TEST_F(Tls, CarriesBothVersionsOfHttp) {
  const TestGateway gateway(spec(), {.serve_flags = pair(good)});
  EXPECT_THAT(gateway.standard_error(), HasSubstr("listening on https://127.0.0.1:"));
  for (const auto& [flag, version] : {std::pair("--http1.1", "1.1"), std::pair("--http2", "2")}) {
    const CurlResult result =
        testkit::curl({flag, "--cacert", certificates.authority(), url(gateway, "/hello")});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_EQ(result.http_version, version);
    EXPECT_EQ(result.response.body, R"({"hello":"world"})");
  }
  const CurlResult health =
      testkit::curl({"--cacert", certificates.authority(), url(gateway, "/__barbacane/health")});
  EXPECT_EQ(health.response.status, 200);
  const testkit::H2loadResult load = testkit::h2load(
      {.url = url(gateway, "/hello"), .requests = 2000, .clients = 10, .streams = 10});
  EXPECT_EQ(load.status_2xx, 2000) << load.output;
}

TEST_F(Tls, ChoosesTheProtocolByAlpn) {
  const TestGateway gateway(spec(), {.serve_flags = pair(good)});
  const auto chosen = [&](Words offered) {
    return Connection(gateway.port(), TlsClientOptions{.alpn = std::move(offered)}).tls()->alpn();
  };
  EXPECT_EQ(chosen({"http/1.1", "h2"}), "h2") << "we prefer it";
  EXPECT_EQ(chosen({"http/1.1"}), "http/1.1");
  EXPECT_EQ(chosen({"spdy/3", "h2"}), "h2");
  EXPECT_THROW(chosen({"spdy/3"}), TestkitError);
  Connection without(gateway.port(), TlsClientOptions{});
  EXPECT_EQ(without.get("/hello").status, 200) << "HTTP/1.1 for those who do not say";
}

TEST_F(Tls, AnswersPlainHttpInTheClearAndCloses) {
  const TestGateway gateway(spec(), {.serve_flags = pair(good)});
  Connection plain = gateway.connect();
  plain.send("GET /hello HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_THAT(plain.read_to_end(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  Connection garbage = gateway.connect();
  garbage.send("\x01\x02\x03 no protocol at all \xFF\xFE\r\n\r\n");
  EXPECT_TRUE(garbage.closed(seconds(5)) || !garbage.read_to_end().starts_with("HTTP"));
  Connection good_one(gateway.port(), TlsClientOptions{});
  EXPECT_EQ(good_one.get("/hello").status, 200);
}

TEST_F(Tls, RefusesOldVersions) {
  const TestGateway gateway(spec(), {.serve_flags = pair(good)});
  const auto version = [&](const TestGateway& with, TlsVersion only) {
    return Connection(with.port(), TlsClientOptions{.least = only, .most = only}).tls()->version();
  };
  EXPECT_EQ(version(gateway, TlsVersion::kTls12), "TLSv1.2");
  EXPECT_EQ(version(gateway, TlsVersion::kTls13), "TLSv1.3");
  EXPECT_THROW(version(gateway, TlsVersion::kTls10), TestkitError);
  EXPECT_THROW(version(gateway, TlsVersion::kTls11), TestkitError);
  const TestGateway strict(spec(), {.serve_flags = pair(good) + Words{"--tls-min-version", "1.3"}});
  EXPECT_EQ(version(strict, TlsVersion::kTls13), "TLSv1.3");
  EXPECT_THROW(version(strict, TlsVersion::kTls12), TestkitError);
}

/// What a scanner that others wrote finds; every line of it that is an offer of ours.
TEST_F(Tls, OffersAScannerNothingWeak) {
  const Certificate rsa = certificates.issue({.key_type = testkit::KeyType::kRsa2048});
  const TestGateway gateway(spec(), {.serve_flags = pair(good) + pair(rsa)});
  testkit::Child scanner(
      testkit::find_program("sslscan"),
      {"--no-colour", "--no-check-certificate", "127.0.0.1:" + std::to_string(gateway.port())}, {});
  ASSERT_EQ(scanner.wait(seconds(100)), 0);
  const std::string report = scanner.standard_output();
  std::istringstream lines(report);
  int ciphers = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Preferred") || line.starts_with("Accepted")) {
      ++ciphers;
      EXPECT_THAT(line, testing::AnyOf(HasSubstr("TLSv1.3"), HasSubstr("TLSv1.2")));
      EXPECT_THAT(line, testing::AnyOf(HasSubstr("GCM"), HasSubstr("CHACHA20"))) << "only AEAD";
      EXPECT_THAT(line, testing::AnyOf(HasSubstr(" TLS_"), HasSubstr("ECDHE-"))) << "only ECDHE";
    }
  }
  EXPECT_GE(ciphers, 6) << report;
  for (const char* old : {"SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1"}) {
    EXPECT_THAT(report, testing::ContainsRegex(std::string(old) + " +disabled"));
  }
  EXPECT_THAT(report, Not(HasSubstr("Compression enabled")));
  EXPECT_THAT(report, HasSubstr("Session renegotiation not supported"));
}

TEST_F(Tls, ChoosesTheCertificateByName) {
  const Certificate one = certificates.issue({.common_name = "one.test", .names = {"one.test"}});
  const Certificate two =
      certificates.issue({.common_name = "two.test", .names = {"two.test", "*.two.test"}});
  const TestGateway gateway(spec(), {.serve_flags = pair(one) + pair(two)});
  const auto shown = [&](const std::string& name) {
    return shown_to(gateway, {.server_name = name});
  };
  EXPECT_EQ(shown("one.test"), one.serial);
  EXPECT_EQ(shown("two.test"), two.serial);
  EXPECT_EQ(shown("a.two.test"), two.serial);
  EXPECT_EQ(shown("elsewhere.test"), one.serial) << "the first, for all others";
  EXPECT_EQ(shown(""), one.serial);
}

TEST_F(Tls, AsksClientsForCertificates) {
  const Certificates others("Other CA");
  const Certificate client = certificates.client();
  const Certificate stranger = others.client();
  const auto status = [&](const TestGateway& gateway, const Certificate* shown) {
    Words words{"--cacert", certificates.authority(), url(gateway, "/hello")};
    if (shown != nullptr) {
      words = words + Words{"--cert", shown->certificate, "--key", shown->key};
    }
    return testkit::curl(words).response.status;
  };
  const Words authority{"--tls-client-ca", certificates.authority()};
  const TestGateway required(spec(), {.serve_flags = pair(good) + authority});
  EXPECT_EQ(status(required, &client), 200);
  EXPECT_EQ(status(required, nullptr), 0);
  EXPECT_EQ(status(required, &stranger), 0);
  const TestGateway optional(
      spec(), {.serve_flags = pair(good) + authority + Words{"--tls-client-auth", "optional"}});
  EXPECT_EQ(status(optional, &client), 200);
  EXPECT_EQ(status(optional, nullptr), 200);
  EXPECT_EQ(status(optional, &stranger), 0);
}

TEST_F(Tls, ResumesSessions) {
  const TestGateway gateway(spec(), {.serve_flags = pair(good) + Words{"--workers", "2"}});
  Connection first(gateway.port(), TlsClientOptions{});
  EXPECT_EQ(first.get("/hello").status, 200);
  EXPECT_FALSE(first.tls()->resumed());
  for (int i = 0; i < 8; ++i) {  // on whichever worker
    Connection next(gateway.port(), TlsClientOptions{.session = first.tls()->session()});
    EXPECT_EQ(next.get("/hello").status, 200);
    EXPECT_TRUE(next.tls()->resumed());
  }
}

/// Certificates under names of ours, which a test can replace.
class ReplacedCertificate : public Tls {
 protected:
  ReplacedCertificate() { put(good); }

  /// As an operator would: each file complete when it takes its name.
  void put(const Certificate& next) const {
    for (const auto& [from, to] : {std::pair(next.key, key), std::pair(next.certificate, chain)}) {
      std::filesystem::copy_file(from, to + ".new");
      std::filesystem::rename(to + ".new", to);
    }
  }

  testkit::TempDirectory directory;
  std::string chain = directory / "site.pem";
  std::string key = directory / "site.key";
  Words flags{"--tls-cert", chain, "--tls-key", key};
};

TEST_F(ReplacedCertificate, IsShownAfterTheSignal) {
  TestGateway gateway(spec(), {.serve_flags = flags});
  EXPECT_EQ(shown_to(gateway), good.serial);
  Connection old(gateway.port(), TlsClientOptions{});
  EXPECT_EQ(old.get("/hello").status, 200);
  const Certificate next = certificates.good();
  put(next);
  gateway.process().signal(SIGHUP);
  EXPECT_TRUE(testkit::eventually(seconds(10), [&] { return shown_to(gateway) == next.serial; }));
  EXPECT_EQ(old.get("/hello").status, 200) << "connections keep what they began with";
}

TEST_F(ReplacedCertificate, IsSeenWithoutASignal) {
  const TestGateway gateway(spec(), {.serve_flags = flags});
  const Certificate next = certificates.good();
  put(next);
  EXPECT_TRUE(testkit::eventually(seconds(10), [&] { return shown_to(gateway) == next.serial; }));
}

TEST_F(ReplacedCertificate, StaysWhenTheNewOneIsOfNoUse) {
  TestGateway gateway(spec(), {.serve_flags = flags});
  std::ofstream(chain) << "no certificate";
  gateway.process().signal(SIGHUP);
  EXPECT_TRUE(gateway.wait_for_log("site.pem", seconds(10))) << gateway.log();
  EXPECT_EQ(shown_to(gateway), good.serial);
  const Certificate next = certificates.good();
  put(next);
  EXPECT_TRUE(testkit::eventually(seconds(10), [&] { return shown_to(gateway) == next.serial; }));
}

TEST_F(Tls, IsNotHeldUpByClientsThatSayNothing) {
  TestGateway gateway(spec(), {.serve_flags = pair(good) + Words{"--workers", "1"}});
  std::vector<Connection> silent;
  for (int i = 0; i < 50; ++i) silent.push_back(gateway.connect());
  for (int i = 0; i < 50; i += 2) silent[static_cast<std::size_t>(i)].send("\x16\x03\x01\x02");
  Connection good_one(gateway.port(), TlsClientOptions{});
  EXPECT_EQ(good_one.get("/hello").status, 200);
  gateway.process().signal(SIGTERM);
  EXPECT_EQ(gateway.process().wait(seconds(5)), 0) << "they are not waited for";
}

struct StartCase {
  const char* name;
  Words flags;
  const char* says;
};

TEST_F(Tls, DoesNotStartWithWhatItCannotUse) {
  const Certificate other = certificates.good();
  const testkit::TempDirectory directory;
  const std::string empty = directory.write("empty.pem", "");
  const StartCase cases[] = {
      {"missing", {"--tls-cert", directory / "none.pem", "--tls-key", good.key}, "none.pem"},
      {"empty", {"--tls-cert", empty, "--tls-key", good.key}, "empty.pem"},
      {"other key", {"--tls-cert", good.certificate, "--tls-key", other.key}, "key"},
      {"no authority", pair(good) + Words{"--tls-client-ca", empty}, "empty.pem"},
  };
  const TestGateway any(spec());
  for (const StartCase& row : cases) {
    const testkit::RunResult result =
        testkit::run(Words{"serve", "--artifact", any.artifact(), "--listen", "127.0.0.1:0",
                           "--admin-bind", "off"} +
                     row.flags);
    EXPECT_EQ(result.exit_code, 1) << row.name;
    EXPECT_THAT(result.err, StartsWith("error: ")) << row.name;
    EXPECT_THAT(result.err, HasSubstr(row.says)) << row.name;
  }
}

TEST_F(Tls, EndsWith13WhenASecretIsMissing) {
  const TestGateway any(spec());
  const auto start = [&](const Words& flags, const std::map<std::string, std::string>& variables) {
    return testkit::run(
        Words{"serve", "--artifact", any.artifact(), "--listen", "127.0.0.1:0"} + flags,
        {.environment = variables});
  };
  const testkit::RunResult missing =
      start({"--tls-cert", "env://NO_CERT", "--tls-key", "file://no.key", "--tls-client-ca",
             "vault://pki/ca#pem"},
            {});
  EXPECT_EQ(missing.exit_code, 13);
  EXPECT_THAT(missing.err, StartsWith("error: failed to resolve secrets: environment variable not "
                                      "found: NO_CERT, failed to read file: file:// secret "
                                      "references require BARBACANE_SECRETS_DIR to be set, vault: "
                                      "vault://pki/ca#pem: "));
  const testkit::RunResult no_pem = start(
      {"--tls-cert", good.certificate, "--tls-key", "env://KEY"}, {{"KEY", "of-my-very-own"}});
  EXPECT_EQ(no_pem.exit_code, 1);
  EXPECT_EQ(no_pem.err, "error: no PEM text is in the secret that TLS needs: env://KEY\n");
}

TEST_F(Tls, TakesCertificatesKeysAndAuthoritiesFromSecrets) {
  const testkit::TempDirectory secrets;
  secrets.write("tls/site.key", "\n" + testkit::read_text(good.key) + "\n\n");
  const TestGateway gateway(
      spec(), {.serve_flags = {"--tls-cert", "env://SITE", "--tls-key", "file://tls/site.key",
                               "--tls-client-ca", "env://CLIENTS"},
               .environment = {{"SITE", testkit::read_text(good.certificate)},
                               {"CLIENTS", testkit::read_text(certificates.authority())},
                               {"BARBACANE_SECRETS_DIR", secrets.path()}}});
  const Certificate client = certificates.client();
  const Words words{"--cacert", certificates.authority(), url(gateway, "/hello")};
  EXPECT_EQ(testkit::curl(words).response.status, 0) << "a client certificate is asked for";
  EXPECT_EQ(testkit::curl(words + Words{"--cert", client.certificate, "--key", client.key})
                .response.status,
            200);
}

TEST_F(Tls, ReadsSecretsAgainAfterTheSignalAndWhenTheyChange) {
  const testkit::TempDirectory secrets;
  const auto put = [&](const Certificate& next) {
    secrets.write("site.pem", testkit::read_text(next.certificate));
    secrets.write("site.key", testkit::read_text(next.key));
  };
  put(good);
  TestGateway gateway(
      spec(), {.serve_flags = {"--tls-cert", "file://site.pem", "--tls-key", "file://site.key"},
               .environment = {{"BARBACANE_SECRETS_DIR", secrets.path()}}});
  EXPECT_EQ(shown_to(gateway), good.serial);
  std::filesystem::remove(secrets / "site.key");
  gateway.process().signal(SIGHUP);
  EXPECT_TRUE(gateway.wait_for_log("file not found: site.key", seconds(10))) << gateway.log();
  EXPECT_EQ(shown_to(gateway), good.serial) << "what was read before stays";
  const Certificate next = certificates.good();
  put(next);
  gateway.process().signal(SIGHUP);
  EXPECT_TRUE(testkit::eventually(seconds(10), [&] { return shown_to(gateway) == next.serial; }));
  const Certificate last = certificates.good();
  put(last);
  EXPECT_TRUE(testkit::eventually(seconds(10), [&] { return shown_to(gateway) == last.serial; }));
}

}  // namespace
}  // namespace barbacane::integration

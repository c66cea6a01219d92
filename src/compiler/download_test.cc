#include "compiler/download.h"

#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/version.h"
#include "compiler/detail/plugin_fetch.h"
#include "compiler/detail/plugins_for_tests.h"
#include "testkit/wasm_builder.h"

namespace barbacane::compiler {
namespace {

using testing::custom_section;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
using testing::wasm;
using testkit::plugin_toml;

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Deleter<Free>>;

/// A certificate for 127.0.0.1 that is its own authority.
class Identity {
 public:
  Identity() : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
    X509_set_version(certificate_.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
    X509_set_pubkey(certificate_.get(), key_.get());
    X509_NAME* name = X509_get_subject_name(certificate_.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate_.get(), name);
    add_extension(NID_subject_alt_name, "IP:127.0.0.1");
    add_extension(NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  }

  std::string pem() const {
    Owned<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate_.get());
    char* data = nullptr;
    const long length = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(length)};
  }

  void install(SSL_CTX* context) const {
    SSL_CTX_use_certificate(context, certificate_.get());
    SSL_CTX_use_PrivateKey(context, key_.get());
  }

 private:
  void add_extension(int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate_.get(), certificate_.get(), nullptr, nullptr, 0);
    Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    X509_add_ext(certificate_.get(), extension.get(), -1);
  }

  Owned<EVP_PKEY, EVP_PKEY_free> key_;
  Owned<X509, X509_free> certificate_;
};

/// One request a connection, answered with whatever bytes the test made up for its path.
class HttpsServer {
 public:
  HttpsServer() : context_(SSL_CTX_new(TLS_server_method())) {
    identity_.install(context_.get());
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    ::listen(listener_, 16);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  HttpsServer(const HttpsServer&) = delete;
  ~HttpsServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string url(const std::string& path) const {
    return "https://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::string pem() const { return identity_.pem(); }

  void answer(const std::string& path, std::string body, const std::string& status = "200 OK",
              const std::string& headers = "") {
    const std::lock_guard lock(mutex_);
    answers_[path] = "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers +
                     "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  void answer_bytes(const std::string& path, std::string bytes) {
    const std::lock_guard lock(mutex_);
    answers_[path] = std::move(bytes);
  }

  std::vector<std::string> requested() const {
    const std::lock_guard lock(mutex_);
    return requested_;
  }
  std::string last_head() const {
    const std::lock_guard lock(mutex_);
    return last_head_;
  }

 private:
  void run() {
    // Clients that had enough hang up while the answer is being written.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    for (;;) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      const timeval patience{10, 0};
      ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      ::setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
      serve(peer);
      ::close(peer);
    }
  }

  void serve(int peer) {
    Owned<SSL, SSL_free> tls(SSL_new(context_.get()));
    SSL_set_fd(tls.get(), peer);
    if (SSL_accept(tls.get()) != 1) return;
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
      char buffer[2048];
      const int got = SSL_read(tls.get(), buffer, sizeof buffer);
      if (got <= 0) return;
      head.append(buffer, static_cast<std::size_t>(got));
    }
    const std::string bytes = answer_to(head);
    if (SSL_write(tls.get(), bytes.data(), static_cast<int>(bytes.size())) > 0) {
      SSL_shutdown(tls.get());
    }
  }

  std::string answer_to(const std::string& head) {
    const std::lock_guard lock(mutex_);
    last_head_ = head;
    const std::string path = head.substr(4, head.find(' ', 4) - 4);
    requested_.push_back(path);
    const auto found = answers_.find(path);
    if (found != answers_.end()) return found->second;
    return "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  }

  Identity identity_;
  Owned<SSL_CTX, SSL_CTX_free> context_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> requested_;
  std::string last_head_;
};

class Download : public ::testing::Test {
 protected:
  Download() : ca_file_(home_.write("ca.pem", server_.pem())) {}

  std::expected<std::string, std::string> get(const std::string& path, std::size_t limit = 1000) {
    return download({.url = server_.url(path), .limit = limit, .ca_file = ca_file_});
  }

  std::expected<ResolvedPlugin, std::string> resolve(std::optional<std::string> sha256 = {},
                                                     DownloadCache cache = DownloadCache::kUse,
                                                     const std::string& path = "/files/cors.wasm") {
    const PluginSource source{
        .name = "cors", .path = {}, .url = server_.url(path), .sha256 = sha256, .place = {}};
    return resolve_plugin(source, ProjectManifest{},
                          {.cache = cache, .home = home_.path(), .ca_file = ca_file_});
  }

  TemporaryFolder home_;
  HttpsServer server_;
  std::string ca_file_;
};

TEST_F(Download, BringsTheBytesAndSaysWhoAsks) {
  const std::string bytes("\0a\xFF", 3);
  server_.answer("/a", bytes);
  EXPECT_EQ(get("/a").value_or("failed"), bytes);
  EXPECT_THAT(server_.last_head(),
              HasSubstr("User-Agent: barbacane-compiler/" + std::string(base::kVersion) + "\r\n"));
}

TEST_F(Download, ReportsTheStatusOfARefusal) {
  server_.answer("/a", "sorry", "503 Service Unavailable");
  EXPECT_EQ(get("/a").error(), "HTTP 503");
  EXPECT_EQ(get("/missing").error(), "HTTP 404");
  server_.answer("/odd", "", "304 Not Modified");
  EXPECT_EQ(get("/odd").error(), "HTTP 304");
}

TEST_F(Download, FollowsRedirectsButNotOutOfHttps) {
  server_.answer("/a", "bytes");
  server_.answer("/moved", "", "302 Found", "Location: /a\r\n");
  server_.answer("/plain", "", "302 Found", "Location: http://127.0.0.1:1/a\r\n");
  server_.answer("/file", "", "302 Found", "Location: file:///dev/null\r\n");
  EXPECT_EQ(get("/moved").value_or("failed"), "bytes");
  EXPECT_THAT(get("/plain").error(), HasSubstr("http"));
  EXPECT_THAT(get("/file").error(), HasSubstr("file"));
}

TEST_F(Download, StopsAtTheLimitWhetherItIsAnnouncedOrNot) {
  server_.answer("/fits", std::string(1000, 'x'));
  EXPECT_TRUE(get("/fits"));
  server_.answer("/large", std::string(1001, 'x'));
  EXPECT_EQ(get("/large").error(), "the file is larger than 1000 bytes");
  server_.answer_bytes("/endless",
                       "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(100'000, 'x'));
  EXPECT_EQ(get("/endless").error(), "the file is larger than 1000 bytes");
}

TEST_F(Download, TakesNoHalfFiles) {
  server_.answer_bytes("/half",
                       "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_FALSE(get("/half"));
}

TEST_F(Download, TrustsOnlyKnownAuthorities) {
  server_.answer("/a", "bytes");
  EXPECT_FALSE(download({.url = server_.url("/a"), .limit = 1000, .ca_file = {}}));
}

TEST_F(Download, KeepsAPluginWithItsSidecar) {
  server_.answer("/files/cors.wasm", wasm());
  server_.answer("/files/cors.plugin.toml", plugin_toml("cors", "7.0.0"));
  const auto first = resolve(base::sha256_hex(wasm()));
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(first->plugin.version, "7.0.0");
  const auto second = resolve();
  ASSERT_TRUE(second) << second.error();
  EXPECT_EQ(second->plugin.version, "7.0.0");
  EXPECT_THAT(server_.requested(), ElementsAre("/files/cors.wasm", "/files/cors.plugin.toml"));
}

TEST_F(Download, LooksForTheSidecarOfTheDirectoryNext) {
  server_.answer("/files/cors.wasm?t=1", wasm());
  server_.answer("/files/cors.plugin.toml?t=1", "<html>a friendly page</html>");
  server_.answer("/files/plugin.toml?t=1", plugin_toml("cors", "8.0.0"));
  const auto resolved = resolve({}, DownloadCache::kIgnore, "/files/cors.wasm?t=1");
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_EQ(resolved->plugin.version, "8.0.0");
  EXPECT_FALSE(std::filesystem::exists(home_.path() / ".barbacane"));
}

TEST_F(Download, AsksForNoSidecarOfAModuleThatDescribesItself) {
  server_.answer("/files/cors.wasm",
                 wasm(custom_section("barbacane_manifest", plugin_toml("cors", "9.0.0")) +
                      custom_section("barbacane_config_schema", "{}")));
  const auto resolved = resolve();
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_EQ(resolved->plugin.version, "9.0.0");
  EXPECT_EQ(resolved->config_schema, "{}");
  EXPECT_THAT(server_.requested(), ElementsAre("/files/cors.wasm"));
}

TEST_F(Download, RefusesAnotherDigestAndKeepsNothing) {
  server_.answer("/files/cors.wasm", wasm());
  const std::string expected(64, 'A');
  EXPECT_EQ(resolve(expected).error(), "plugin 'cors' checksum mismatch: expected " + expected +
                                           ", got " + base::sha256_hex(wasm()));
  EXPECT_FALSE(std::filesystem::exists(home_.path() / ".barbacane"));
}

TEST_F(Download, ReplacesACachedModuleOfAnotherDigest) {
  const std::string newer = wasm(custom_section("newer", ""));
  ASSERT_TRUE(PluginCache(home_.path())
                  .store(server_.url("/files/cors.wasm"), {.wasm = wasm(), .manifest = {}}));
  server_.answer("/files/cors.wasm", newer);
  const auto resolved = resolve(base::sha256_hex(newer));
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_EQ(resolved->plugin.wasm, newer);
  EXPECT_EQ(PluginCache(home_.path()).find(server_.url("/files/cors.wasm"))->wasm, newer);
}

TEST_F(Download, RefusesWhatIsNoModule) {
  server_.answer("/files/cors.wasm", "<html>log in first</html>");
  EXPECT_EQ(resolve().error(), "plugin 'cors' is not a valid WASM file (invalid magic number)");
  EXPECT_FALSE(std::filesystem::exists(home_.path() / ".barbacane"));
}

TEST_F(Download, NamesTheUrlOfAFailure) {
  EXPECT_EQ(resolve().error(),
            "failed to download plugin from " + server_.url("/files/cors.wasm") + ": HTTP 404");
}

TEST_F(Download, WarnsWhenTheCacheCannotBeWritten) {
  server_.answer("/files/cors.wasm", wasm());
  home_.write(".barbacane", "a file where the folder should be");
  const auto resolved = resolve();
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_THAT(resolved->warnings, ::testing::Contains(HasSubstr("could not be kept")));
}

}  // namespace
}  // namespace barbacane::compiler

#pragma once

#include <functional>
#include <future>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "http/server.h"

/// A server on a thread of its own, for tests.
namespace barbacane::http {

struct LambdaHandler final : Handler {
  using Body = std::function<net::Task<>(Exchange&)>;

  explicit LambdaHandler(Body body_) : body(std::move(body_)) {}
  net::Task<> handle(Exchange& exchange) override { return body(exchange); }
  Body body;
};

class TestServer {
 public:
  explicit TestServer(LambdaHandler::Body body, ServerOptions options = {}, std::size_t cap = 100)
      : handler_(std::move(body)), cap_(cap), server_(loop_, handler_, options, cap_) {
    const auto bound = server_.listen({boost::asio::ip::make_address("127.0.0.1"), 0});
    EXPECT_TRUE(bound) << bound.error().message;
    port_ = server_.local_endpoint().port();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~TestServer() {
    loop_.stop();
    thread_.join();
  }
  /// On the server's thread; returns when it was done.
  void on_loop(std::function<void(Server&)> work) {
    std::promise<void> done;
    loop_.post([&] {
      work(server_);
      done.set_value();
    });
    done.get_future().wait();
  }
  std::uint16_t port() const { return port_; }

 private:
  LambdaHandler handler_;
  net::EventLoop loop_;
  ConnectionCap cap_;
  Server server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace barbacane::http

#include "testkit/misbehaviour.h"

#include <chrono>

namespace barbacane::testkit {

namespace {

using std::chrono::milliseconds;
using enum Seen;

const std::string kOk = "HTTP/1.1 200 OK\r\n";

/// An answer of these fields and this body, and nothing more until the peer has left.
Script raw(std::string_view fields, std::string_view rest = {}) {
  return {send(kOk + std::string(fields) + "\r\n" + std::string(rest)), wait_for_departure()};
}

void add_silence(std::vector<Misbehaviour>& table) {
  const Step rest = wait_for_departure();
  table.push_back({"silent", {rest}, {kTimeout}});
  table.push_back({"silent-in-the-status-line", {send("HTTP/1.1 2"), rest}, {kTimeout}});
  table.push_back({"silent-in-the-head", {send(kOk + "content-le"), rest}, {kTimeout}});
  table.push_back({"silent-after-interim", {interim(103, {{"link", "</a>"}}), rest}, {kTimeout}});
  table.push_back({"head-drips-for-ever",
                   {drip(kOk + "x-a: " + std::string(100'000, 'a'), 1, milliseconds(20)), rest},
                   {kTimeout, kBadGateway}});
  table.push_back({"silent-in-the-body", raw("content-length: 9\r\n", "half"), {kAborted}});
  table.push_back(
      {"silent-in-a-chunk", raw("transfer-encoding: chunked\r\n", "9\r\nhalf"), {kAborted}});
  table.push_back({"silent-before-the-last-chunk",
                   raw("transfer-encoding: chunked\r\n", "4\r\nhalf\r\n"),
                   {kAborted}});
  table.push_back({"silent-in-the-trailers",
                   raw("transfer-encoding: chunked\r\n", "4\r\nhalf\r\n0\r\nx-t: 1\r\n"),
                   {kAborted}});
}

void add_ends(std::vector<Misbehaviour>& table) {
  const std::string length = kOk + "content-length: 9\r\n\r\nhalf";
  const std::string chunked = kOk + "transfer-encoding: chunked\r\n\r\n";
  struct Stage {
    std::string name;
    std::string bytes;
    Seen seen;
  };
  const std::vector<Stage> stages = {
      {"before-any-byte", "", kBadGateway},
      {"in-the-status-line", "HTTP/1.1 20", kBadGateway},
      {"in-the-head", kOk + "content-length: 9\r\nx-", kBadGateway},
      {"after-interim", "HTTP/1.1 103 Early\r\nlink: </a>\r\n\r\n", kBadGateway},
      {"in-the-body", length, kAborted},
      {"in-a-chunk-size", chunked + "4\r\nhalf\r\n1", kAborted},
      {"in-a-chunk", chunked + "9\r\nhalf", kAborted},
      {"after-a-chunk", chunked + "4\r\nhalf\r\n", kAborted},
      {"in-the-trailers", chunked + "4\r\nhalf\r\n0\r\nx-t: 1\r\n", kAborted},
  };
  for (const Stage& stage : stages) {
    table.push_back({"close-" + stage.name, {send(stage.bytes), close()}, {stage.seen}});
    // A pause, or the reset may overtake the bytes.
    table.push_back({"reset-" + stage.name,
                     {send(stage.bytes), wait(milliseconds(30)), reset()},
                     {stage.seen}});
  }
  table.push_back(
      {"half-close-before-any-byte", {finish_sending(), wait_for_departure()}, {kBadGateway}});
}

void add_garbage(std::vector<Misbehaviour>& table) {
  const std::vector<std::pair<std::string, std::string>> heads = {
      {"not-http", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
      {"binary", std::string("\x16\x03\x01\x00\x05\x00\xff\xfe", 8) + "\r\n\r\n"},
      {"status-line-alone-wrong", "HTTP/1.1 OK 200\r\n\r\n"},
      {"status-of-two-digits", "HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n"},
      {"status-of-four-digits", "HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n"},
      {"status-zero", "HTTP/1.1 000 No\r\ncontent-length: 0\r\n\r\n"},
      {"status-negative", "HTTP/1.1 -200 No\r\ncontent-length: 0\r\n\r\n"},
      {"http-2-in-text", "HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n"},
      {"http-0-9", "<html>hello</html>\r\n\r\n"},
      {"name-with-a-space", kOk + "content length: 2\r\ncontent-length: 2\r\n\r\nok"},
      {"blank-before-the-colon", kOk + "content-length : 2\r\n\r\nok"},
      {"field-without-a-colon", kOk + "nonsense\r\ncontent-length: 2\r\n\r\nok"},
      {"field-without-a-name", kOk + ": x\r\ncontent-length: 2\r\n\r\nok"},
      {"folded-field", kOk + "x-a: one\r\n two\r\ncontent-length: 2\r\n\r\nok"},
      {"fold-on-the-first-line", kOk + " x-a: one\r\ncontent-length: 2\r\n\r\nok"},
      {"nul-in-a-value",
       kOk + "x-a: " + std::string("a\0b", 3) + "\r\ncontent-length: 2\r\n\r\nok"},
      {"bare-cr-in-a-value", kOk + "x-a: a\rb\r\ncontent-length: 2\r\n\r\nok"},
      {"http-upgrade-preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
  };
  for (const auto& [name, bytes] : heads) {
    table.push_back({name, {send(bytes), wait_for_departure()}, {kBadGateway}});
  }
}

void add_ambiguous_framing(std::vector<Misbehaviour>& table) {
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"lengths-that-differ", "content-length: 2\r\ncontent-length: 3\r\n"},
      {"lengths-that-differ-in-a-list", "content-length: 2, 3\r\n"},
      {"length-with-a-sign", "content-length: +2\r\n"},
      {"length-below-zero", "content-length: -2\r\n"},
      {"length-in-hexadecimal", "content-length: 0x2\r\n"},
      {"length-beyond-64-bits", "content-length: 18446744073709551618\r\n"},
      {"length-empty", "content-length:\r\n"},
      {"length-in-words", "content-length: two\r\n"},
      {"length-and-chunks", "content-length: 2\r\ntransfer-encoding: chunked\r\n"},
      {"chunks-and-length", "transfer-encoding: chunked\r\ncontent-length: 2\r\n"},
      {"chunked-twice", "transfer-encoding: chunked, chunked\r\n"},
      {"chunked-in-two-fields", "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"},
      {"chunked-not-last", "transfer-encoding: chunked, gzip\r\n"},
      {"encoding-unknown", "transfer-encoding: xchunked\r\n"},
      {"encoding-identity-and-length", "transfer-encoding: identity\r\ncontent-length: 2\r\n"},
      {"encoding-with-a-vertical-tab", "transfer-encoding: \vchunked\r\n"},
  };
  for (const auto& [name, lines] : fields) {
    table.push_back({name, raw(lines, "2\r\nok\r\n0\r\n\r\n"), {kBadGateway}});
  }
  table.push_back(
      {"chunks-of-http-1-0",
       {send("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), close()},
       {kBadGateway}});
  table.push_back({"lengths-that-agree",
                   {send(kOk + "content-length: 2\r\ncontent-length: 2\r\n\r\nok")},
                   {kAnswer, kBadGateway},
                   200,
                   "ok"});
}

void add_broken_chunks(std::vector<Misbehaviour>& table) {
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {"chunk-size-in-words", "two\r\nok\r\n0\r\n\r\n"},
      {"chunk-size-empty", "\r\nok\r\n0\r\n\r\n"},
      {"chunk-size-below-zero", "-2\r\nok\r\n0\r\n\r\n"},
      {"chunk-size-with-a-prefix", "0x2\r\nok\r\n0\r\n\r\n"},
      {"chunk-size-beyond-64-bits", "10000000000000002\r\nok\r\n0\r\n\r\n"},
      {"chunk-longer-than-said", "2\r\nokay\r\n0\r\n\r\n"},
      {"chunk-ends-in-a-bare-lf", "2\r\nok\n0\r\n\r\n"},
      {"chunk-size-ends-in-a-bare-lf", "2\nok\r\n0\r\n\r\n"},
      {"chunk-extension-without-end", "2;" + std::string(200'000, 'e')},
      {"chunk-size-without-end", std::string(200'000, '0')},
      {"trailers-without-end", "0\r\n" + std::string(1'000'000, 't')},
      {"trailer-without-a-colon", "2\r\nok\r\n0\r\nnonsense\r\n\r\n"},
  };
  for (const auto& [name, body] : bodies) {
    table.push_back({name, raw("transfer-encoding: chunked\r\n", body), {kAborted, kBadGateway}});
  }
  table.push_back({"trailers-for-ever",
                   {send(kOk + "transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"),
                    repeat_for_ever("x-trailer: again\r\n")},
                   {kAborted}});
}

void add_floods(std::vector<Misbehaviour>& table) {
  const Step rest = wait_for_departure();
  table.push_back({"head-of-a-megabyte",
                   {send(kOk + "x-large: " + std::string(1'000'000, 'x') + "\r\n\r\n"), rest},
                   {kBadGateway}});
  table.push_back(
      {"fields-for-ever", {send(kOk), repeat_for_ever("x-field: again\r\n")}, {kBadGateway}});
  table.push_back({"interims-for-ever",
                   {repeat_for_ever("HTTP/1.1 103 Early\r\nlink: </a>\r\n\r\n")},
                   {kBadGateway, kTimeout}});
  table.push_back({"continues-for-ever",
                   {repeat_for_ever("HTTP/1.1 100 Continue\r\n\r\n")},
                   {kBadGateway, kTimeout}});
  table.push_back({"switches-unasked",
                   {send("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: "
                         "upgrade\r\n\r\nraw"),
                    rest},
                   {kBadGateway}});
}

/// Odd answers that still are one. Where bytes are left over the connection serves nothing more.
void add_answers(std::vector<Misbehaviour>& table) {
  const auto answers = [&](std::string name, Script script, int status, std::string body) {
    table.push_back({std::move(name), std::move(script), {kAnswer}, status, std::move(body)});
  };
  const std::string second = kOk + "content-length: 6\r\nx-smuggled: yes\r\n\r\nsecond";
  answers("two-answers", raw("content-length: 2\r\n", "ok" + second), 200, "ok");
  answers("two-answers-in-chunks",
          raw("transfer-encoding: chunked\r\n", "2\r\nok\r\n0\r\n\r\n" + second), 200, "ok");
  answers("longer-than-said", raw("content-length: 2\r\n", "okay"), 200, "ok");
  answers("body-behind-204",
          {send("HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello"), wait_for_departure()},
          204, "");
  answers("length-in-304", {send("HTTP/1.1 304 Not Modified\r\ncontent-length: 500\r\n\r\n")}, 304,
          "");
  answers("body-behind-304",
          {send("HTTP/1.1 304 Not Modified\r\netag: \"a\"\r\n\r\nhello"), wait_for_departure()},
          304, "");
  answers("http-1-0-body-up-to-the-close", {send("HTTP/1.0 200 OK\r\n\r\nold"), close()}, 200,
          "old");
  answers("http-1-1-body-up-to-the-close", {send(kOk + "connection: close\r\n\r\nnew"), close()},
          200, "new");
  answers("body-drips",
          {send(kOk + "content-length: 5\r\n\r\n"), drip("hello", 1, milliseconds(5))}, 200,
          "hello");
  answers("head-drips", {drip(kOk + "content-length: 2\r\n\r\nok", 1, milliseconds(1))}, 200, "ok");
  answers("interims-before-it", {interim(100), interim(103, {{"link", "</a>"}}), answer(200, "ok")},
          200, "ok");
  answers("chunk-extensions",
          {send(kOk + "transfer-encoding: chunked\r\n\r\n2;a=b;c=\"d\"\r\nok\r\n0;e\r\n\r\n")}, 200,
          "ok");
  answers("chunk-size-with-zeros",
          {send(kOk + "transfer-encoding: chunked\r\n\r\n0002\r\nok\r\n0000\r\n\r\n")}, 200, "ok");
  answers("no-reason", {send("HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nok")}, 200, "ok");
  answers("reason-without-its-space", {send("HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok")}, 200,
          "ok");
  answers("status-unknown", {send("HTTP/1.1 799 Odd\r\ncontent-length: 2\r\n\r\nok")}, 799, "ok");
  answers("closes-while-idle", {answer(200, "ok"), close()}, 200, "ok");
  answers("resets-while-idle", {answer(200, "ok"), wait(milliseconds(30)), reset()}, 200, "ok");
  answers("speaks-while-idle", {answer(200, "ok"), send("HTTP/1.1 408 Idle\r\n\r\n"), close()}, 200,
          "ok");
}

std::vector<Misbehaviour> make_table() {
  std::vector<Misbehaviour> table;
  add_silence(table);
  add_ends(table);
  add_garbage(table);
  add_ambiguous_framing(table);
  add_broken_chunks(table);
  add_floods(table);
  add_answers(table);
  return table;
}

}  // namespace

const std::vector<Misbehaviour>& misbehaviours() {
  static const std::vector<Misbehaviour> table = make_table();
  return table;
}

}  // namespace barbacane::testkit

#include "http/h2/request_fields.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "http/h1/strict.h"

namespace barbacane::http::h2 {

namespace {

using base::equals_ignoring_case;

/// What a field costs beside its text, as in HTTP/1.1.
constexpr std::size_t kFieldOverhead = 4;
/// More lines than the head's index of known fields can tell apart.
constexpr std::size_t kMostFields = 32'000;

std::string_view copy_text(std::string_view text, std::pmr::memory_resource& arena) {
  if (text.empty()) return {};
  char* place = static_cast<char*>(arena.allocate(text.size(), 1));
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

}  // namespace

Field RequestFields::copy(std::string_view name, std::string_view value,
                          std::pmr::memory_resource& arena) {
  char* place = static_cast<char*>(arena.allocate(name.size() + value.size() + 1, 1));
  std::memcpy(place, name.data(), name.size());
  if (!value.empty()) std::memcpy(place + name.size(), value.data(), value.size());
  return {{place, name.size()}, {place + name.size(), value.size()}, known_field(name)};
}

void RequestFields::add(std::string_view name, std::string_view value, std::size_t limit) {
  size_ += name.size() + value.size() + kFieldOverhead;
  if (name.starts_with(':')) return add_pseudo(name, value);
  cut_ = cut_ || size_ > limit || head_.fields.size() >= kMostFields;
  if (cut_) return;
  const Field field = copy(name, value, arena_);
  if (field.known != KnownField::kOther) {
    std::int16_t& first = head_.first[static_cast<std::size_t>(field.known)];
    if (first < 0) first = static_cast<std::int16_t>(head_.fields.size());
    if (field.known == KnownField::kCookie) ++cookies_;
  }
  head_.fields.push_back(field);
}

void RequestFields::add_pseudo(std::string_view name, std::string_view value) {
  // Sent once each, and before the others: that much was checked.
  if (name == ":method") head_.method = copy_text(value, arena_);
  if (name == ":path") head_.target = copy_text(value, arena_);
  if (name == ":scheme") scheme_ = copy_text(value, arena_);
  if (name == ":authority") authority_ = copy_text(value, arena_);
}

bool RequestFields::complete(Body body, std::size_t max_target) {
  head_.version = Version::kHttp2;
  if (cut_ || head_.target.size() > max_target) {
    const bool long_target = head_.target.size() > max_target;
    head_.overflow = long_target ? RequestHead::Overflow::kTarget : RequestHead::Overflow::kFields;
  }
  // A tunnel has no scheme, and a gateway is none.
  const bool known_scheme =
      equals_ignoring_case(scheme_, "https") || equals_ignoring_case(scheme_, "http");
  if (!known_scheme || !split_target() || !settle_host() || !settle_body(body)) return false;
  if (cookies_ > 1) join_cookies();
  return true;
}

bool RequestFields::split_target() {
  if (!h1::is_target(head_.target)) return false;
  const std::size_t question = head_.target.find('?');
  head_.path = head_.target.substr(0, question);
  if (question != std::string_view::npos) head_.query = head_.target.substr(question + 1);
  if (head_.target == "*") return head_.method == "OPTIONS";
  return head_.path.starts_with('/');
}

bool RequestFields::settle_host() {
  const Field* host = head_.find(KnownField::kHost);
  if (host == nullptr) {
    if (authority_.empty() && !cut_) return false;
    head_.first[static_cast<std::size_t>(KnownField::kHost)] =
        static_cast<std::int16_t>(head_.fields.size());
    head_.fields.push_back({"host", authority_, KnownField::kHost});
    return h1::is_host(authority_);
  }
  const bool same = authority_.empty() || equals_ignoring_case(authority_, host->value);
  return same && h1::is_host(host->value);
}

bool RequestFields::settle_body(Body body) {
  if (const Field* length = head_.find(KnownField::kContentLength)) {
    head_.content_length = h1::parse_content_length(length->value);
    if (!head_.content_length) return false;
  }
  head_.chunked = body == Body::kFollows && !head_.content_length;
  if (const Field* expect = head_.find(KnownField::kExpect)) {
    head_.expects_continue = equals_ignoring_case(expect->value, "100-continue");
  }
  return true;
}

/// Clients may send every crumb in a line of its own (RFC 9113, 8.2.3).
void RequestFields::join_cookies() {
  constexpr std::string_view kBetween = "; ";
  const auto is_cookie = [](const Field& field) { return field.known == KnownField::kCookie; };
  std::size_t size = 0;
  for (const Field& field : head_.fields) {
    if (is_cookie(field)) size += field.value.size() + kBetween.size();
  }
  char* const begin = static_cast<char*>(arena_.allocate(size, 1));
  char* at = begin;
  for (const Field& field : head_.fields) {
    if (!is_cookie(field)) continue;
    if (at != begin) at = std::copy(kBetween.begin(), kBetween.end(), at);
    at = std::copy(field.value.begin(), field.value.end(), at);
  }
  const auto first =
      head_.fields.begin() + head_.first[static_cast<std::size_t>(KnownField::kCookie)];
  first->value = {begin, static_cast<std::size_t>(at - begin)};
  head_.fields.erase(std::remove_if(first + 1, head_.fields.end(), is_cookie), head_.fields.end());
  // The lines behind have moved.
  head_.first.fill(-1);
  for (std::size_t i = 0; i < head_.fields.size(); ++i) {
    std::int16_t& known = head_.first[static_cast<std::size_t>(head_.fields[i].known)];
    if (known < 0) known = static_cast<std::int16_t>(i);
  }
  head_.first[static_cast<std::size_t>(KnownField::kOther)] = -1;
}

}  // namespace barbacane::http::h2

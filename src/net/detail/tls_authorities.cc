#include "net/detail/tls_authorities.h"

#include <algorithm>
#include <optional>

#include <openssl/pem.h>

namespace barbacane::net::detail {
namespace {

using Bytes = const unsigned char*;
using NameHandle = std::unique_ptr<X509_NAME, Free<X509_NAME_free>>;

Bytes bytes_of(std::string_view text) { return reinterpret_cast<Bytes>(text.data()); }

/// One element of DER: all of it, and what is in it.
struct Element {
  std::string_view whole;
  std::string_view content;
  int tag = 0;
};

std::optional<Element> first_element(std::string_view der) {
  Bytes at = bytes_of(der);
  long length = 0;
  int tag = 0;
  int tag_class = 0;
  const int found = ASN1_get_object(&at, &length, &tag, &tag_class, static_cast<long>(der.size()));
  constexpr int kBad = 0x80;
  constexpr int kIndefiniteLength = 0x01;
  if ((found & (kBad | kIndefiniteLength)) != 0) return std::nullopt;
  const auto head = static_cast<std::size_t>(at - bytes_of(der));
  const std::string_view whole = der.substr(0, head + static_cast<std::size_t>(length));
  return Element{.whole = whole,
                 .content = whole.substr(head),
                 .tag = tag_class == V_ASN1_CONTEXT_SPECIFIC ? -1 : tag};
}

/// The subject's element of a certificate (RFC 5280, 4.1).
std::optional<std::string_view> subject_of(std::string_view certificate) {
  const auto outer = first_element(certificate);
  const auto to_be_signed = outer ? first_element(outer->content) : std::nullopt;
  if (!to_be_signed) return std::nullopt;
  std::string_view rest = to_be_signed->content;
  const auto version = first_element(rest);
  if (version && version->tag < 0) rest.remove_prefix(version->whole.size());
  // Before it: serial number, algorithm, issuer, validity.
  for (int before = 4;; --before) {
    const auto next = first_element(rest);
    if (!next) return std::nullopt;
    if (before == 0) return next->whole;
    rest.remove_prefix(next->whole.size());
  }
}

bool is_certificate(std::string_view label) {
  return label == PEM_STRING_X509 || label == PEM_STRING_X509_OLD ||
         label == PEM_STRING_X509_TRUSTED;
}

}  // namespace

void Authorities::add(std::string_view pem) {
  const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!in) return;
  const auto unread = [&] { return BIO_ctrl_pending(in.get()); };
  // Nothing but progress goes on: what is damaged may lie anywhere.
  for (std::size_t left = pem.size() + 1; unread() < left;) {
    left = unread();
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long length = 0;
    if (PEM_read_bio(in.get(), &label, &header, &data, &length) != 1) continue;
    if (is_certificate(label)) {
      add_one({reinterpret_cast<const char*>(data), static_cast<std::size_t>(length)});
    }
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_free(data);
  }
}

void Authorities::add_one(std::string_view der) {
  const auto subject = subject_of(der);
  if (!subject) return;
  Bytes at = bytes_of(*subject);
  const NameHandle name(d2i_X509_NAME(nullptr, &at, static_cast<long>(subject->size())));
  int hashed = 0;
  const auto key = name ? X509_NAME_hash_ex(name.get(), nullptr, nullptr, &hashed) : 0;
  if (hashed == 0) return;
  const auto [begin, end] = by_subject_.equal_range(key);
  if (std::none_of(begin, end, [&](const auto& known) { return known.second == der; })) {
    by_subject_.emplace(key, der);
  }
}

bool Authorities::move_to(X509_STORE* store, const X509_NAME* subject) const {
  int hashed = 0;
  const auto key = X509_NAME_hash_ex(subject, nullptr, nullptr, &hashed);
  if (hashed == 0) return false;
  bool found = false;
  const auto [begin, end] = by_subject_.equal_range(key);
  for (auto each = begin; each != end; ++each) {
    Bytes at = bytes_of(each->second);
    // With the trust settings that may follow it.
    const CertificateHandle certificate(
        d2i_X509_AUX(nullptr, &at, static_cast<long>(each->second.size())));
    found |= certificate && X509_STORE_add_cert(store, certificate.get()) == 1;
  }
  return found;
}

}  // namespace barbacane::net::detail

#include "net/detail/tls_errors.h"

#include <ctime>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/detail/tls_handles.h"

namespace barbacane::net::detail {

namespace {

constexpr std::size_t kLongestName = 256;

using NamesHandle = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

std::string_view view(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

/// Reasons of OpenSSL that are riddles to whoever has not read its source.
std::string_view plain_words(int reason) {
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_UNKNOWN_PROTOCOL:
      return "the peer does not speak TLS";
    case SSL_R_HTTP_REQUEST:
      return "the peer speaks HTTP without TLS";
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return "the peer speaks no version of TLS that is allowed";
    case SSL_R_NO_SHARED_CIPHER:
      return "the peer offers no cipher that is allowed";
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SUITABLE_GROUPS:
      return "the peer offers no key exchange group that is allowed";
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
      return "the peer offers no signature algorithm that fits the certificate";
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return "the peer offers no application protocol that is known";
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "the client sent no certificate";
    case SSL_R_EE_KEY_TOO_SMALL:
    case SSL_R_CA_KEY_TOO_SMALL:
      return "its key is too short to be safe";
    case SSL_R_CA_MD_TOO_WEAK:
      return "it is signed with a digest that is not safe";
    default:
      return {};
  }
}

bool is_http(int reason) {
  return reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST;
}

bool is_not_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_UNKNOWN_PROTOCOL;
}

/// OpenSSL files alerts of the peer under reasons of their own, 1000 above their number.
bool is_alert(int reason) { return reason > SSL_AD_REASON_OFFSET; }

std::string alert_text(unsigned long code) {
  std::string_view name = SSL_alert_desc_string_long(ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET);
  const char* reason = ERR_reason_error_string(code);
  if (name == "unknown" && reason != nullptr) {  // to that table; those of TLS 1.3 are elsewhere
    name = reason;
    constexpr std::string_view kMark = " alert ";
    if (const auto at = name.find(kMark); at != name.npos) name.remove_prefix(at + kMark.size());
  }
  return fmt::format("the peer refused with the alert \"{}\"", name);
}

std::string host_mismatch(X509* certificate, std::string_view host) {
  if (X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) < 0) {
    return fmt::format("the certificate has no subjectAltName, which is where {} would stand",
                       host);
  }
  std::string listed;
  for (const std::string& name : certificate_names(certificate)) {
    if (listed.size() + name.size() > kLongestName) {
      listed += ", ...";
      break;
    }
    listed += (listed.empty() ? "" : ", ") + name;
  }
  if (listed.empty()) return fmt::format("the certificate is not for {}", host);
  return fmt::format("the certificate is for {}, not for {}", listed, host);
}

std::string lower_name(std::string_view name) { return base::to_lower(name.substr(0, 253)); }

}  // namespace

std::string last_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown error";
}

TlsTrouble last_trouble() {
  // The first of ours tells the cause; what follows are its consequences.
  const unsigned long code = ERR_peek_error();
  if (code == 0) return {TlsFailure::kProtocol, "unknown error"};
  const int reason = ERR_GET_REASON(code);
  if (ERR_GET_LIB(code) != ERR_LIB_SSL) return {TlsFailure::kProtocol, last_reason()};
  if (is_alert(reason)) return {TlsFailure::kRefused, alert_text(code)};
  TlsTrouble trouble{TlsFailure::kProtocol, std::string(plain_words(reason))};
  if (trouble.text.empty()) {
    const char* name = ERR_reason_error_string(code);
    trouble.text = name != nullptr ? name : "unknown error";
  }
  if (is_http(reason)) trouble.failure = TlsFailure::kPlainHttp;
  if (is_not_tls(reason)) trouble.failure = TlsFailure::kNotTls;
  if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) trouble.failure = TlsFailure::kCertificate;
  return trouble;
}

std::string describe_verification(X509_STORE_CTX* verification, std::string_view host) {
  X509* certificate = X509_STORE_CTX_get_current_cert(verification);
  const int error = X509_STORE_CTX_get_error(verification);
  const int depth = X509_STORE_CTX_get_error_depth(verification);
  const bool server = host.empty();
  if (certificate == nullptr) return X509_verify_cert_error_string(error);
  const std::string whose = depth == 0 ? (server ? "the client's certificate" : "the certificate")
                                       : fmt::format("the authority's certificate ({})",
                                                     name_text(X509_get_subject_name(certificate)));
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("{} expired on {}", whose, time_text(X509_get0_notAfter(certificate)));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("{} is not valid before {}", whose,
                         time_text(X509_get0_notBefore(certificate)));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return whose + " is self-signed and not trusted";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return fmt::format("no trusted authority vouches for {}, issued by {}", whose,
                         name_text(X509_get_issuer_name(certificate)));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return host_mismatch(certificate, host);
    case X509_V_ERR_INVALID_PURPOSE:
      return fmt::format("{} may not be used by a TLS {}", whose, server ? "client" : "server");
    default:
      return fmt::format("{} was refused: {}", whose, X509_verify_cert_error_string(error));
  }
}

std::string name_text(const X509_NAME* name) {
  const BioHandle out(BIO_new(BIO_s_mem()));
  if (!out || name == nullptr) return {};
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  if (length <= 0) return {};
  return std::string(base::utf8_prefix({text, static_cast<std::size_t>(length)}, kLongestName));
}

std::string time_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
  return base::rfc3339(std::chrono::system_clock::from_time_t(::timegm(&parts)));
}

std::vector<std::string> certificate_names(X509* certificate) {
  std::vector<std::string> names;
  const NamesHandle listed(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; listed && i < sk_GENERAL_NAME_num(listed.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(listed.get(), i);
    if (name->type == GEN_DNS) names.push_back(lower_name(view(name->d.dNSName)));
  }
  if (listed) return names;
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return names;
  names.push_back(lower_name(view(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)))));
  return names;
}

}  // namespace barbacane::net::detail

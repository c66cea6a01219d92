#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/program.h"
#include "validation/violation.h"
#include "validation/workspace.h"

/// Bodies of `multipart/form-data`, checked as they stream (RFC 7578, RFC 2046 5.1; data-plane
/// contract, 3 and 6.5; OpenAPI 3.1, 4.8.14.5).
///
/// A `MultipartRules` is compiled once per media type of an operation. For each body a
/// `MultipartCheck` takes the bytes in whatever pieces they arrive and keeps only what it must: the
/// heads of parts, and parts that may be looked into, each up to a limit. A part beyond the limit,
/// or a file that is no text, is counted and no more if its schema asks for nothing but the length
/// of a string, as schemas of files do; else it is refused. What a schema asks for is found out
/// beforehand by trying, so it may be missed; then a keyword that asks about content nobody kept
/// cannot be judged, and the body is refused at the end. A file name or a content type thus makes
/// no value pass that would not pass as text.
///
/// A part without Content-Type has the type its property declares. Of `encoding.headers` only the
/// presence of required ones is checked. A part of a declared type that nothing here can read (XML
/// for an object) is the one exception: it is taken as it is; everything around it is checked.
namespace barbacane::validation {

struct MultipartLimits {
  std::size_t head = 8 * 1024;  ///< bytes of one part's header section
  std::size_t parts = 1000;
  std::size_t kept_part = 64 * 1024;  ///< bytes of one part that is looked into
  std::size_t kept = 1024 * 1024;     ///< of all such parts together
};

class MultipartRules {
 public:
  /// `schema` of the whole form, `encoding` the media type's encoding object as JSON text, empty
  /// for none. `program` outlives the rules.
  static base::Result<MultipartRules> build(const schema::Program& program, schema::SchemaId schema,
                                            std::string_view encoding, MultipartLimits limits = {});
  MultipartRules(MultipartRules&&) noexcept;
  MultipartRules& operator=(MultipartRules&&) noexcept;
  ~MultipartRules();

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit MultipartRules(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// The `boundary` of a content type; an error when it has none or one that RFC 2046 does not allow.
base::Result<std::string> multipart_boundary(std::string_view content_type);

class MultipartCheck {
 public:
  /// `rules` outlive the check.
  MultipartCheck(const MultipartRules& rules, std::string boundary);
  ~MultipartCheck();
  MultipartCheck(MultipartCheck&&) noexcept;

  /// False as soon as the body cannot be valid any more; the rest need not be fed.
  bool feed(std::string_view bytes);
  /// At the end of the body: the verdict on everything.
  bool finish(Workspace& workspace);

  /// Whether every part the schema requires has been seen to its end and has passed; of an array,
  /// its first one. What the schema says about the form as a whole is known at `finish` only.
  bool required_parts_passed() const;

  /// After `feed` or `finish` said no: why.
  const std::vector<Violation>& violations() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barbacane::validation

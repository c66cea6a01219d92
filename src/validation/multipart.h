#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/program.h"
#include "validation/part_headers.h"
#include "validation/violation.h"
#include "validation/workspace.h"

/// Bodies of `multipart/form-data`, checked as they stream (RFC 7578, RFC 2046 5.1; data-plane
/// contract, 3 and 6.5; OpenAPI 3.1, 4.8.14.5).
///
/// A `MultipartRules` is compiled once per media type of an operation. For each body a
/// `MultipartCheck` takes the bytes in whatever pieces they arrive and keeps only what it must: the
/// head of a part until it is read, and JSON, text and values to the end. How much of that there
/// may be is for whoever feeds it to say, as with any body; what is held grows with what was sent
/// and by no power of it.
///
/// What comes as a file, by its name or its type, is counted and no more if its schema asks for
/// nothing but the length of a string, as schemas of files do, and if it is large or no text. What
/// a schema asks for is found out beforehand by trying, so it may be missed; then a keyword that
/// asks about content nobody kept cannot be judged, and the body is refused at the end. A file name
/// or a content type thus makes no value pass that would not pass as text.
///
/// A part without Content-Type has the type its property declares. Text is UTF-8; under the label
/// of a charset that only begins like it, US-ASCII. A part of a declared type that nothing here can
/// read (XML for an object) is the one exception: it is taken as it is; everything around it is
/// checked.
namespace barbacane::validation {

struct MultipartLimits {
  std::size_t head = 8 * 1024;     ///< bytes of one part's header section
  std::size_t file = 64 * 1024;    ///< of a file that is kept though nothing seems to look into it
  std::size_t files = 256 * 1024;  ///< of all such files together
  /// Of everything that is held; no text may be longer than a tape can say.
  std::size_t held = UINT32_MAX;
};

class MultipartRules {
 public:
  /// `schema` of the whole form, `encoding` the media type's encoding object as JSON text, empty
  /// for none, `headers` what it says about those of parts. `program` outlives the rules. `place`
  /// is that of the declaration, for violations no schema is behind.
  static base::Result<MultipartRules> build(const schema::Program& program, schema::SchemaId schema,
                                            std::string_view encoding, MultipartLimits limits = {},
                                            std::string place = {},
                                            std::span<const PartHeader> headers = {});
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

  /// False as soon as the body cannot be valid any more; the rest need not be fed. Nothing stays in
  /// the workspace between two calls.
  bool feed(std::string_view bytes, Workspace& workspace);
  /// At the end of the body: the verdict on everything.
  bool finish(Workspace& workspace);

  /// After `feed` or `finish` said no: why.
  const std::vector<Violation>& violations() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barbacane::validation

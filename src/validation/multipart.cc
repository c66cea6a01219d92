#include "validation/multipart.h"

#include <utility>

#include "base/text.h"
#include "validation/detail/media_syntax.h"
#include "validation/detail/multipart_form.h"
#include "validation/detail/multipart_framing.h"

namespace barbacane::validation {
namespace {

using detail::MultipartFraming;

/// RFC 2046, 5.1.1: `bchars`, of which the last is no space.
bool is_boundary(std::string_view text) {
  constexpr std::size_t kLongest = 70;
  if (text.empty() || text.size() > kLongest || text.back() == ' ') return false;
  return text.find_first_not_of(
             "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
             "'()+_,-./:=? ") == text.npos;
}

}  // namespace

base::Result<std::string> multipart_boundary(std::string_view content_type) {
  const auto type = detail::view_media_type(content_type);
  if (!type) return base::fail("the content type is malformed");
  std::optional<std::string> boundary;
  detail::FieldReader reader(type->parameters);
  while (const auto parameter = reader.parameter()) {
    if (!base::equals_ignoring_case(parameter->name, "boundary")) continue;
    if (boundary) return base::fail("the content type has two boundaries");
    boundary = parameter->value.unescaped();
  }
  if (!boundary) return base::fail("the content type has no boundary");
  if (!is_boundary(*boundary)) return base::fail("the boundary of the content type is not allowed");
  return std::move(*boundary);
}

base::Result<MultipartRules> MultipartRules::build(const schema::Program& program,
                                                   schema::SchemaId schema,
                                                   std::string_view encoding,
                                                   MultipartLimits limits, std::string place,
                                                   std::span<const PartHeader> headers) {
  auto properties = detail::plan_form(program, schema, encoding);
  if (!properties) return std::unexpected(std::move(properties.error()));
  std::vector<detail::PartRule> parts;
  for (const auto& property : properties->declared) {
    auto part = detail::plan_part(program, property, headers);
    if (!part) return std::unexpected(std::move(part.error()));
    parts.push_back(std::move(*part));
  }
  auto undeclared =
      detail::plan_part(program, properties->additional.value_or(detail::FormProperty{}), {});
  if (!undeclared) return std::unexpected(std::move(undeclared.error()));
  return MultipartRules(
      std::make_unique<const Impl>(Impl{program, schema, std::move(*properties), std::move(parts),
                                        std::move(*undeclared), limits, std::move(place)}));
}

MultipartRules::MultipartRules(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
MultipartRules::MultipartRules(MultipartRules&&) noexcept = default;
MultipartRules& MultipartRules::operator=(MultipartRules&&) noexcept = default;
MultipartRules::~MultipartRules() = default;

struct MultipartCheck::Impl {
  MultipartFraming framing;
  detail::MultipartForm form;

  bool take(MultipartFraming::Event event, Workspace& workspace) {
    switch (event) {
      case MultipartFraming::Event::kHead:
        return form.begin_part(framing.head(), workspace);
      case MultipartFraming::Event::kData:
        return form.add(framing.data());
      case MultipartFraming::Event::kPartEnd:
        return form.end_part(workspace);
      case MultipartFraming::Event::kError:
        return form.refuse_body("must be well-formed, but " + std::string(framing.error()));
      case MultipartFraming::Event::kMore:
        break;
    }
    return true;
  }
};

MultipartCheck::MultipartCheck(const MultipartRules& rules, std::string boundary)
    : impl_(std::make_unique<Impl>(Impl{MultipartFraming(boundary, rules.impl().limits.head),
                                        detail::MultipartForm(rules.impl())})) {}
MultipartCheck::~MultipartCheck() = default;
MultipartCheck::MultipartCheck(MultipartCheck&&) noexcept = default;

bool MultipartCheck::feed(std::string_view bytes, Workspace& workspace) {
  if (!violations().empty()) return false;
  for (;;) {
    const auto event = impl_->framing.next(bytes);
    if (event == MultipartFraming::Event::kMore) return true;
    if (!impl_->take(event, workspace)) return false;
  }
}

bool MultipartCheck::finish(Workspace& workspace) {
  if (!violations().empty()) return false;
  if (!impl_->framing.complete()) {
    return impl_->form.refuse_body("must be well-formed, but the closing boundary is missing");
  }
  return impl_->form.finish(workspace);
}

const std::vector<Violation>& MultipartCheck::violations() const {
  return impl_->form.violations();
}

}  // namespace barbacane::validation

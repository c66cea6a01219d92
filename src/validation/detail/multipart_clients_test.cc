#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "validation/detail/form_program.h"
#include "validation/multipart.h"

/// The same form as different clients send it, byte for byte but for line ends.
namespace barbacane::validation {
namespace {

constexpr std::string_view kSchema = R"({"type": "object",
  "required": ["id", "photo"], "additionalProperties": false,
  "properties": {
    "id": {"type": "integer"},
    "say \"hi\"": {"type": "string", "minLength": 1},
    "photo": {"type": "string", "format": "binary"},
    "scan": {"type": "string", "format": "binary"},
    "address": {"type": "object", "required": ["city"]}}})";

struct Client {
  std::string_view name;
  std::string_view content_type;
  std::string_view body;
};

const Client kClients[] = {
    {"curl", "multipart/form-data; boundary=------------------------0312be4048540503",
     R"(--------------------------0312be4048540503
Content-Disposition: form-data; name="id"

7
--------------------------0312be4048540503
Content-Disposition: form-data; name="say %22hi%22"

x
--------------------------0312be4048540503
Content-Disposition: form-data; name="photo"; filename="we%22ird.png"
Content-Type: image/png

@PNG@
--------------------------0312be4048540503
Content-Disposition: form-data; name="address"; filename=""
Content-Type: application/json

{"city":"Bern"}
--------------------------0312be4048540503--
)"},
    {"curl before 7.81", "multipart/form-data; boundary=------------------------d74496d66958873e",
     R"(--------------------------d74496d66958873e
Content-Disposition: form-data; name="id"

7
--------------------------d74496d66958873e
Content-Disposition: form-data; name="say \"hi\""

x
--------------------------d74496d66958873e
Content-Disposition: form-data; name="photo"; filename="a.bin"
Content-Type: application/octet-stream

@PNG@
--------------------------d74496d66958873e--
)"},
    {"Chrome: a file input left empty, JSON in a Blob",
     "multipart/form-data; boundary=----WebKitFormBoundaryQ2xHqWJ3pV0bGz1B",
     R"(------WebKitFormBoundaryQ2xHqWJ3pV0bGz1B
Content-Disposition: form-data; name="id"

7
------WebKitFormBoundaryQ2xHqWJ3pV0bGz1B
Content-Disposition: form-data; name="say %22hi%22"

two
lines
------WebKitFormBoundaryQ2xHqWJ3pV0bGz1B
Content-Disposition: form-data; name="photo"; filename="cat.jpg"
Content-Type: image/jpeg

@PNG@
------WebKitFormBoundaryQ2xHqWJ3pV0bGz1B
Content-Disposition: form-data; name="scan"; filename=""
Content-Type: application/octet-stream


------WebKitFormBoundaryQ2xHqWJ3pV0bGz1B
Content-Disposition: form-data; name="address"; filename="blob"
Content-Type: application/json

{"city":"Bern"}
------WebKitFormBoundaryQ2xHqWJ3pV0bGz1B--
)"},
    {"Firefox",
     "multipart/form-data; boundary=---------------------------9051914041544843365972754266",
     R"(-----------------------------9051914041544843365972754266
Content-Disposition: form-data; name="id"

7
-----------------------------9051914041544843365972754266
Content-Disposition: form-data; name="photo"; filename="résumé.pdf"
Content-Type: application/pdf

@PNG@
-----------------------------9051914041544843365972754266--
)"},
    {"Python requests", "multipart/form-data; boundary=f8bd6388eeac66eb56fd06116c14ed9e",
     R"(--f8bd6388eeac66eb56fd06116c14ed9e
Content-Disposition: form-data; name="id"

7
--f8bd6388eeac66eb56fd06116c14ed9e
Content-Disposition: form-data; name="photo"; filename*=utf-8''cat%C3%A9.png
Content-Type: image/png

@PNG@
--f8bd6388eeac66eb56fd06116c14ed9e
Content-Disposition: form-data; name="address"
Content-Type: application/json

{"city": "Bern"}
--f8bd6388eeac66eb56fd06116c14ed9e--
)"},
    {"Node undici", "multipart/form-data; boundary=----formdata-undici-012345678901",
     R"(------formdata-undici-012345678901
Content-Disposition: form-data; name="id"

7
------formdata-undici-012345678901
Content-Disposition: form-data; name="photo"; filename="blob"
Content-Type: application/octet-stream

@PNG@
------formdata-undici-012345678901--
)"},
    {".NET HttpClient", "multipart/form-data; boundary=\"b6d0e8d4-2b0e-4a3e-9f4e-0c5a3b1f2a77\"",
     R"(--b6d0e8d4-2b0e-4a3e-9f4e-0c5a3b1f2a77
Content-Type: text/plain; charset=utf-8
Content-Disposition: form-data; name=id

7
--b6d0e8d4-2b0e-4a3e-9f4e-0c5a3b1f2a77
Content-Disposition: form-data; name=photo; filename=cat.png; filename*=utf-8''cat.png

@PNG@
--b6d0e8d4-2b0e-4a3e-9f4e-0c5a3b1f2a77--
)"},
    {"OkHttp", "multipart/form-data; boundary=0d5ab3b7-8d2d-4a6d-8f5f-2e6c1f1e9c10",
     R"(--0d5ab3b7-8d2d-4a6d-8f5f-2e6c1f1e9c10
Content-Disposition: form-data; name="id"
Content-Length: 1

7
--0d5ab3b7-8d2d-4a6d-8f5f-2e6c1f1e9c10
Content-Disposition: form-data; name="photo"; filename="cat.png"
Content-Type: image/png
Content-Transfer-Encoding: binary

@PNG@
--0d5ab3b7-8d2d-4a6d-8f5f-2e6c1f1e9c10--
)"},
    {"Apache HttpClient", "multipart/form-data; boundary=w58EW1cEpjzydSCq; charset=ISO-8859-1",
     R"(--w58EW1cEpjzydSCq
Content-Disposition: form-data; name="id"
Content-Type: text/plain; charset=ISO-8859-1
Content-Transfer-Encoding: 8bit

7
--w58EW1cEpjzydSCq
Content-Disposition: form-data; name="photo"; filename="cat.png"
Content-Type: application/octet-stream
Content-Transfer-Encoding: binary

@PNG@
--w58EW1cEpjzydSCq--
)"},
};

/// Line ends as they are sent, and bytes that are no text where the file is.
std::string as_sent(std::string_view body) {
  std::string out;
  for (const char c : body) {
    if (c == '\n') out += '\r';
    out += c;
  }
  constexpr std::string_view kMark = "@PNG@";
  constexpr std::string_view kFile("\x89PNG\r\n\x1A\n\0\xFF\r\n--\r", 16);
  return out.replace(out.find(kMark), kMark.size(), kFile);
}

TEST(MultipartCheck, TakesBodiesAsClientsSendThem) {
  const detail::FormProgram form = detail::compile_form(kSchema);
  const auto rules = MultipartRules::build(form.program, form.id, {});
  ASSERT_TRUE(rules.has_value());
  for (const Client& client : kClients) {
    const auto boundary = multipart_boundary(client.content_type);
    ASSERT_TRUE(boundary.has_value()) << client.name;
    const std::string body = as_sent(client.body);
    for (const std::size_t step : {body.size(), std::size_t{1}, std::size_t{7}}) {
      MultipartCheck check(*rules, *boundary);
      Workspace workspace;
      bool good = true;
      for (std::size_t at = 0; good && at < body.size(); at += step) {
        good = check.feed(std::string_view(body).substr(at, step), workspace);
      }
      EXPECT_TRUE(check.finish(workspace))
          << client.name << ": " << check.violations().front().field << ": "
          << check.violations().front().reason;
    }
  }
}

}  // namespace
}  // namespace barbacane::validation

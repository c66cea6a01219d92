"""The gateway, nginx and HAProxy as proxies in front of the same upstream, and that upstream."""

import os
import shutil

from . import nginx
from .process import Server, free_port, gateway
from .setting import LOAD_CORE, SERVER_CORE

SMALL = '{"id":42,"name":"An item of the bench","price":{"amount":1999,"currency":"EUR"},"tags":["a","bulk"]}'
LARGE_BYTES = 10_000

UPSTREAM = """
    default_type application/json;
    root {files};
    location = /small {{ return 200 '{small}'; }}
"""

NGINX = """
    location / {{
      proxy_pass http://upstream;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Host $host;
      proxy_set_header X-Forwarded-Proto $scheme;
      {buffers}
{headers}
    }}
"""

# Room for a whole answer in one read, and no more system calls than needed: the best nginx can do.
NGINX_BUFFERS = """
      proxy_buffer_size 16k;
      proxy_buffers 8 16k;
"""

NGINX_STREAMING = """
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_buffer_size 64k;
      proxy_buffers 4 64k;
      client_body_buffer_size 64k;
"""

HAPROXY = """
global
  nbthread 1
  maxconn 4000
defaults
  mode http
  timeout client 600s
  timeout server 600s
  timeout connect 5s
  timeout http-keep-alive 600s
  http-reuse always
frontend clients
  bind 127.0.0.1:{port}
  option forwardfor
  http-request set-header x-forwarded-host %[req.hdr(host)]
  http-request set-header x-forwarded-proto http
{headers}
  default_backend upstream
backend upstream
  server one 127.0.0.1:{upstream}
"""

SPEC_HEAD = """openapi: "3.1.0"
info: {title: Proxied, version: 1.0.0}
paths:
"""
SPEC_PATH = """
  {path}:
    {method}:
      responses: {{'200': {{description: An answer}}}}
      x-barbacane-dispatch:
        name: http-upstream
        config: {{url: "http://127.0.0.1:{port}", timeout: 120}}
"""


def upstream(setting):
    """nginx beside the load, with a small answer, a large one, and a gigabyte."""
    files = setting.path("files")
    os.makedirs(files, exist_ok=True)
    with open(os.path.join(files, "large"), "w", encoding="utf-8") as out:
        item = '{"id":42,"name":"An item of the bench","price":1999},'
        text = "[" + item * (LARGE_BYTES // len(item)) + "0]"
        out.write(text[:-3] + " " * (LARGE_BYTES - len(text)) + text[-3:])
    with open(os.path.join(files, "gigabyte"), "wb") as out:
        out.truncate(1 << 30)
    settings = "sendfile on; tcp_nopush on; open_file_cache max=10;"
    return nginx.start(setting, LOAD_CORE, UPSTREAM.format(files=files, small=SMALL), settings)


def our_proxy(setting, port, options=()):
    operations = (("/small", "get"), ("/large", "get"), ("/gigabyte", "get"), ("/upload", "put"),
                  ("/later", "get"))  # fmt: skip
    spec = SPEC_HEAD + "".join(
        SPEC_PATH.format(path=path, method=method, port=port) for path, method in operations
    )
    artifact = setting.compiled(f"proxied-{port}", spec, "--allow-plaintext")
    return gateway(setting, artifact, SERVER_CORE, ["--allow-plaintext-upstream", *options])


def added_headers(proxied, direct):
    """What the gateway adds to an answer: names and values, from the answer and the upstream's own."""
    ours, theirs = (nginx.parse(answer)[0] for answer in (proxied, direct))
    names = {name.lower() for name, _ in theirs} | nginx.OWN
    return [(name, value) for name, value in ours if name.lower() not in names]


def nginx_proxy(setting, port, added, buffers=NGINX_BUFFERS):
    settings = f"""
  upstream upstream {{
    server 127.0.0.1:{port};
    keepalive 512;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
  }}"""
    headers = "\n".join(nginx.header_line(name, value) for name, value in added)
    return nginx.start(setting, SERVER_CORE, NGINX.format(buffers=buffers, headers=headers), settings)


def haproxy_line(name, value):
    """Identifiers are as fresh and as long as the gateway's; all else is literal."""
    if name.lower() == "x-request-id":
        value = "%[uuid]"
    elif name.lower() == "x-trace-id":
        value = "%[rand,hex]%[rand,hex]"
    return f'  http-response set-header {name} "{value}"'


def haproxy_proxy(setting, port, added):
    own = free_port()
    configuration = setting.path(f"haproxy-{own}.cfg")
    with open(configuration, "w", encoding="utf-8") as out:
        out.write(HAPROXY.format(
            port=own, upstream=port, headers="\n".join(haproxy_line(*one) for one in added)
        ))  # fmt: skip
    program = shutil.which("haproxy") or "/usr/sbin/haproxy"
    return Server([program, "-db", "-f", configuration], own, SERVER_CORE)

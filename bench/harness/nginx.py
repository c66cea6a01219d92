"""nginx with one worker that gives the gateway's own answer: same body, same headers, same lengths."""

import os
import shutil

from .process import Server, children, free_port

# What nginx writes itself.
OWN = {"server", "date", "content-type", "content-length", "connection", "keep-alive"}

CONFIGURATION = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
{user}
events {{ worker_connections 16384; }}
http {{
  access_log off;
  server_tokens off;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ }}
  client_max_body_size 0;
  {settings}
  server {{
    listen 127.0.0.1:{port} reuseport {listen};
    {server}
  }}
}}
"""

ANSWER = """
    default_type "{content_type}";
    location / {{
{headers}
      return 200 '{body}';
    }}
"""


def parse(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
    return headers, body.decode()


def header_line(name, value):
    """The two identifiers are as fresh and as long as the gateway's; all else is literal."""
    if name.lower() == "x-request-id":
        value = "${request_id}" + "0" * max(0, len(value) - 32)
    elif name.lower() == "x-trace-id":
        value = "$request_id"
    return f'      add_header {name} "{value}";'


class Nginx(Server):
    @property
    def worker(self):
        return children(self.process.pid)[0]


def start(setting, core, server, settings="", listen=""):
    """A server with these lines in its `server` and `http` blocks, and these words behind its port."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = free_port()
    folder = setting.path(f"nginx-{port}")
    os.makedirs(folder, exist_ok=True)
    configuration = os.path.join(folder, "nginx.conf")
    with open(configuration, "w", encoding="utf-8") as out:
        out.write(CONFIGURATION.format(
            folder=folder,
            user="user root;" if os.geteuid() == 0 else "",
            port=port,
            listen=listen,
            settings=settings,
            server=server,
        ))  # fmt: skip
    return Nginx([program, "-p", folder, "-c", configuration, "-e", f"{folder}/nginx.log"], port, core)


def nginx(setting, answer, core, lines="", listen=""):
    """A server that answers as the gateway's `answer` (raw bytes) does."""
    headers, body = parse(answer)
    server = ANSWER.format(
        content_type=dict((n.lower(), v) for n, v in headers)["content-type"],
        headers="\n".join(header_line(n, v) for n, v in headers if n.lower() not in OWN),
        body=body.replace("\\", "\\\\").replace("'", "\\'"),
    )
    return start(setting, core, lines + server, listen=listen)

"""A `POST` with five parameters and a body of 1 KB, all checked, beside nginx that checks nothing."""

import os

from .http import CONNECTIONS, Load, in_turns, report
from .setting import HERE

PATH = "/customers/4711/orders?page_size=25&express=true"
FIELDS = {
    "Content-Type": "application/json",
    "X-Client-Id": "3d6f4c2e-5b1a-4f7d-9c8e-0a1b2c3d4e5f",
    "Cookie": "theme=dark; session=a8f5f167f44f4964e6c998dee827110c",
}


def request(body):
    lines = [f"POST {PATH} HTTP/1.1", "Host: bench", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in FIELDS.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def wrk_script(setting, body):
    path = setting.path("post.lua")
    with open(path, "w", encoding="utf-8") as out:
        out.write('wrk.method = "POST"\n')
        for name, value in FIELDS.items():
            out.write(f'wrk.headers["{name}"] = "{value}"\n')
        out.write(f"wrk.body = [==[{body.decode()}]==]\n")
    return path


def measure(setting):
    with open(os.path.join(HERE, "..", "order", "order.json"), "rb") as file:
        body = file.read().strip()
    load = Load(PATH, wrk_script(setting, body))
    ours, theirs = in_turns(setting, setting.artifact("order"), "/ready", request(body), load)
    what = f"mock `POST`, 5 parameters and {len(body):,} bytes of JSON checked, {CONNECTIONS} connections"
    return report(what, ours, theirs, 1.6, None)

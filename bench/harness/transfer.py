"""A gigabyte through the proxy, down and up: CPU seconds, beside nginx that buffers nothing."""

import contextlib
import statistics
import subprocess
import sys

from .pairs import python_server
from .process import cpu, on_core
from .proxies import NGINX_STREAMING, nginx_proxy, our_proxy, upstream
from .setting import LOAD_CORE
from .table import Row

SIZE = 1 << 30
LIMIT = ["--max-body-size", "2000000000"]


def curl(port, arguments):
    command = ["curl", "--silent", "--show-error", "--fail", "--output", "/dev/null", "--header", "Expect:",
               "--write-out", "%{size_download} %{size_upload}", *arguments]  # fmt: skip
    command[-1] = f"http://127.0.0.1:{port}{command[-1]}"
    done = subprocess.run(on_core(LOAD_CORE, command), check=True, capture_output=True, text=True)
    if str(SIZE) not in done.stdout.split():
        raise RuntimeError(f"not a gigabyte went through: {done.stdout}")


def seconds_of(server, arguments):
    before = cpu(server.worker)
    curl(server.port, arguments)
    return (cpu(server.worker) - before).total


def row(setting, what, servers, arguments):
    spent = {name: [] for name in servers}
    for turn in range(setting.rounds(7)):
        for name in list(servers) if turn % 2 == 0 else reversed(list(servers)):
            spent[name].append(seconds_of(servers[name], arguments))
            print(f"  {what} {name:10}{spent[name][-1]:6.2f} s", file=sys.stderr, flush=True)
    ours, theirs = spent["barbacane"], spent["nginx"]
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    note = f"{statistics.median(ours):.2f} against {statistics.median(theirs):.2f} s"
    return Row(f"1 GB {what} through the proxy: CPU seconds", f"{ratio:.3f} × nginx", "≤ 1.1 ×", ratio <= 1.1, note)


@contextlib.contextmanager
def both(setting, port):
    with our_proxy(setting, port, LIMIT) as ours, nginx_proxy(setting, port, [], NGINX_STREAMING) as nginx:
        yield {"barbacane": ours, "nginx": nginx}


def wait_for(servers, path):
    for server in servers.values():
        server.first_answer(path)


def measure(setting):
    with upstream(setting) as origin, both(setting, origin.port) as servers:
        wait_for(servers, "/small")
        rows = [row(setting, "download", servers, ["/gigabyte"])]
    file = setting.path("gigabyte")
    with open(file, "wb") as out:
        out.truncate(SIZE)
    with python_server("uploads") as origin, both(setting, origin.port) as servers:
        wait_for(servers, "/small")
        rows.append(row(setting, "upload", servers, ["--upload-file", file, "/upload"]))
    return rows

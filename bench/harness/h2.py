"""HTTP/2 in clear text beside nginx: the mock's answer, many streams on few connections."""

import re
import subprocess

from .http import Round, check_same, report
from .nginx import nginx
from .process import ask, cpu, gateway, get, on_core
from .setting import LOAD_CORE, SERVER_CORE
from .tls import in_turns

PATH = "/items/42"
CONNECTIONS, STREAMS = 32, 10


def load(port, seconds):
    """Requests answered with 200, and requests a second."""
    command = ["h2load", "-t1", f"-c{CONNECTIONS}", f"-m{STREAMS}", f"-D{seconds}s",
               f"http://127.0.0.1:{port}{PATH}"]  # fmt: skip
    output = subprocess.run(on_core(LOAD_CORE, command), check=True, capture_output=True, text=True).stdout
    done, failed = re.search(r"(\d+) succeeded, (\d+) failed", output).groups()
    good, bad = re.search(r"status codes: (\d+) 2xx, (.*)", output).groups()
    if failed != "0" or re.search(r"[1-9]", re.sub(r"\dxx", "", bad)) or int(good) < int(done):
        raise RuntimeError(f"the load met errors:\n{output}")
    return int(done), int(done) / seconds


def one_round(server, seconds):
    before = cpu(server.worker)
    requests, rate = load(server.port, seconds)
    return Round(requests, rate, cpu(server.worker) - before)


def measure(setting):
    with gateway(setting, setting.artifact("ten"), SERVER_CORE) as ours:
        ours.first_answer(PATH)
        answer = ask(ours.port, get(PATH))
        with nginx(setting, answer, SERVER_CORE) as plain:
            plain.first_answer(PATH)
            check_same(answer, ask(plain.port, get(PATH)))
        # nginx takes HTTP/2 in clear text on a port of its own, where HTTP/1.1 is not understood.
        with nginx(setting, answer, SERVER_CORE, listen="http2") as theirs:
            servers, seconds = {"barbacane": ours, "nginx": theirs}, setting.seconds(6)
            load(ours.port, 1), load(theirs.port, 1)
            results = in_turns(setting, servers, lambda one: one_round(one, seconds))
    what = f"HTTP/2 mock `GET`, {CONNECTIONS} connections × {STREAMS} streams"
    return report(what, *results, 1.0, 1.0)

"""The gateway beside nginx: the same answer, keep-alive, the same core, in turns."""

import re
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import Optional

from .nginx import OWN, nginx, parse
from .process import ask, cpu, gateway, get, on_core
from .setting import LOAD_CORE, SERVER_CORE
from .table import Row

PATH = "/items/42"
CONNECTIONS = 32


class Round:
    """One run of the load: requests a second, and microseconds of CPU a request."""

    def __init__(self, requests, rate, spent):
        self.rate = rate
        self.user = spent.user / requests * 1e6
        self.system = spent.system / requests * 1e6
        self.cpu = self.user + self.system

    def __str__(self):
        return (f"{self.rate:9.0f} requests/s  {self.cpu:6.2f} µs a request "
                f"(user {self.user:5.2f} + system {self.system:5.2f})")  # fmt: skip


@dataclass
class Load:
    """Closed loop with wrk: what it asks, by path alone or by a script of wrk's."""

    path: str
    script: Optional[str] = None
    scheme = "http"

    def run(self, port, seconds):
        """Requests made and requests a second."""
        script = ["-s", self.script] if self.script else []
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *script,
                   f"{self.scheme}://127.0.0.1:{port}{self.path}"]  # fmt: skip
        output = subprocess.run(
            on_core(LOAD_CORE, command), check=True, capture_output=True, text=True
        ).stdout
        if "Non-2xx" in output or "Socket errors" in output:
            raise RuntimeError(f"the load met errors:\n{output}")
        requests = int(re.search(r"(\d+) requests in", output).group(1))
        return requests, float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))


def one_round(server, load, seconds):
    before = cpu(server.worker)
    requests, rate = load.run(server.port, seconds)
    return Round(requests, rate, cpu(server.worker) - before)


def median_ratio(ours, theirs, field):
    """The median of the ratios of rounds that ran one after the other."""
    ratios = [getattr(a, field) / getattr(b, field) for a, b in zip(ours, theirs)]
    return statistics.median(ratios)


def in_turns(setting, artifact, ready, request, load):
    """Rounds of the gateway and of nginx, which answers `request` with the gateway's own answer."""
    rounds, seconds = setting.rounds(7), setting.seconds(6)
    ours, theirs = [], []
    with gateway(setting, artifact, SERVER_CORE) as we:
        we.first_answer(ready)
        answer = ask(we.port, request)
        with nginx(setting, answer, SERVER_CORE) as they:
            they.first_answer(ready)
            check_same(answer, ask(they.port, request))
            load.run(we.port, 1), load.run(they.port, 1)
            for turn in range(rounds):
                both = [(we, ours, "barbacane"), (they, theirs, "nginx")]
                for server, results, name in both if turn % 2 == 0 else reversed(both):
                    results.append(one_round(server, load, seconds))
                    print(f"  {name:10}{results[-1]}", file=sys.stderr, flush=True)
    return ours, theirs


def measure(setting):
    ours, theirs = in_turns(setting, setting.artifact("ten"), PATH, get(PATH), Load(PATH))
    return report(f"mock `GET`, keep-alive, {CONNECTIONS} connections", ours, theirs, 1.05, 0.95)


def check_same(ours, theirs):
    (our_headers, our_body), (their_headers, their_body) = parse(ours), parse(theirs)
    names = [
        sorted({name.lower() for name, _ in headers} - OWN) for headers in (our_headers, their_headers)
    ]
    if our_body != their_body or names[0] != names[1]:
        raise RuntimeError(f"the answers differ:\n{ours.decode()}\n\n{theirs.decode()}")


def report(what, ours, theirs, most_cpu, least_rate):
    def median(rounds, field):
        return statistics.median(getattr(one, field) for one in rounds)

    def row(what, field, unit, bar):
        ratio = median_ratio(ours, theirs, field)
        note = f"{median(ours, field):,.2f} against {median(theirs, field):,.2f} {unit}"
        return Row(what, f"{ratio:.3f} × nginx", bar and f"{bar[0]} {bar[1]} ×", bar and met(ratio, bar), note)

    def met(ratio, bar):
        return ratio <= bar[1] if bar[0] == "≤" else ratio >= bar[1]

    return [
        row(f"{what}: CPU per request", "cpu", "µs", ("≤", most_cpu)),
        row("… of it in user space", "user", "µs", None),
        row("… of it in the kernel", "system", "µs", None),
        row(f"{what}: throughput", "rate", "requests/s", least_rate and ("≥", least_rate)),
    ]

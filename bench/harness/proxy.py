"""The gateway as a proxy, beside nginx and HAProxy: HTTP/1.1 on both sides, kept alive on both."""

import contextlib
import re
import signal
import statistics
import subprocess
import sys
import time

from .http import CONNECTIONS, Load, check_same, median_ratio, one_round
from .latency import p99_at
from .pairs import memory_rows
from .process import ask, get
from .proxies import added_headers, haproxy_proxy, nginx_proxy, our_proxy, upstream
from .table import Row

OURS = "barbacane"
PATHS = {"/small": "100 bytes", "/large": "10 KB"}


@contextlib.contextmanager
def proxies(setting):
    """The upstream behind three proxies that give the same answers: their servers by name."""
    with upstream(setting) as origin:
        origin.first_answer("/small")
        with our_proxy(setting, origin.port) as ours:
            ours.first_answer("/small")
            added = added_headers(ask(ours.port, get("/small")), ask(origin.port, get("/small")))
            with nginx_proxy(setting, origin.port, added) as nginx, \
                    haproxy_proxy(setting, origin.port, added) as haproxy:  # fmt: skip
                servers = {OURS: ours, "nginx": nginx, "HAProxy": haproxy}
                for name, server in servers.items():
                    server.first_answer("/small")
                    for path in PATHS:
                        if name != OURS:
                            check_same(ask(ours.port, get(path)), ask(server.port, get(path)))
                yield servers


def in_turns(setting, servers, path):
    """Rounds of each server, one after the other, the order turned with every lap."""
    results = {name: [] for name in servers}
    for server in servers.values():
        Load(path).run(server.port, 1)
    names = list(servers)
    for lap in range(setting.rounds(7)):
        first = lap % len(names)
        for name in names[first:] + names[:first]:
            results[name].append(one_round(servers[name], Load(path), setting.seconds(5)))
            print(f"  {path} {name:10}{results[name][-1]}", file=sys.stderr, flush=True)
    return results


def median(rounds, field):
    return statistics.median(getattr(one, field) for one in rounds)


def against_the_better(what, results, field, unit, bar, lower_is_better):
    """A row of the ratio to whichever of the others does better."""
    ours = results[OURS]
    others = {name: rounds for name, rounds in results.items() if name != OURS}
    choose = min if lower_is_better else max
    name = choose(others, key=lambda one: median(others[one], field))
    ratio = median_ratio(ours, others[name], field)
    met = bar and (ratio <= bar if lower_is_better else ratio >= bar)
    all_of_them = ", ".join(f"{n} {median(r, field):,.2f}" for n, r in results.items())
    sign = "≤" if lower_is_better else "≥"
    return Row(what, f"{ratio:.3f} × {name}", bar and f"{sign} {bar} ×", met, f"{all_of_them} {unit}")


def throughput_rows(setting, servers):
    rows, peak = [], 0
    for path, size in PATHS.items():
        results = in_turns(setting, servers, path)
        what = f"proxied `GET`, {size}, {CONNECTIONS} connections"
        rows += [
            against_the_better(f"{what}: CPU per request", results, "cpu", "µs", 1.10, True),
            against_the_better("… of it in user space", results, "user", "µs", None, True),
            against_the_better("… of it in the kernel", results, "system", "µs", None, True),
            against_the_better(f"{what}: throughput", results, "rate", "requests/s", 0.95, False),
        ]
        if path == "/small":
            peak = max(median(rounds, "rate") for rounds in results.values())
    return rows, peak


def latency_row(setting, servers, peak):
    rate = 0.3 * peak
    runs = {name: [] for name in servers}
    for _ in range(setting.rounds(5)):
        for name, server in servers.items():
            runs[name].append(p99_at(setting, server.port, "/small", rate, setting.seconds(5)))
            print(f"  p99 {name:10}{runs[name][-1]:9.0f} µs", file=sys.stderr, flush=True)
    medians = {name: statistics.median(values) for name, values in runs.items()}
    ratio = medians[OURS] / medians["nginx"]
    note = ", ".join(f"{name} {value:,.0f}" for name, value in medians.items())
    return Row(f"proxied `GET`: p99 at {rate:,.0f} requests/s, 30 % of the peak",
               f"{ratio:.3f} × nginx", "≤ 1.1 ×", ratio <= 1.1, f"{note} µs, medians of {len(runs[OURS])}")  # fmt: skip


def system_calls(setting, server):
    """System calls a request, counted by strace while the load runs."""
    strace = subprocess.Popen(
        ["strace", "-c", "-f", "-p", str(server.worker)], stderr=subprocess.PIPE, text=True
    )
    time.sleep(0.5)
    requests, _ = Load("/small").run(server.port, setting.seconds(2))
    strace.send_signal(signal.SIGINT)
    report = strace.communicate(timeout=10)[1]
    print(report, file=sys.stderr)
    total = re.search(r"^100\.00 .* total$", report, re.MULTILINE).group(0)
    return int(total.split()[3]) / requests


def system_call_row(setting, servers):
    calls = {name: system_calls(setting, server) for name, server in servers.items()}
    note = ", ".join(f"{name} {value:.2f}" for name, value in calls.items())
    ratio = calls[OURS] / calls["nginx"]
    return Row("system calls per proxied request", f"{calls[OURS]:.2f}", "≤ nginx", ratio <= 1.0, note)


def measure(setting):
    with proxies(setting) as servers:
        rows, peak = throughput_rows(setting, servers)
        rows.append(latency_row(setting, servers, peak))
        rows.append(system_call_row(setting, servers))
    return rows + memory_rows(setting)

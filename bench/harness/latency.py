"""Latency at a fixed rate: h2load sends on a clock and writes what each request took."""

import os
import subprocess

from .http import CONNECTIONS
from .process import on_core
from .setting import LOAD_CORE


def p99_at(setting, port, path, rate, seconds):
    """Microseconds that 99 of 100 requests stay below."""
    log = setting.path("latency.tsv")
    if os.path.exists(log):
        os.remove(log)
    command = ["h2load", "--h1", "-t1", f"-c{CONNECTIONS}", "-m1", f"--rps={rate / CONNECTIONS:.0f}",
               f"-D{seconds}s", "--warm-up-time=1s", f"--log-file={log}",
               f"http://127.0.0.1:{port}{path}"]  # fmt: skip
    subprocess.run(on_core(LOAD_CORE, command), check=True, capture_output=True)
    with open(log, encoding="ascii") as file:
        rows = [line.split("\t") for line in file]
    wrong = [row for row in rows if row[1] != "200"]
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(rows)} requests were not answered with 200")
    taken = sorted(int(row[2]) for row in rows)
    return taken[len(taken) * 99 // 100]

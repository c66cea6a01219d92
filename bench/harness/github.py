"""A very large description, GitHub's: compiling it, and serving it at once."""

import os
import shutil
import statistics
import subprocess
import sys
import time

from .process import gateway, on_core, resident
from .setting import SERVER_CORE
from .table import Row

PATH = "/meta"


def compile_once(setting, artifact):
    """Seconds and peak resident bytes of one compilation."""
    project = setting.path("github")
    if not os.path.isdir(project):
        os.mkdir(project)
        shutil.copy(os.path.join(setting.specs, "github.json"), project)
        with open(os.path.join(project, "barbacane.yaml"), "w", encoding="ascii") as manifest:
            manifest.write("specs: ./\nplugins: {}\n")
    command = [
        setting.program("barbacane"), "compile", "--manifest", f"{project}/barbacane.yaml",
        "--spec", f"{project}/github.json", "--output", artifact,
    ]  # fmt: skip
    begin = time.monotonic()
    process = subprocess.Popen(on_core(SERVER_CORE, command), stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError("GitHub's description does not compile")
    return time.monotonic() - begin, usage.ru_maxrss * 1024


def serve_once(setting, artifact):
    """Seconds from the start to the first answer, and resident bytes after it."""
    with gateway(setting, artifact, SERVER_CORE) as server:
        return server.first_answer(PATH), resident(server.worker)


def medians(runs):
    return [statistics.median(column) for column in zip(*runs)]


def measure(setting):
    artifact = setting.path("github.bca")
    seconds, peak = medians([compile_once(setting, artifact) for _ in range(setting.rounds(5))])
    print(f"  compile {seconds:.2f} s, {peak / 1e6:.0f} MB", file=sys.stderr, flush=True)
    first, memory = medians([serve_once(setting, artifact) for _ in range(setting.rounds(5))])
    size = os.path.getsize(artifact) / 1e6
    return [
        Row("GitHub's description: compile to artifact", f"{seconds:.2f} s", "≤ 2 s", seconds <= 2,
            f"13 MB JSON to {size:.1f} MB"),
        Row("… peak memory", f"{peak / 1e6:.0f} MB", "≤ 700 MB", peak <= 700e6),
        Row("loading that artifact to the first answer", f"{first * 1e3:.0f} ms", "≤ 300 ms",
            first <= 0.3, "from the start of the process"),
        Row("… resident after it", f"{memory / 1e6:.0f} MB", "≤ 150 MB", memory <= 150e6),
    ]  # fmt: skip

"""The micro-benchmarks that lie beside the code (*_bench.cc), those with a bar."""

import json
import subprocess

from .process import on_core
from .setting import SERVER_CORE
from .table import Row

# Program, benchmark, what it is, nanoseconds allowed.
BARS = [
    ("router_bench", "RouteLookup/1000/3params", "route look-up, 1,000 operations, 3 parameters", 80),
    ("router_bench", "RouteLookup/1000/static", "… static", 40),
    ("router_bench", "RouteLookup/100000/random", "… 100,000 operations in random order", 300),
    ("schema_bench", "BM_ValidateParsedOrder", "validating a parsed body of 1 KB, no allocation", 500),
    ("schema_bench", "BM_ParseAndValidateOrder", "… with reading it", 1800),
    ("schema_bench", "BM_RefuseAndExplainOrder", "… refused at the last property, with the error", 2500),
    ("validation_bench", "Parameters/5typed", "five typed parameters", 400),
]


def medians(setting, program):
    """CPU nanoseconds of each benchmark of a program that has a bar, by its name."""
    names = "|".join(f"^{bar[1]}$" for bar in BARS if bar[0] == program)
    command = [
        setting.program(program), "--benchmark_format=json",
        f"--benchmark_repetitions={setting.rounds(5)}", "--benchmark_report_aggregates_only=true",
        f"--benchmark_min_time={0.1 if setting.quick else 0.5}", f"--benchmark_filter={names}",
    ]  # fmt: skip
    output = subprocess.run(
        on_core(SERVER_CORE, command), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ).stdout
    return {
        run["run_name"]: run["cpu_time"]
        for run in json.loads(output)["benchmarks"]
        if run["aggregate_name"] == "median"
    }


def measure(setting):
    results = {program: medians(setting, program) for program in {bar[0] for bar in BARS}}
    rows = []
    for program, name, what, most in BARS:
        nanoseconds = results[program][name]
        rows.append(Row(what, f"{nanoseconds:.1f} ns", f"≤ {most} ns", nanoseconds <= most))
    return rows

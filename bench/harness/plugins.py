"""What plugins cost: a call, a chain, a request behind five of them, start and memory with ten."""

import json
import os
import statistics
import subprocess
import sys

from .http import Load, median_ratio, one_round
from .process import gateway, on_core, resident
from .setting import SERVER_CORE
from .table import Row

PATH = "/items/42"

# Benchmark of gateway_bench, the one its number is counted from, what it is, nanoseconds allowed.
CALLS = [
    ("BM_DirectEmpty", "BM_BeginChain", "direct middleware, both phases: empty", 150),
    ("BM_DirectHeader", "BM_BeginChain", "… reads a header, sets a header", 400),
    ("BM_RequestBehindHeaders/5", "BM_RequestBehindHeaders/0", "… five of these added to a request", 2000),
    ("BM_JsonSdkMiddleware", "BM_BeginChain", "JSON middleware of the SDK, 10 headers, unchanged", 6000),
    ("BM_JsonEcho", "BM_BeginChain", "… the host's share of it", 1500),
    ("BM_Dispatcher/direct", None, "dispatcher module, fixed body: direct", 500),
    ("BM_Dispatcher/json", None, "… JSON", 6000),
    ("BM_NewInstanceOfCors", None, "new instance of `cors`, with `init`", 15000),
]  # fmt: skip
# The same of wasm_bench.
WAITS = [
    ("BM_CallOnFiber/answered_at_once", "BM_CallOnFiber/nothing", "waiting host call, answered at once", 600),
    ("BM_CallOnFiber/suspended_once", "BM_CallOnFiber/nothing", "… that suspends once", 1200),
]  # fmt: skip

CHAIN = ["bot-detection", "correlation-id", "cors", "ip-restriction", "redirect", "request-size-limit",
         "request-transformer", "response-transformer"]  # fmt: skip
CONFIGS = {
    "bot-detection": {"deny": ["badbot"]},
    "cors": {"allowed_origins": ["https://app.example.com"]},
    "ip-restriction": {"deny": ["192.0.2.0/24"]},
    "redirect": {"rules": [{"path": "/old", "target": "/new"}]},
    "request-transformer": {"headers": {"set": {"x-stage": "bench"}}},
    "response-transformer": {"headers": {"set": {"x-stage": "bench"}}},
}


def times(setting, program):
    """CPU nanoseconds of each benchmark, by its name: the median."""
    command = [
        setting.program(program), "--benchmark_format=json",
        f"--benchmark_repetitions={setting.rounds(7)}", "--benchmark_report_aggregates_only=true",
        f"--benchmark_min_time={0.1 if setting.quick else 0.3}",
        "--benchmark_filter=Direct|Json|Begin|Behind|Dispatcher|NewInstanceOf|OnFiber",
    ]  # fmt: skip
    output = subprocess.run(
        on_core(SERVER_CORE, command), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ).stdout
    return {
        run["run_name"]: run["cpu_time"]
        for run in json.loads(output)["benchmarks"]
        if run["aggregate_name"] == "median"
    }


def calls(setting, program, bars):
    measured = times(setting, program)
    for name, base, what, most in bars:
        nanoseconds = measured[name] - (measured[base] if base else 0)
        yield Row(what, f"{nanoseconds:.0f} ns", f"≤ {most} ns", nanoseconds <= most)


def spec(middlewares, **paths):
    operation = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "responses": {"200": {"description": "An item."}},
        "x-barbacane-middlewares": middlewares,
        "x-barbacane-dispatch": {"name": "mock", "config": {"body": '{"id":42,"name":"thing"}'}},
    }
    return json.dumps({
        "openapi": "3.1.0",
        "info": {"title": "Plugins", "version": "1.0.0"},
        "paths": {"/items/{id}": {"get": operation}, **paths},
    })  # fmt: skip


def ten_plugins(setting):
    chain = [{"name": name, "config": CONFIGS.get(name, {})} for name in CHAIN]
    dispatched = {
        f"/{name}": {"get": {
            "responses": {"200": {"description": "Whatever it says."}},
            "x-barbacane-dispatch": {"name": name, "config": {"url": "https://example.invalid/"}},
        }}
        for name in ("lambda", "fire-and-forget")
    }  # fmt: skip
    return setting.compiled("ten-plugins", spec(chain, **dispatched))


def start(setting, artifact, cache):
    with gateway(setting, artifact, SERVER_CORE, ["--cache-dir", cache]) as server:
        return server.first_answer(PATH)


def starts(setting):
    artifact = ten_plugins(setting)
    turns = range(setting.rounds(5))
    cold = [start(setting, artifact, setting.path(f"cold-{turn}")) for turn in turns]
    warm = [start(setting, artifact, setting.path("cold-0")) for _ in turns]
    for what, seconds, most in (
        ("start to first answer, ten plugins, compiled code kept", statistics.median(warm), 0.06),
        ("… nothing kept", statistics.median(cold), 2.0),
    ):
        yield Row(what, f"{seconds * 1e3:.0f} ms", f"≤ {most * 1e3:.0f} ms", seconds <= most)


def memory(setting):
    artifact, load = ten_plugins(setting), Load(PATH)
    with gateway(setting, artifact, SERVER_CORE, ["--cache-dir", setting.path("cold-0")]) as server:
        server.first_answer(PATH)
        marks, done = [], 0
        for mark in (100_000, 200_000):
            while done < mark:
                done += load.run(server.port, 1)[0]
            marks.append(resident(server.worker))
    first, second = marks
    flat = second - first < 1e6
    yield Row("resident, ten plugins, after 100,000 requests", f"{first / 1e6:.1f} MB", "≤ 40 MB, flat",
              first <= 40e6 and flat, f"{second / 1e6:.1f} MB after as many again")  # fmt: skip


def chain_beside_none(setting):
    module = os.path.join(setting.build, "plugins", "bench", "tenant.wasm")
    behind = setting.compiled("behind", spec([{"name": "tenant"}] * 5), plugins={"tenant": {"path": module}})
    plain = setting.compiled("plain", spec([]))
    load, seconds = Load(PATH), setting.seconds(6)
    rounds = {"behind": [], "plain": []}
    with gateway(setting, behind, SERVER_CORE) as one, gateway(setting, plain, SERVER_CORE) as other:
        for server in (one, other):
            server.first_answer(PATH)
            load.run(server.port, 1)
        for turn in range(setting.rounds(7)):
            both = [(one, "behind"), (other, "plain")]
            for server, name in both if turn % 2 == 0 else reversed(both):
                rounds[name].append(one_round(server, load, seconds))
                print(f"  {name:10}{rounds[name][-1]}", file=sys.stderr, flush=True)
    ratio = median_ratio(rounds["behind"], rounds["plain"], "cpu")
    spent = {name: statistics.median(one.cpu for one in measured) for name, measured in rounds.items()}
    yield Row("mock `GET` behind five header plugins: CPU per request", f"{ratio:.3f} × without",
              "≤ 1.25 ×", ratio <= 1.25, f"{spent['behind']:.2f} against {spent['plain']:.2f} µs")  # fmt: skip


def measure(setting):
    return [
        *calls(setting, "gateway_bench", CALLS),
        *calls(setting, "wasm_bench", WAITS),
        *chain_beside_none(setting),
        *starts(setting),
        *memory(setting),
    ]

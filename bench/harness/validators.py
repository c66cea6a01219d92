"""Our validator beside ajv and @sourcemeta/jsonschema, on the same schemas and documents, in turns."""

import json
import os
import re
import statistics
import subprocess
import sys

from .process import on_core
from .setting import HERE, SERVER_CORE
from .table import Row

FOLDER = os.path.normpath(os.path.join(HERE, "..", "validators"))
PEER_SECONDS = 1.5
CLI = "node_modules/@sourcemeta/jsonschema/npm/cli.js"


def output_of(command, **options):
    done = subprocess.run(
        on_core(SERVER_CORE, command), check=True, stdout=subprocess.PIPE, text=True, **options
    )
    return done.stdout


def ours(setting, sets):
    """Nanoseconds a document by set: validating what was read, and reading it first."""
    command = [
        setting.program("schema_bench"), "--benchmark_filter=^Validators/", "--benchmark_format=json",
        f"--benchmark_min_time={0.1 if setting.quick else 0.5}",
    ]  # fmt: skip
    environment = {**os.environ, "BARBACANE_VALIDATOR_SETS": sets}
    results = {}
    for run in json.loads(output_of(command, env=environment, stderr=subprocess.DEVNULL))["benchmarks"]:
        if run.get("error_occurred"):
            raise RuntimeError(f"{run['name']}: {run['error_message']}")
        _, name, kind = run["name"].split("/")
        results.setdefault(name, {})[kind] = run["cpu_time"]
    return {name: (kinds["parsed"], kinds["text"]) for name, kinds in results.items()}


def ajv(setting, sets, peers):
    """The same of ajv's compiled functions, on parsed objects and after JSON.parse."""
    seconds = str(0.3 if setting.quick else PEER_SECONDS)
    lines = output_of(["node", os.path.join(FOLDER, "ajv.mjs"), peers, sets, seconds]).splitlines()
    return {name: (float(parsed), float(text)) for name, parsed, text in map(str.split, lines)}


def sourcemeta(setting, folder, peers):
    """Nanoseconds a document; it has a mode for this, and does not count reading."""
    loops = 200 if setting.quick else 2000
    command = [
        "node", os.path.join(peers, CLI), "validate", os.path.join(folder, "schema.json"),
        os.path.join(folder, "documents.jsonl"), "--fast", "--benchmark", "--format-assertion",
        "--loop", str(loops),
    ]  # fmt: skip
    times = re.findall(r"PASS ([0-9.]+) \+- [0-9.]+ us", output_of(command))
    with open(os.path.join(folder, "documents.jsonl"), encoding="utf-8") as file:
        if len(times) != len(file.readlines()):
            raise RuntimeError(f"{folder}: @sourcemeta/jsonschema does not find all documents valid")
    return statistics.mean(map(float, times)) * 1000


def one_round(setting, sets, peers):
    """By set: ours and ajv's two numbers, sourcemeta's one."""
    we, they = ours(setting, sets), ajv(setting, sets, peers)
    return {
        name: (*we[name], *they[name], sourcemeta(setting, os.path.join(sets, name), peers))
        for name in sorted(they)
    }


def microseconds(nanoseconds):
    return f"{nanoseconds / 1000:,.3g} µs" if nanoseconds < 1e6 else f"{nanoseconds / 1000:,.0f} µs"


def rows_of(name, rounds):
    """Each ratio is the median of the rounds' own ratios, so that a busy moment hurts both sides."""
    parsed, text, ajv_parsed, ajv_text, blaze = map(statistics.median, zip(*rounds))
    ratio = statistics.median(one[0] / one[2] for one in rounds)
    ratio_text = statistics.median(one[1] / one[3] for one in rounds)
    ratio_blaze = statistics.median(one[0] / one[4] for one in rounds)
    note = (f"{microseconds(parsed)}; ajv {microseconds(ajv_parsed)}; "
            f"@sourcemeta/jsonschema {microseconds(blaze)} ({ratio_blaze:.2f} ×)")  # fmt: skip
    note_text = f"{microseconds(text)}; JSON.parse and ajv {microseconds(ajv_text)}"
    return [
        Row(f"validating {name}, parsed", f"{ratio:.2f} × ajv", "< 1 ×", ratio < 1, note),
        Row("… with reading the text", f"{ratio_text:.2f} × ajv", "< 1 ×", ratio_text < 1, note_text),
    ]


def measure(setting):
    sets = setting.path("validators")
    subprocess.run([os.path.join(FOLDER, "make_sets"), sets], check=True)
    fetched = subprocess.run(
        [os.path.join(FOLDER, "fetch_peers")], check=True, stdout=subprocess.PIPE, text=True
    )
    peers = fetched.stdout.strip()
    rounds = []
    for turn in range(setting.rounds(3)):
        print(f"  round {turn + 1}", file=sys.stderr, flush=True)
        rounds.append(one_round(setting, sets, peers))
    return [row for name in rounds[0] for row in rows_of(name, [one[name] for one in rounds])]

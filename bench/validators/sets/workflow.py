"""A build workflow: unions of forms, `unevaluatedProperties` over `allOf`, `if` and `then`."""

from . import WORDS, slug, words

EVENTS = ["push", "pull_request", "schedule", "release", "issues", "fork", "watch", "deployment"]
RUNNERS = ["ubuntu-24.04", "ubuntu-22.04", "debian-12", "macos-15", "windows-2025"]

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "on": {
            "oneOf": [
                {"$ref": "#/$defs/event"},
                {"type": "array", "items": {"$ref": "#/$defs/event"}, "minItems": 1},
                {
                    "type": "object",
                    "propertyNames": {"$ref": "#/$defs/event"},
                    "additionalProperties": {
                        "type": "object",
                        "properties": {"branches": {"$ref": "#/$defs/names"},
                                       "paths": {"$ref": "#/$defs/names"}},
                        "additionalProperties": False,
                    },
                },
            ]
        },
        "env": {"$ref": "#/$defs/environment"},
        "jobs": {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {"^[_a-zA-Z][a-zA-Z0-9_-]*$": {"$ref": "#/$defs/job"}},
            "additionalProperties": False,
        },
    },
    "required": ["on", "jobs"],
    "additionalProperties": False,
    "$defs": {
        "event": {"enum": EVENTS},
        "names": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "environment": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
        "common": {
            "properties": {
                "name": {"type": "string"},
                "if": {"type": ["string", "boolean"]},
                "env": {"$ref": "#/$defs/environment"},
                "timeout-minutes": {"type": "integer", "exclusiveMinimum": 0, "maximum": 360},
                "continue-on-error": {"type": "boolean"},
            }
        },
        "job": {
            "type": "object",
            "$ref": "#/$defs/common",
            "properties": {
                "runs-on": {"enum": RUNNERS},
                "needs": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/names"}]},
                "strategy": {
                    "type": "object",
                    "properties": {
                        "fail-fast": {"type": "boolean"},
                        "matrix": {
                            "type": "object",
                            "additionalProperties": {"type": "array", "minItems": 1},
                        },
                    },
                    "required": ["matrix"],
                },
                "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 1},
            },
            "required": ["runs-on", "steps"],
            "unevaluatedProperties": False,
        },
        "step": {
            "type": "object",
            "allOf": [{"$ref": "#/$defs/common"}],
            "properties": {
                "id": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"},
                "uses": {"type": "string", "pattern": "^[^/]+/[^@]+@.+$"},
                "run": {"type": "string"},
                "with": {"$ref": "#/$defs/environment"},
                "shell": {"enum": ["bash", "sh", "pwsh", "python"]},
            },
            "oneOf": [{"required": ["uses"]}, {"required": ["run"]}],
            "if": {"required": ["shell"]},
            "then": {"required": ["run"]},
            "unevaluatedProperties": False,
        },
    },
}  # fmt: skip


def step(chance):
    made = {"name": words(chance, 2, 5)}
    if chance.random() < 0.4:
        made["uses"] = f"{chance.choice(WORDS)}/{slug(chance)}@v{chance.randint(1, 5)}"
        made["with"] = {word: words(chance, 1, 3) for word in chance.sample(WORDS, 2)}
    else:
        made["run"] = words(chance, 4, 20)
        if chance.random() < 0.5:
            made["shell"] = "bash"
    if chance.random() < 0.3:
        made["env"] = {word.upper(): chance.randint(0, 9) for word in chance.sample(WORDS, 3)}
    return made


def job(chance, earlier):
    made = {"runs-on": chance.choice(RUNNERS), "timeout-minutes": chance.randint(1, 60)}
    if earlier:
        made["needs"] = earlier[0] if chance.random() < 0.5 else earlier[:3]
    if chance.random() < 0.5:
        made["strategy"] = {"fail-fast": False, "matrix": {"version": [18, 20, 22], "os": RUNNERS[:2]}}
    made["steps"] = [step(chance) for _ in range(chance.randint(3, 10))]
    return made


def documents(chance):
    for number in range(12):
        jobs = {}
        for _ in range(chance.randint(2, 8)):
            jobs[slug(chance)] = job(chance, list(jobs))
        on = ["push", ["push", "release"], {"push": {"branches": ["main"]}, "release": {}}][number % 3]
        yield {"name": words(chance, 1, 3), "on": on, "env": {"CI": True}, "jobs": jobs}

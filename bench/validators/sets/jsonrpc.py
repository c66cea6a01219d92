"""JSON-RPC messages: small, told apart by `oneOf`."""

from . import WORDS, words

SCHEMA = {
    "oneOf": [{"$ref": "#/$defs/call"}, {"$ref": "#/$defs/result"}, {"$ref": "#/$defs/error"}],
    "$defs": {
        "id": {"type": ["string", "integer", "null"]},
        "call": {
            "type": "object",
            "properties": {
                "jsonrpc": {"const": "2.0"},
                "id": {"$ref": "#/$defs/id"},
                "method": {"type": "string", "minLength": 1, "maxLength": 100},
                "params": {"type": ["array", "object"]},
            },
            "required": ["jsonrpc", "method"],
            "additionalProperties": False,
        },
        "result": {
            "type": "object",
            "properties": {"jsonrpc": {"const": "2.0"}, "id": {"$ref": "#/$defs/id"}, "result": True},
            "required": ["jsonrpc", "id", "result"],
            "additionalProperties": False,
        },
        "error": {
            "type": "object",
            "properties": {
                "jsonrpc": {"const": "2.0"},
                "id": {"$ref": "#/$defs/id"},
                "error": {
                    "type": "object",
                    "properties": {
                        "code": {"type": "integer", "minimum": -32768, "maximum": 32767},
                        "message": {"type": "string"},
                        "data": True,
                    },
                    "required": ["code", "message"],
                },
            },
            "required": ["jsonrpc", "id", "error"],
            "additionalProperties": False,
        },
    },
}


def documents(chance):
    for number in range(60):
        head = {"jsonrpc": "2.0", "id": number if number % 3 else f"call-{number}"}
        if number % 4 == 0:
            yield {**head, "error": {"code": -32600 - number, "message": words(chance, 3, 8)}}
        elif number % 2 == 0:
            yield {**head, "result": {word: chance.random() for word in chance.sample(WORDS, 5)}}
        else:
            method = ".".join(chance.sample(WORDS, 2))
            yield {**head, "method": method, "params": [chance.randint(0, 999), words(chance, 1, 4)]}

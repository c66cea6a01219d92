"""A tree of nodes: recursion, and nothing undeclared through two levels of schemas."""

from . import words

SCHEMA = {
    "$id": "https://schemas.example.com/strict-tree",
    "$dynamicAnchor": "node",
    "$ref": "tree",
    "unevaluatedProperties": False,
    "$defs": {
        "tree": {
            "$id": "https://schemas.example.com/tree",
            "$dynamicAnchor": "node",
            "type": "object",
            "properties": {
                "label": {"type": "string", "minLength": 1},
                "weight": {"type": "number", "minimum": 0},
                "open": {"type": "boolean"},
                "children": {"type": "array", "items": {"$dynamicRef": "#node"}},
            },
            "required": ["label"],
        }
    },
}


def node(chance, depth):
    made = {"label": words(chance, 1, 3), "weight": chance.randint(0, 1000) / 8, "open": True}
    if depth > 0:
        made["children"] = [node(chance, depth - 1) for _ in range(chance.randint(1, 4))]
    return made


def documents(chance):
    for _ in range(4):
        yield node(chance, 6)

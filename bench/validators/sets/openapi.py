"""Descriptions of APIs: deep maps of unions, references behind every corner, recursive schemas."""

from . import WORDS, slug, words

METHODS = ["get", "put", "post", "delete", "patch"]
TYPES = ["string", "integer", "number", "boolean"]


def either(name):
    """A reference object or the thing itself."""
    return {
        "if": {"type": "object", "required": ["$ref"]},
        "then": {"$ref": "#/$defs/reference"},
        "else": {"$ref": f"#/$defs/{name}"},
    }


def names_to(schema):
    return {"type": "object", "additionalProperties": schema}


SCHEMA = {
    "type": "object",
    "properties": {
        "openapi": {"type": "string", "pattern": "^3\\.1\\.[0-9]+$"},
        "info": {
            "type": "object",
            "properties": {"title": {"type": "string"}, "version": {"type": "string"},
                           "description": {"type": "string"}},
            "required": ["title", "version"],
        },
        "servers": {
            "type": "array",
            "items": {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]},
        },
        "paths": {
            "type": "object",
            "patternProperties": {"^/": {"$ref": "#/$defs/path-item"}},
            "additionalProperties": False,
        },
        "components": {
            "type": "object",
            "properties": {"schemas": names_to({"$ref": "#/$defs/schema"}),
                           "parameters": names_to(either("parameter"))},
            "propertyNames": {"enum": ["schemas", "parameters", "responses", "examples"]},
        },
        "tags": {"type": "array", "items": {"type": "object", "required": ["name"]}},
    },
    "patternProperties": {"^x-": True},
    "required": ["openapi", "info", "paths"],
    "additionalProperties": False,
    "$defs": {
        "reference": {"type": "object", "properties": {"$ref": {"type": "string", "format": "uri-reference"}}},
        "path-item": {
            "type": "object",
            "properties": {
                "summary": {"type": "string"},
                "parameters": {"type": "array", "items": either("parameter")},
                **{method: {"$ref": "#/$defs/operation"} for method in METHODS},
            },
            "patternProperties": {"^x-": True},
            "unevaluatedProperties": False,
        },
        "operation": {
            "type": "object",
            "properties": {
                "operationId": {"type": "string"},
                "summary": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "parameters": {"type": "array", "items": either("parameter")},
                "requestBody": either("body"),
                "responses": {
                    "type": "object",
                    "properties": {"default": either("body")},
                    "patternProperties": {"^[1-5](?:[0-9]{2}|XX)$": either("body")},
                    "minProperties": 1,
                    "unevaluatedProperties": False,
                },
                "deprecated": {"type": "boolean"},
            },
            "patternProperties": {"^x-": True},
            "unevaluatedProperties": False,
        },
        "parameter": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "in": {"enum": ["query", "header", "path", "cookie"]},
                "description": {"type": "string"},
                "required": {"type": "boolean"},
                "schema": {"$ref": "#/$defs/schema"},
                "content": names_to({"$ref": "#/$defs/media-type"}),
            },
            "required": ["name", "in"],
            "oneOf": [{"required": ["schema"]}, {"required": ["content"]}],
            "if": {"properties": {"in": {"const": "path"}}},
            "then": {"properties": {"required": {"const": True}}, "required": ["required"]},
        },
        "body": {
            "type": "object",
            "properties": {
                "description": {"type": "string"},
                "required": {"type": "boolean"},
                "content": names_to({"$ref": "#/$defs/media-type"}),
            },
            "unevaluatedProperties": False,
        },
        "media-type": {"type": "object", "properties": {"schema": {"$ref": "#/$defs/schema"}}},
        "schema": {
            "type": ["object", "boolean"],
            "properties": {
                "$ref": {"type": "string"},
                "type": {"enum": [*TYPES, "array", "object", "null"]},
                "description": {"type": "string"},
                "properties": names_to({"$ref": "#/$defs/schema"}),
                "items": {"$ref": "#/$defs/schema"},
                "allOf": {"type": "array", "items": {"$ref": "#/$defs/schema"}, "minItems": 1},
                "required": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
                "maxLength": {"type": "integer", "minimum": 0},
                "enum": {"type": "array"},
            },
        },
    },
}  # fmt: skip


def schema(chance, depth):
    if depth == 0:
        return {"type": chance.choice(TYPES), "description": words(chance, 2, 8)}
    kind = chance.randrange(4)
    if kind == 0:
        return {"$ref": f"#/components/schemas/{chance.choice(WORDS)}"}
    if kind == 1:
        return {"type": "array", "items": schema(chance, depth - 1)}
    names = chance.sample(WORDS, chance.randint(2, 6))
    members = {name: schema(chance, depth - 1) for name in names}
    return {"type": "object", "properties": members, "required": names[:2]}


def parameter(chance, place):
    if chance.random() < 0.3:
        return {"$ref": f"#/components/parameters/{chance.choice(WORDS)}"}
    made = {"name": chance.choice(WORDS), "in": place, "schema": schema(chance, 0)}
    return {**made, "required": True} if place == "path" else made


def body(chance):
    return {"description": words(chance, 3, 9),
            "content": {"application/json": {"schema": schema(chance, 3)}}}  # fmt: skip


def operation(chance):
    made = {
        "operationId": slug(chance, 3),
        "summary": words(chance, 3, 9),
        "tags": chance.sample(WORDS, 2),
        "parameters": [parameter(chance, place) for place in ["path", "query", "query", "header"]],
        "responses": {"200": body(chance), "4XX": {"$ref": "#/components/responses/problem"}},
    }
    return {**made, "requestBody": body(chance)} if chance.random() < 0.5 else made


def documents(chance):
    for _ in range(3):
        paths = {}
        for _ in range(40):
            item = {method: operation(chance) for method in chance.sample(METHODS, 2)}
            paths[f"/{slug(chance)}/{{id}}"] = item
        yield {
            "openapi": "3.1.0",
            "info": {"title": words(chance, 2, 4), "version": "1.0.0"},
            "servers": [{"url": "https://api.example.com"}],
            "paths": paths,
            "components": {"schemas": {word: schema(chance, 3) for word in WORDS[:30]}},
        }

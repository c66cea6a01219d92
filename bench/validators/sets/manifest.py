"""A package manifest: maps with free names, patterns, `anyOf` of types."""

from . import WORDS, slug, words

VERSION = r"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$"
LICENCES = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MPL-2.0", "GPL-3.0-only",
            "LGPL-3.0-only", "Unlicense", "0BSD", "CC0-1.0", "Zlib"]  # fmt: skip

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 214,
                 "pattern": "^(@[a-z0-9-][a-z0-9-._]*/)?[a-z0-9-][a-z0-9-._]*$"},
        "version": {"type": "string", "pattern": VERSION},
        "description": {"type": "string"},
        "keywords": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "license": {"enum": LICENCES},
        "private": {"type": "boolean"},
        "author": {"$ref": "#/$defs/person"},
        "contributors": {"type": "array", "items": {"$ref": "#/$defs/person"}},
        "bin": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/strings"}]},
        "scripts": {"$ref": "#/$defs/strings"},
        "engines": {"$ref": "#/$defs/strings"},
        "files": {"type": "array", "items": {"type": "string"}},
        "dependencies": {"$ref": "#/$defs/dependencies"},
        "devDependencies": {"$ref": "#/$defs/dependencies"},
        "peerDependencies": {"$ref": "#/$defs/dependencies"},
    },
    "patternProperties": {"^_": True},
    "required": ["name", "version"],
    "dependentRequired": {"peerDependencies": ["engines"]},
    "$defs": {
        "strings": {"type": "object", "additionalProperties": {"type": "string"}},
        "dependencies": {
            "type": "object",
            "propertyNames": {"minLength": 1, "maxLength": 214},
            "additionalProperties": {"type": "string", "pattern": "^([~^]|>=)?[0-9]+(\\.[0-9]+){0,2}"},
        },
        "person": {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string"},
                        "email": {"type": "string", "format": "email"},
                    },
                    "required": ["name"],
                },
            ]
        },
    },
}  # fmt: skip


def person(chance):
    name = words(chance, 2, 2)
    if chance.random() < 0.3:
        return name
    return {"name": name, "email": f"{slug(chance)}@example.com"}


def packages(chance, count):
    return {
        slug(chance): f"{chance.choice(['^', '~', ''])}{chance.randint(0, 20)}.{chance.randint(0, 9)}.0"
        for _ in range(count)
    }


def documents(chance):
    for _ in range(20):
        yield {
            "name": f"@{chance.choice(WORDS)}/{slug(chance)}",
            "version": f"{chance.randint(0, 9)}.{chance.randint(0, 30)}.{chance.randint(0, 9)}",
            "description": words(chance, 5, 15),
            "keywords": chance.sample(WORDS, chance.randint(2, 8)),
            "license": chance.choice(LICENCES),
            "private": False,
            "author": person(chance),
            "contributors": [person(chance) for _ in range(chance.randint(0, 6))],
            "bin": {slug(chance): "./bin/main.js"},
            "scripts": {word: words(chance, 2, 5) for word in chance.sample(WORDS, 6)},
            "engines": {"node": ">=18"},
            "files": ["dist", "README.md"],
            "dependencies": packages(chance, chance.randint(3, 15)),
            "devDependencies": packages(chance, chance.randint(5, 30)),
            "peerDependencies": packages(chance, 2),
        }

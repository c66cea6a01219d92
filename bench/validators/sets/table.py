"""Rows of codes: long enums and many patterns."""

from . import WORDS

CODES = [f"{one[:3].upper()}-{other[:3].upper()}" for one in WORDS[:15] for other in WORDS[15:35]]
PATTERNS = {
    "^x-[a-z]+$": {"type": "string", "maxLength": 40},
    "^n_[0-9]+$": {"type": "number"},
    "^is[A-Z]": {"type": "boolean"},
    "_at$": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "_hex$": {"type": "string", "pattern": "^(0x)?[0-9a-fA-F]+$"},
}

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "code": {"enum": CODES},
            "iban": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"},
            "phone": {"type": "string", "pattern": "^\\+[1-9][0-9]{6,14}$"},
            "slug": {"type": "string", "pattern": "^[a-z0-9]+(?:-[a-z0-9]+)*$"},
        },
        "patternProperties": PATTERNS,
        "required": ["code", "iban"],
        "additionalProperties": False,
    },
    "minItems": 1,
}


def row(chance):
    return {
        "code": chance.choice(CODES),
        "iban": f"DE{chance.randint(10, 99)}{chance.randint(10**17, 10**18 - 1)}",
        "phone": f"+49{chance.randint(10**8, 10**9 - 1)}",
        "slug": f"{chance.choice(WORDS)}-{chance.randint(1, 99)}-{chance.choice(WORDS)}",
        f"x-{chance.choice(WORDS)}": chance.choice(WORDS),
        f"n_{chance.randint(0, 99)}": chance.random(),
        "isActive": chance.random() < 0.5,
        "seen_at": f"20{chance.randint(10, 29)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
        "colour_hex": f"0x{chance.getrandbits(32):x}",
    }


def documents(chance):
    for _ in range(6):
        yield [row(chance) for _ in range(80)]

"""A page of products: an array of wide objects, decimals, formats, a long enum."""

from . import WORDS, identifier, moment, slug, words

CURRENCIES = (
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW KWD "
    "MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD SAR SEK SGD THB TRY TWD UAH USD UYU VND ZAR"
).split()

SCHEMA = {
    "type": "object",
    "properties": {
        "page": {"type": "integer", "minimum": 1},
        "next": {"type": ["string", "null"], "format": "uri"},
        "products": {"type": "array", "items": {"$ref": "#/$defs/product"}, "maxItems": 100},
    },
    "required": ["page", "products"],
    "additionalProperties": False,
    "$defs": {
        "money": {
            "type": "object",
            "properties": {
                "amount": {"type": "number", "minimum": 0, "maximum": 1000000},
                "currency": {"enum": CURRENCIES},
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
        },
        "size": {"type": "number", "exclusiveMinimum": 0},
        "product": {
            "type": "object",
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "sku": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4,6}$"},
                "name": {"type": "string", "minLength": 1, "maxLength": 200},
                "summary": {"type": "string", "maxLength": 2000},
                "price": {"$ref": "#/$defs/money"},
                "discount": {"type": "integer", "minimum": 0, "maximum": 90, "multipleOf": 5},
                "stock": {"type": "integer", "minimum": 0},
                "state": {"enum": ["draft", "active", "retired"]},
                "tags": {"type": "array", "items": {"type": "string", "minLength": 2, "maxLength": 30},
                         "uniqueItems": True, "maxItems": 10},
                "images": {"type": "array", "items": {"type": "string", "format": "uri"}},
                "dimensions": {
                    "type": "object",
                    "properties": {"width": {"$ref": "#/$defs/size"}, "height": {"$ref": "#/$defs/size"},
                                   "depth": {"$ref": "#/$defs/size"}, "unit": {"enum": ["mm", "cm", "in"]}},
                    "required": ["width", "height", "unit"],
                },
                "attributes": {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
                "created": {"type": "string", "format": "date-time"},
                "updated": {"type": "string", "format": "date-time"},
            },
            "required": ["id", "sku", "name", "price", "state", "created"],
            "additionalProperties": False,
        },
    },
}  # fmt: skip


def product(chance):
    return {
        "id": identifier(chance),
        "sku": f"{chance.choice(['BK', 'EL', 'SH'])}-{chance.randint(1000, 999999)}",
        "name": words(chance, 2, 6),
        "summary": words(chance, 10, 40),
        "price": {"amount": chance.randint(100, 99999) / 100, "currency": chance.choice(CURRENCIES)},
        "discount": chance.randrange(0, 50, 5),
        "stock": chance.randint(0, 500),
        "state": "active",
        "tags": chance.sample(WORDS, chance.randint(1, 6)),
        "images": [f"https://images.example.com/{slug(chance)}.jpg" for _ in range(chance.randint(1, 4))],
        "dimensions": {"width": chance.randint(1, 900) / 10, "height": 12, "depth": 3.5, "unit": "cm"},
        "attributes": {word: words(chance, 1, 2) for word in chance.sample(WORDS, 4)},
        "created": moment(chance),
        "updated": moment(chance),
    }


def documents(chance):
    for page in range(1, 5):
        products = [product(chance) for _ in range(50)]
        yield {"page": page, "next": f"https://api.example.com/products?page={page + 1}", "products": products}

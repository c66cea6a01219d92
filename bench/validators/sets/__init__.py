"""One module a set: SCHEMA, and documents(chance) that makes its documents from a random.Random."""

WORDS = (
    "amber anchor basil birch cedar cobalt copper coral crane delta ember fern flint grove harbor hazel "
    "indigo iris jade juniper kelp lark linen maple meadow mint north oak olive opal pearl pine quartz "
    "raven reed river saffron sage slate spruce stone thistle timber umber vale walnut willow zephyr"
).split()


def words(chance, least, most):
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(least, most)))


def slug(chance, parts=2):
    return "-".join(chance.choice(WORDS) for _ in range(parts))


def identifier(chance):
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def moment(chance):
    return (
        f"20{chance.randint(10, 29)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        f"T{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:{chance.randint(0, 59):02}Z"
    )

"""GeoJSON: many small arrays of numbers, geometries told apart by a constant."""

from . import words


def geometry(name, coordinates):
    return {
        "type": "object",
        "properties": {"type": {"const": name}, "coordinates": coordinates},
        "required": ["type", "coordinates"],
    }


SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": {"$ref": "#/$defs/feature"}},
    },
    "required": ["type", "features"],
    "$defs": {
        "position": {
            "type": "array",
            "prefixItems": [
                {"type": "number", "minimum": -180, "maximum": 180},
                {"type": "number", "minimum": -90, "maximum": 90},
            ],
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 3,
        },
        "line": {"type": "array", "items": {"$ref": "#/$defs/position"}, "minItems": 2},
        "ring": {"type": "array", "items": {"$ref": "#/$defs/position"}, "minItems": 4},
        "feature": {
            "type": "object",
            "properties": {
                "type": {"const": "Feature"},
                "id": {"type": ["string", "integer"]},
                "properties": {"type": ["object", "null"]},
                "geometry": {
                    "oneOf": [
                        geometry("Point", {"$ref": "#/$defs/position"}),
                        geometry("LineString", {"$ref": "#/$defs/line"}),
                        geometry("Polygon", {"type": "array", "items": {"$ref": "#/$defs/ring"}}),
                    ]
                },
            },
            "required": ["type", "properties", "geometry"],
        },
    },
}


def position(chance):
    return [round(chance.uniform(-180, 180), 6), round(chance.uniform(-90, 90), 6)]


def shape(chance):
    kind = chance.choice(["Point", "LineString", "Polygon"])
    if kind == "Point":
        return {"type": kind, "coordinates": position(chance)}
    line = [position(chance) for _ in range(chance.randint(4, 30))]
    return {"type": kind, "coordinates": line if kind == "LineString" else [[*line, line[0]]]}


def documents(chance):
    for _ in range(4):
        features = [
            {
                "type": "Feature",
                "id": number,
                "properties": {"name": words(chance, 1, 3), "height": chance.randint(0, 4000)},
                "geometry": shape(chance),
            }
            for number in range(60)
        ]
        yield {"type": "FeatureCollection", "features": features}

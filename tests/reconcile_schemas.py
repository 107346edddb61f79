"""The JSON of the reconciliation service: schemas of our own, after the text of the specification, version 0.2.

They ask what the text asks, and besides allow nothing that the text does not name.
https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from jsonschema import Draft202012Validator

TEXT = {"type": "string"}
WORDS = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": "^https?://[^ {}]+$"}
TEMPLATE = {"type": "string", "pattern": r"^https?://[^{}]*\{\{id\}\}[^{}]*$"}
WHOLE = {"type": "integer", "minimum": 1}


def one(required, optional=()):
    """An object with these fields and no others."""
    properties = {**required, **dict(optional)}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def many(items):
    return {"type": "array", "items": items}


def by_key(values):
    return {"type": "object", "additionalProperties": values}


NAMED = {"id": WORDS, "name": WORDS}
BROADER = one(NAMED)
TYPE = one(NAMED, {"description": TEXT, "broader": many(BROADER)})
PLACE = one({"service_url": ADDRESS, "service_path": {"type": "string", "pattern": "^/"}})
SETTING = one(
    {"name": WORDS, "label": WORDS, "type": {"const": "number"}}, {"default": {"type": "number"}, "help_text": TEXT}
)
FEATURE = one({"id": WORDS, "value": {"type": ["boolean", "number"]}})
CANDIDATE = one(
    NAMED
    | {
        "description": TEXT,
        "type": many(TYPE),
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
        "features": {**many(FEATURE), "uniqueItems": True},
    }
)
VALUE = {
    "oneOf": [one({"id": WORDS, "name": WORDS}), one({"str": WORDS}), one({"float": {"type": "number"}})],
}
SCHEMAS = {
    "manifest": one(
        {
            "versions": {**many(TEXT), "contains": {"const": "0.2"}},
            "name": WORDS,
            "identifierSpace": ADDRESS,
            "schemaSpace": ADDRESS,
            "defaultTypes": {**many(TYPE), "uniqueItems": True},
            "documentation": ADDRESS,
            "logo": ADDRESS,
            "view": one({"url": TEMPLATE}),
            "preview": one({"url": TEMPLATE, "width": WHOLE, "height": WHOLE}),
            "suggest": one({"entity": PLACE, "type": PLACE, "property": PLACE}),
            "extend": one({"propose_properties": PLACE, "property_settings": many(SETTING)}),
            "batchSize": WHOLE,
        }
    ),
    "results": by_key(one({"result": many(CANDIDATE)})),
    "entities": one({"result": many(one(NAMED, {"description": TEXT, "notable": many(TYPE)}))}),
    "types": one({"result": many(TYPE)}),
    "properties": one({"result": many(one(NAMED, {"description": TEXT}))}),
    "extension": one({"meta": many(one(NAMED, {"type": BROADER})), "rows": by_key(by_key(many(VALUE)))}),
    "proposal": one({"properties": many(one(NAMED)), "type": TEXT}, {"limit": WHOLE}),
    "error": one({"error": {"type": "string", "pattern": r"^[^a-z].*\.$"}}),
}


def conforms(name, data):
    """Raise ValidationError unless `data` has the shape of that name; gives the data."""
    Draft202012Validator(SCHEMAS[name]).validate(data)
    return data

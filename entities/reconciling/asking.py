"""What a client asks of the reconciliation service: JSON → Query and Extension, or a sentence about what is wrong."""

import json
from typing import Any, NamedTuple

MOST_QUERIES = 50
MOST_CHARACTERS = 300
MOST_PROPERTIES = 100
MOST_VALUES = 20
MOST_VALUES_IN_ALL = 1000
MOST_IDS = 500
MOST_CANDIDATES = 50
USUAL_CANDIDATES = 5


class BadQuery(ValueError):
    """A sentence about what cannot be answered, and the status of HTTP that goes with it."""

    def __init__(self, sentence, status=400):
        super().__init__(sentence)
        self.status = status


class Given(NamedTuple):
    """A value of a property as the client has it: its text, and the id where it is an entity already matched."""

    text: str
    id: str = ""


class Query(NamedTuple):
    """One reconciliation query: a name, ids of types (empty for all), how many candidates, and {property: [Given]}."""

    text: str
    types: frozenset
    limit: int
    properties: dict


class Extension(NamedTuple):
    """A data extension query: ids of entities, and {property: most values, 0 for all}."""

    ids: list
    properties: dict


def read_queries(text):
    """{id: Query} of a query batch in JSON; raises BadQuery."""
    batch = mapping(read_json(text), "A batch of queries")
    if len(batch) > MOST_QUERIES:
        raise BadQuery(f"A batch holds at most {MOST_QUERIES} queries; this one has {len(batch)}.", status=413)
    queries = {line(key, "The id of a query"): read_query(key, query) for key, query in batch.items()}
    values = sum(len(given) for query in queries.values() for given in query.properties.values())
    if values > MOST_VALUES_IN_ALL:
        raise BadQuery(f"A batch holds at most {MOST_VALUES_IN_ALL} values of properties.", status=413)
    return queries


def read_query(key, raw):
    query = mapping(raw, f"The query “{key}”")
    if "query" not in query and not query.get("properties"):
        raise BadQuery(f"The query “{key}” needs “query” or “properties”.")
    types = query.get("type", [])
    types = array([types] if isinstance(types, str) else types, "“type”", MOST_VALUES)
    limit = whole(query.get("limit", USUAL_CANDIDATES), "“limit”", least=1)
    return Query(
        line(query.get("query", ""), "“query”"),
        frozenset(filter(None, (line(name, "A type") for name in types))),
        min(limit, MOST_CANDIDATES),
        dict(map(read_property, array(query.get("properties", []), "“properties”", MOST_PROPERTIES))),
    )


def read_property(raw):
    """(id, [Given]) of a property of a query."""
    item = mapping(raw, "A property")
    if "pid" not in item or "v" not in item:
        raise BadQuery("A property of a query needs “pid” and “v”.")
    values = item["v"] if isinstance(item["v"], list) else [item["v"]]
    return line(item["pid"], "“pid”"), [read_value(value) for value in array(values, "“v”", MOST_VALUES)]


def read_value(value):
    if isinstance(value, dict):
        return Given(line(value.get("name") or "", "The name of a value"), line(value.get("id"), "The id of a value"))
    if isinstance(value, str | int | float):
        return Given(line(str(value), "“v”"))
    raise BadQuery("A value is a text, a number, true or false, or an object with an id.")


def read_extension(text):
    """The Extension of a data extension query in JSON; raises BadQuery."""
    query = mapping(read_json(text), "A data extension query")
    ids = array(query.get("ids"), "“ids”", MOST_IDS)
    properties = array(query.get("properties"), "“properties”", MOST_PROPERTIES)
    return Extension([line(name, "An id") for name in ids], dict(map(read_wish, properties)))


def read_wish(raw):
    """(id, most values) of a property to fetch."""
    item = mapping(raw, "A property")
    limit = mapping(item.get("settings") or {}, "“settings”").get("limit") or 0
    most = (
        read_number(line(limit, "“limit”"), "“limit”") if isinstance(limit, str) else whole(limit, "“limit”", least=0)
    )
    return line(item.get("id"), "The id of a property"), most


def read_number(text, name, usual=0):
    """The whole number that a form or an address says, or what is usual where it says none."""
    if text and not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise BadQuery(f"{name} is a whole number from 0; “{text[:40]}” is none.")
    return int(text or usual)


# The shapes of JSON


def read_json(text):
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except RecursionError:
        raise BadQuery("The JSON is nested too deeply.") from None
    except ValueError:
        raise BadQuery("This is not JSON as RFC 8259 has it.") from None


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def mapping(value: Any, name: str) -> dict:
    if not isinstance(value, dict):
        raise BadQuery(f"{name} is an object.")
    return value


def array(value: Any, name: str, most: int) -> list:
    if not isinstance(value, list):
        raise BadQuery(f"{name} is an array.")
    if len(value) > most:
        raise BadQuery(f"{name} holds at most {most} items; this one has {len(value)}.", status=413)
    return value


def line(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise BadQuery(f"{name} is a text.")
    if len(value) > MOST_CHARACTERS:
        raise BadQuery(f"{name} has at most {MOST_CHARACTERS} characters; this one has {len(value)}.")
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
        raise BadQuery(f"{name} holds a character that no text has.")
    return value


def whole(value: Any, name: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1 or value < least:
        raise BadQuery(f"{name} is a whole number from {least}.")
    return int(min(value, 10**6))

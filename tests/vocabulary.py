"""Whether a JSON-LD document keeps to schema.org: a snapshot of its vocabulary (release 29, the types that we use)."""

import json
from pathlib import Path

from pyld import jsonld

VOCABULARY = json.loads(Path(__file__).with_name("schema_org.json").read_text())
PREFIX = "https://schema.org/"
CONTEXT = {"@vocab": PREFIX}


def expanded(document):
    """The document as a JSON-LD processor reads it, asking no network for the context."""
    assert document["@context"] == "https://schema.org"
    (root,) = jsonld.expand(document | {"@context": CONTEXT})
    return root


def breaches(node, held=""):
    """What in an expanded node is against the vocabulary; `held` is the property that led to a Role."""
    types = [name.removeprefix(PREFIX) for name in node.get("@type", [])]
    if not types:
        yield f"a node without a type: {node}"
    for name in types:
        if name not in VOCABULARY:
            yield f"there is no type {name}"
            return
    for key, values in node.items():
        if key == "@reverse":
            for back, others in values.items():
                for other in others:
                    (kind,) = (name.removeprefix(PREFIX) for name in other["@type"])
                    yield from misplaced(kind, back.removeprefix(PREFIX), types)
                    yield from breaches(other)
        if key.startswith("@"):
            continue
        name = key.removeprefix(PREFIX)
        domain = ranges(name, types)
        if domain is None and name != held:
            yield f"{types} has no property {name}"
            continue
        for value in values:
            if "@value" in value:
                if not {"Text", "URL", "Date", "DateTime", "Number"} & set(domain or ()):
                    yield f"{name} of {types} is a text: {value['@value']}"
                continue
            inner = [kind.removeprefix(PREFIX) for kind in value.get("@type", [])]
            if "Role" in ancestors(*inner):
                yield from breaches(value, name)
                if key not in value:
                    yield f"a role without its {name}"
                continue
            if domain and not set(domain) & ancestors(*inner):
                yield f"{name} of {types} is {inner}, not {domain}"
            yield from breaches(value)


def misplaced(kind, name, types):
    domain = ranges(name, [kind])
    if domain is None or not set(domain) & ancestors(*types):
        yield f"{name} of {kind} cannot be {types}"


def ancestors(*types):
    """The types themselves and all above them."""
    return {*types} | {above for name in types for above in ancestors(*VOCABULARY[name]["parents"])}


def ranges(name, types):
    """What a property of these types may hold, or None where they have no such property."""
    found = [VOCABULARY[kind]["properties"].get(name) for kind in ancestors(*types)]
    return next(filter(None, found), None)

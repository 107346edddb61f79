"""What the base tells beside matches: suggestions as one types, and the values of properties."""

from django.db.models import Q

from entities.models import Entity
from entities.models.kinds import KINDS
from entities.text import fold, read_uid

from .matching import description, types_of
from .properties import PROPERTIES, Facts, Other

SUGGESTIONS = 20


def extend(extension):
    """The values that an Extension asks for; what is unknown, or not published, has none. At most eight queries."""
    found = by_uid(extension.ids)
    facts = Facts({entity.pk: entity for entity in found.values()}.values(), extension.properties)
    return {
        "meta": [meta(name) for name in extension.properties],
        "rows": {
            key: {
                name: [value_as_data(value) for value in values_of(facts, found.get(key), name)[: most or None]]
                for name, most in extension.properties.items()
            }
            for key in extension.ids
        },
    }


def by_uid(ids):
    """{id: entity} of the published entities to which these ids lead, directly or by a merger; one query."""
    uids = {key: read_uid(key) for key in ids}
    rows = Entity.objects.select_related("merged_into").filter(uid__in={uid for uid in uids.values() if uid})
    targets = {row.uid: row.today for row in rows}
    return {key: targets[uid] for key, uid in uids.items() if uid in targets and targets[uid].is_published}


def meta(name):
    """The head of a column of values; where they are entities of one kind, with that kind."""
    if name not in PROPERTIES:
        return {"id": name, "name": name}
    head = {"id": name, "name": PROPERTIES[name].label}
    if len(PROPERTIES[name].leads_to) == 1:
        head["type"] = kind_as_type(PROPERTIES[name].leads_to[0])
    return head


def values_of(facts, entity, name):
    return facts.values(entity, name) if entity else []


def value_as_data(value):
    if isinstance(value, Other):
        return {"id": value.uid, "name": value.name}
    return {"float": value} if isinstance(value, float) else {"str": str(value)}


def propose(type, limit):
    """The properties that entities of a type may have, of an empty one all, at most `limit` where that is not 0."""
    kind = type.partition("/")[0]
    fitting = [name for name, each in PROPERTIES.items() if not type or kind in each.kinds]
    return {"properties": [property_as_data(name) for name in fitting[: limit or None]]} | (
        {"type": type} | ({"limit": limit} if limit else {})
    )


def suggest_entities(text, types, skip):
    """Entities with every word of `text` in their names or identifiers, or the one whose id it is; one query."""
    rows, uid = Entity.objects.published(), read_uid(text)
    if not fold(text):
        return []
    if uid:
        named = rows.filter(Q(uid=uid) | Q(pk__in=Entity.objects.filter(uid=uid).values("merged_into")))
    else:
        named = rows.search(text)
    if types:
        named = named.filter(Q(*[type_condition(type) for type in types], _connector=Q.OR))
    found = named.ranked(text).order_by("rank", "sort_name", "pk")[skip : skip + SUGGESTIONS]
    return [
        {"id": row.uid, "name": row.name, "description": description(row), "notable": types_of(row)} for row in found
    ]


def type_condition(type):
    kind, _, sub = type.partition("/")
    return Q(kind=kind, type=sub) if sub else Q(kind=kind)


def suggest_types(text, skip):
    return [each for each in every_type() if matches(text, each["id"], each["name"])][skip : skip + SUGGESTIONS]


def every_type():
    """The kinds, and the types within each."""
    for key, kind in KINDS.items():
        yield kind_as_type(key) | {"description": kind.about}
        for sub, label in kind.types.items():
            yield {"id": f"{key}/{sub}", "name": label, "description": kind.label, "broader": [kind_as_type(key)]}


def kind_as_type(key):
    return {"id": key, "name": KINDS[key].label}


def suggest_properties(text, skip):
    found = [property_as_data(name) for name, each in PROPERTIES.items() if matches(text, name, each.label)]
    return found[skip : skip + SUGGESTIONS]


def property_as_data(name):
    return {"id": name, "name": PROPERTIES[name].label}


def matches(text, *names):
    """Whether any of the names, or a word of it, begins with `text`."""
    start = fold(text)
    return bool(start) and any(f" {start}" in f" {fold(name)}" for name in names)

"""What must hold of one entity, one statement: the sentences an editor reads, used by forms and by the loader alike.

Pure functions over plain values; each gives a list of (field, sentence). The check constraints of the database say the
same to those who come by another door.
"""

from entities.dates import reversed_order

from .kinds import KINDS, PREDICATES, ROLES, STATES


def a(word):
    """`word` with its indefinite article."""
    return f"an {word}" if word[0].lower() in "aeio" else f"a {word}"


def kinds_in_words(*kinds):
    return " or ".join(a(KINDS[kind].label.lower()) if kind in KINDS else f"“{kind}”" for kind in kinds)


def entity_problems(
    kind,
    type="",
    status="",
    state="published",
    reason="",
    start="",
    end="",
    latitude=None,
    longitude=None,
    **_,
):
    """What is wrong with the fields of an entity."""
    if kind not in KINDS:
        return [("kind", f"“{kind}” is not a kind: it is one of {', '.join(KINDS)}.")]
    label, problems = KINDS[kind].label.lower(), []
    if type not in KINDS[kind].types:
        problems.append(("type", f"“{type}” is not a type of {label}: it is one of {', '.join(KINDS[kind].types)}."))
    if status and status not in KINDS[kind].statuses:
        known = ", ".join(KINDS[kind].statuses) or "none"
        problems.append(("status", f"“{status}” is not a status of {a(label)}; known ones: {known}."))
    if state not in STATES:
        problems.append(("state", f"“{state}” is not a state: it is one of {', '.join(STATES)}."))
    if state == "withdrawn" and not reason:
        problems.append(("reason", "Say why the entry is withdrawn: its page will show the reason."))
    if reversed_order(start, end):
        problems.append(("end", f"The end ({end}) lies before the start ({start})."))
    if (latitude is None) != (longitude is None):
        problems.append(("latitude", "Give both latitude and longitude, or neither."))
    if latitude is not None and not -90 <= latitude <= 90:
        problems.append(("latitude", "A latitude lies between −90 and 90 degrees."))
    if longitude is not None and not -180 <= longitude <= 180:
        problems.append(("longitude", "A longitude lies between −180 and 180 degrees."))
    return problems


def merge_problems(state, is_merged_into, into_itself=False):
    """What is wrong with the way an entity was merged."""
    if state == "merged" and not is_merged_into:
        return [("merged_into", "Say into which entry this one was merged.")]
    if state != "merged" and is_merged_into:
        return [("merged_into", "Only an entry in the state “merged” points at another one.")]
    if into_itself:
        return [("merged_into", "An entry cannot be merged into itself.")]
    return []


def statement_problems(
    kind,
    predicate,
    object_kind=None,
    loop=False,
    role="",
    text="",
    start="",
    end="",
    amount=None,
    currency="",
    country="",
    **_,
):
    """What is wrong with a statement of a subject of `kind`; `object_kind` is None where it has no object."""
    if predicate not in PREDICATES:
        return [("predicate", f"“{predicate}” is not a predicate: it is one of {', '.join(PREDICATES)}.")]
    rule, problems = PREDICATES[predicate], []
    if kind not in rule.subjects:
        problems.append(("predicate", f"{kinds_in_words(kind)} has no statement “{predicate}”.".capitalize()))
    if rule.is_edge and object_kind is None:
        problems.append(("object", f"A statement “{predicate}” needs an object: {kinds_in_words(*rule.objects)}."))
    elif rule.is_edge and object_kind not in rule.objects:
        fitting, given = kinds_in_words(*rule.objects), kinds_in_words(object_kind)
        problems.append(("object", f"The object of “{predicate}” is {fitting}, not {given}."))
    elif not rule.is_edge and object_kind is not None:
        problems.append(("object", f"A statement “{predicate}” has no object."))
    if loop:
        problems.append(("object", "A statement cannot join an entry to itself."))
    if role and role not in rule.roles:
        known = f"it is one of {', '.join(rule.roles)}." if rule.roles else "it has none."
        word = "a role" if role in ROLES else "a known role"
        problems.append(("role", f"“{role}” is not {word} of “{predicate}”: {known}"))
    given = {"start": start, "text": text, "country": country}
    problems += [
        (field, f"A statement “{predicate}” needs {a(NEEDED[field])}.") for field in rule.needs if not given[field]
    ]
    if country and "country" not in rule.needs:
        problems.append(("country", "Only a statement “country” has a country of its own."))
    if (amount is None) == bool(currency):
        problems.append(("amount", "Give an amount with its currency, or neither."))
    if (amount is not None or currency) and predicate != "value":
        problems.append(("amount", "Only a statement “value” has an amount."))
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        problems.append(("currency", f"“{currency}” is not a currency: write its three letters, as in USD."))
    if reversed_order(start, end):
        problems.append(("end", f"The end ({end}) lies before the start ({start})."))
    return problems


NEEDED = {"start": "start date", "text": "text", "country": "country"}

"""The properties by which entities are compared and that a client may fetch: what they are, their values, their match.

A new predicate, type of name or scheme of identifiers is a property by itself.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F
from django.utils.functional import cached_property
from django_countries import countries
from rapidfuzz import fuzz

from entities.dates import PartialDate
from entities.identifiers import SCHEMES, normalise
from entities.models import Identifier, Name, Statement, Tagging
from entities.models.kinds import EDGES, EVERY, KINDS, NAME_TYPES, PREDICATES
from entities.text import fold, read_uid

#: what an edge is called from the side of its object, where “Partner of” and the like would be no English
INVERSE = {"parent": "Has part", "successor": "Successor of", "approval": "Has approved", "indication": "Treated with"}
#: what people call a country, besides its name and its codes
COUNTRY_WORDS = {"uk": "GB", "usa": "US", "u s": "US", "u s a": "US", "united states of america": "US"}
#: two numbers so near are the same, or alike: degrees of latitude and longitude
SAME_PLACE, NEAR_PLACE = 0.1, 1


class Property(NamedTuple):
    """What entities of `kinds` may have; `read(facts, entity)` gives its values: texts, floats or Others.

    `form` is text, country, date, site, number, identifier or entity, and says how values are compared; where it is
    entity, they are of the kinds `leads_to`.
    """

    label: str
    form: str
    kinds: tuple
    read: Callable
    leads_to: tuple = ()


class Other(NamedTuple):
    """An entity as the value of a property; `lines` are its folded names and identifiers."""

    uid: str
    name: str
    lines: frozenset


class Facts:
    """What the base says of some published entities, read as it is asked for: a query for each table.

    Statements are read for the given properties alone.
    """

    def __init__(self, entities, properties):
        self.pks = [entity.pk for entity in entities]
        self.properties = [name for name in properties if name in PROPERTIES]

    def values(self, entity, name):
        """The values of a property; of an unknown one, none."""
        return PROPERTIES[name].read(self, entity) if name in PROPERTIES else []

    @cached_property
    def names(self):
        """{(pk, type): [text]}"""
        return self.gather(Name.objects.filter(entity__in=self.pks).values_list("entity", "type", "text"))

    @cached_property
    def identifiers(self):
        """{(pk, scheme): [value]}"""
        return self.gather(Identifier.objects.filter(entity__in=self.pks).values_list("entity", "scheme", "value"))

    @cached_property
    def tags(self):
        """{(pk, None): [name]}"""
        rows = Tagging.objects.filter(content_object__in=self.pks).order_by("tag__name")
        return self.gather((pk, None, name) for pk, name in rows.values_list("content_object", "tag__name"))

    @cached_property
    def places(self):
        """{(pk, None): [code]} of the countries of partners and members, and of those that statements say."""
        rows = Statement.objects.with_country().filter(subject__in=self.pks).in_order()
        return self.gather((pk, None, code) for pk, code in rows.values_list("subject", "place") if code)

    @cached_property
    def objects(self):
        """{(pk, predicate): [Other]} of what its statements name."""
        asked = [name for name in self.properties if name in EDGES]
        rows = Statement.objects.visible().filter(subject__in=self.pks, predicate__in=asked).in_order()
        return self.others(rows, "subject", "object")

    @cached_property
    def subjects(self):
        """{(pk, predicate): [Other]} of those whose statements name it."""
        asked = [name.removesuffix("_of") for name in self.properties if name.endswith("_of")]
        rows = Statement.objects.public().filter(object__in=self.pks, predicate__in=asked)
        return self.others(rows.order_by("subject__sort_name", "subject", "rank"), "object", "subject")

    def others(self, rows, here, there):
        columns = [F(f"{there}__{column}") for column in ("uid", "name", "search_text")]
        return self.gather(
            (pk, predicate, Other(uid, name, frozenset(text.split("\n"))))
            for pk, predicate, uid, name, text in rows.values_list(here, "predicate", *columns)
        )

    @staticmethod
    def gather(rows):
        """{(pk, key): [distinct values, in order]}"""
        found = defaultdict(dict)
        for pk, key, value in rows:
            found[pk, key][value] = None
        return {place: list(values) for place, values in found.items()}


def column(name):
    def read(facts, entity):
        value = getattr(entity, name)
        return [] if value in ("", None) else [value]

    return read


def named(key):
    return lambda facts, entity: facts.names.get((entity.pk, key), [])


def identified(key):
    return lambda facts, entity: facts.identifiers.get((entity.pk, key), [])


def joined_to(key):
    return lambda facts, entity: facts.objects.get((entity.pk, key), [])


def joined_by(key):
    return lambda facts, entity: facts.subjects.get((entity.pk, key), [])


def country_codes(facts, entity):
    """The seat; of a collaboration or consortium, also the countries of its partners and members."""
    seat = [entity.country.code] if entity.country else []
    wide = facts.places.get((entity.pk, None), []) if entity.kind in PREDICATES["country"].subjects else []
    return list(dict.fromkeys(seat + wide))


def country_names(facts, entity):
    return [countries.name(code) for code in country_codes(facts, entity)]


def address(facts, entity):
    return [settings.SITE_URL + entity.get_absolute_url()]


DATED = tuple(kind for kind in KINDS if kind != "disease")
SEATED = tuple(kind for kind in KINDS if kind not in ("therapy", "guideline", "disease"))
WITH_STATUS = tuple(key for key, kind in KINDS.items() if kind.statuses)
PROPERTIES = {
    "name": Property("Name", "text", EVERY, column("name")),
    "kind": Property("Kind", "text", EVERY, column("kind_label")),
    "type": Property("Type", "text", EVERY, column("type_label")),
    "status": Property("Activity", "text", WITH_STATUS, column("status_label")),
    "country": Property("Country", "country", SEATED, country_names),
    "country_code": Property("Country code", "country", SEATED, country_codes),
    "city": Property("City", "text", SEATED, column("city")),
    "latitude": Property("Latitude", "number", SEATED, column("latitude")),
    "longitude": Property("Longitude", "number", SEATED, column("longitude")),
    "website": Property("Website", "site", EVERY, column("website")),
    "start": Property("Start", "date", DATED, column("start")),
    "end": Property("End", "date", DATED, column("end")),
    "tag": Property("Subject", "text", EVERY, lambda facts, entity: facts.tags.get((entity.pk, None), [])),
    "summary": Property("Summary", "text", EVERY, column("summary")),
    "page": Property("Page here", "text", EVERY, address),
    **{key: Property(label, "text", EVERY, named(key)) for key, label in NAME_TYPES.items()},
    **{key: Property(scheme.label, "identifier", EVERY, identified(key)) for key, scheme in SCHEMES.items()},
    **{
        key: Property(
            PREDICATES[key].singular, "entity", PREDICATES[key].subjects, joined_to(key), PREDICATES[key].objects
        )
        for key in EDGES
    },
    **{
        f"{key}_of": Property(
            INVERSE.get(key, f"{PREDICATES[key].singular} of"),
            "entity",
            PREDICATES[key].objects,
            joined_by(key),
            PREDICATES[key].subjects,
        )
        for key in EDGES
    },
}
#: the properties whose values are names of the entity itself
NAMING = ("name", *NAME_TYPES)


def checks(name, given):
    """[value of ours → 0 to 100] of the values, Givens, that a client has; without those that cannot be read."""
    if name not in PROPERTIES:
        return []
    return list(filter(None, (CHECKS[PROPERTIES[name].form](name, one) for one in given)))


def agreement(checks, values):
    """How well any of our values fits any that a client has, 0 to 100; None where there is nothing to compare."""
    return max((check(value) for check in checks for value in values), default=None)


def check_text(name, given):
    text = fold(given.text)
    return text and (lambda value: fuzz.ratio(text, fold(value)))


def check_country(name, given):
    code = country_code(given.text)
    return code and (lambda value: 100 * (code == country_code(value)))


def country_code(text):
    """The code of two letters of a country by its name or code; of what is not known, an empty text."""
    return COUNTRY_BY_WORD.get(fold(text)) or countries.alpha2(text.strip())


def check_date(name, given):
    """Alike as far as both go; half alike a year apart."""
    with suppress(ValueError):
        date = PartialDate.read(given.text.partition("T")[0])
        return lambda value: 100 if same_date(date, value) else 50 * (abs(date.year - value.year) <= 1)


def same_date(one, other):
    return one[: len(other)] == other[: len(one)]


def check_site(name, given):
    host = host_of(given.text)
    return host and (lambda value: 100 * (host == host_of(value)))


def host_of(text):
    text = text.strip().lower()
    with suppress(ValueError):
        return (urlsplit(text if "://" in text else f"//{text}").hostname or "").removeprefix("www.")
    return ""


def check_number(name, given):
    with suppress(ValueError):
        number = float(given.text)
        return lambda value: 100 if abs(number - value) <= SAME_PLACE else 50 * (abs(number - value) <= NEAR_PLACE)


def check_identifier(name, given):
    text = fold(normalise(name, given.id or given.text))
    return text and (lambda value: 100 * (text == fold(value)))


def check_entity(name, given):
    """By id, else by name: any of its names counts."""
    uid, text = read_uid(given.id or given.text), fold(given.text)
    if uid:
        return lambda value: 100 * (uid == value.uid)
    return text and (lambda value: 100 if text in value.lines else fuzz.ratio(text, fold(value.name)))


CHECKS = {
    "text": check_text,
    "country": check_country,
    "date": check_date,
    "site": check_site,
    "number": check_number,
    "identifier": check_identifier,
    "entity": check_entity,
}
COUNTRY_BY_WORD = {fold(name): code for code, name in countries} | COUNTRY_WORDS

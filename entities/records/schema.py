"""The shape of a record: its keys in their order, what each may hold, and how plain data is brought into that form.

A record is the whole of what is known of one entity, source, tag or article, as plain data. Empty keys are left out.
"""

import hashlib
import json
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django_countries import countries

from entities import identifiers
from entities.dates import PartialDate
from entities.models.articles import MOST_BYTES
from entities.models.fields import plain_slug
from entities.models.kinds import ARTICLE_STATES, LINK_STATES, MENTION_STATES, NAME_TYPES, SOURCE_KINDS
from entities.text import CONTROL, read_uid

http_url = URLValidator(schemes=["http", "https"])


class Problem(NamedTuple):
    """What is wrong, and where: a file, a line, a record, a field within it."""

    file: str
    line: int | None
    record: str
    field: str
    sentence: str

    def __str__(self):
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(filter(None, [place, ", ".join(filter(None, [self.record, self.field])), self.sentence]))


# Readers: plain data → a value of the record, or ValueError with a sentence


def text(limit=None, lines=False):
    """A text of at most `limit` characters; on one line unless `lines`."""

    def read(raw):
        if not isinstance(raw, str):
            raise ValueError("This must be a text.")
        if CONTROL.search(raw) or (not lines and ("\n" in raw or "\t" in raw)):
            raise ValueError("The text holds a control character or a line break.")
        if limit and len(raw) > limit:
            raise ValueError(f"The text has {len(raw):,} characters; {limit:,} are allowed.")
        return raw.strip()

    return read


def body(raw):
    """The text of an article, no heavier than the linker takes: what no names can be found in is not kept."""
    read = text(lines=True)(raw)
    if (size := len(read.encode())) > MOST_BYTES:
        raise ValueError(f"The text has {size:,} bytes in UTF-8; {MOST_BYTES:,} are allowed.")
    return read


def line(limit):
    """A text on one line with its white space folded, as a LineField keeps it."""
    read = text(limit)
    return lambda raw: " ".join(read(raw).split())


def slug(raw, limit=100):
    try:
        plain_slug(raw)
    except ValidationError as error:
        raise ValueError(f"“{str(raw)[:60]}”: {error.messages[0]}") from None
    return text(limit)(raw)


def source_key(raw):
    """The key of a source: a shorter slug."""
    return slug(raw, limit=80)


def uid(raw):
    value = read_uid(raw) if isinstance(raw, str) else None
    if not value:
        raise ValueError(f"“{str(raw)[:20]}” is not a public id: its check character is wrong.")
    return value


def choice(options):
    def read(raw):
        if not isinstance(raw, str) or raw not in options:
            raise ValueError(f"“{str(raw)[:60]}” is not known: it is one of {', '.join(options)}.")
        return raw

    return read


def whole(digits):
    """A whole number from 0 up, of at most so many digits as its column holds."""

    def read(raw):
        if isinstance(raw, bool) or not str(raw).isdecimal() or not str(raw).isascii() or len(str(raw)) > digits:
            raise ValueError(f"“{str(raw)[:30]}” is not a whole number of at most {digits} digits.")
        return int(raw)

    return read


def degrees(raw):
    try:
        value = round(float(raw), 6) + 0.0  # −0 is 0
    except (TypeError, ValueError, OverflowError):
        value = float("nan")
    if value != value or abs(value) > 180:
        raise ValueError(f"“{str(raw)[:30]}” is not a number of degrees.")
    return value


def yes_or_no(raw):
    known = {"true": True, "false": False, True: True, False: False}
    if not isinstance(raw, str | bool) or raw not in known:
        raise ValueError("Write true or false.")
    return known[raw]


def partial_date(raw):
    return str(PartialDate(str(raw)))


def day(raw):
    value = PartialDate(str(raw))
    if not value.day:
        raise ValueError(f"“{value}” is not a day.")
    return str(value)


def url(limit):
    def read(raw):
        try:
            http_url(raw)
        except ValidationError:
            raise ValueError(f"“{str(raw)[:80]}” is not an http or https address.") from None
        return text(limit)(raw)

    return read


def country(raw):
    if not isinstance(raw, str) or raw not in countries.countries:
        raise ValueError(f"“{str(raw)[:30]}” is not the two-letter code of a country.")
    return raw


def language(raw):
    if not isinstance(raw, str) or not 2 <= len(raw) <= 12 or not raw.replace("-", "").isalnum() or not raw.isascii():
        raise ValueError(f"“{str(raw)[:30]}” is not the code of a language.")
    return raw


class Field(NamedTuple):
    """One key of a record: how its value is read; whether it must be there; what an absent one means."""

    read: object
    required: bool = False
    default: object = None


class ListOf(NamedTuple):
    """A list of scalars, sorted and without repeats."""

    read: object


class RecordsOf(NamedTuple):
    """A list of records; `key` says how they sort, or is None where their order is the editor's.

    `finish` brings a whole record of the list into its final form, or raises ValueError.
    """

    schema: dict
    key: object = None
    finish: object = None


def known_identifier(item):
    """An identifier in its scheme's own form, with right check digits."""
    value = identifiers.normalise(item["scheme"], item["value"])
    identifiers.validate(item["scheme"], value)
    return item | {"value": value}


NAME_ORDER = list(NAME_TYPES)
SCHEME_ORDER = list(identifiers.SCHEMES)

NAME = {
    "text": Field(line(300), required=True),
    "type": Field(choice(NAME_TYPES), required=True),
    "language": Field(language),
}
IDENTIFIER = {
    "scheme": Field(choice(identifiers.SCHEMES), required=True),
    "value": Field(text(220), required=True),
}
STATEMENT = {
    "number": Field(whole(9)),
    "predicate": Field(text(40), required=True),
    "object": Field(slug),
    "role": Field(text(40)),
    "text": Field(text(5000, lines=True)),
    "start": Field(partial_date),
    "end": Field(partial_date),
    "amount": Field(whole(18)),
    "currency": Field(text(10)),
    "country": Field(country),
    "sources": ListOf(source_key),
}
ENTITY = {
    "slug": Field(slug, required=True),
    "uid": Field(uid),
    "kind": Field(text(40), required=True),
    "name": Field(line(300), required=True),
    "type": Field(text(60), required=True),
    "status": Field(text(40)),
    "state": Field(text(40), default="published"),
    "reason": Field(text(2000, lines=True)),
    "merged_into": Field(slug),
    "old_slugs": ListOf(slug),
    "summary": Field(text(5000, lines=True)),
    "country": Field(country),
    "city": Field(line(100)),
    "latitude": Field(degrees),
    "longitude": Field(degrees),
    "website": Field(url(500)),
    "start": Field(partial_date),
    "end": Field(partial_date),
    "featured": Field(yes_or_no, default=False),
    "reviewed": Field(day),
    "review_due": Field(day),
    "last_number": Field(whole(9)),
    "tags": ListOf(slug),
    "names": RecordsOf(NAME, lambda name: (NAME_ORDER.index(name["type"]), name["text"])),
    "identifiers": RecordsOf(
        IDENTIFIER, lambda item: (SCHEME_ORDER.index(item["scheme"]), item["value"]), known_identifier
    ),
    "statements": RecordsOf(STATEMENT),
}
SOURCE = {
    "key": Field(source_key, required=True),
    "title": Field(line(500), required=True),
    "publisher": Field(line(200)),
    "url": Field(url(1000), required=True),
    "published": Field(partial_date),
    "kind": Field(choice(SOURCE_KINDS), required=True),
    "consulted": Field(yes_or_no, default=True),
    "accessed": Field(day),
    "archived_url": Field(url(1000)),
    "link": Field(choice(LINK_STATES)),
    "link_checked": Field(day),
}
TAG = {
    "slug": Field(slug, required=True),
    "name": Field(text(100), required=True),
    "description": Field(line(1000)),
}
MENTION = {
    "entity": Field(slug, required=True),
    "text": Field(line(300), required=True),
    "position": Field(whole(9)),
    "state": Field(choice(MENTION_STATES), default="found"),
}
ARTICLE = {
    "slug": Field(slug, required=True),
    "title": Field(line(300), required=True),
    "authors": Field(line(500)),
    "publisher": Field(line(200)),
    "published": Field(partial_date),
    "url": Field(url(1000)),
    "state": Field(choice(ARTICLE_STATES), default="published"),
    "body": Field(body),
    "mentions": RecordsOf(MENTION, lambda item: (item.get("position", -1), item["entity"])),
}
#: the sections of a file, each a list of records; the key by which a record is known stands first in its schema
SECTIONS = {"tags": TAG, "sources": SOURCE, "entities": ENTITY, "articles": ARTICLE}


def read_record(schema, raw, report):
    """`raw` in the form of `schema`; every problem goes to report(path, sentence), path a tuple of keys and indexes."""
    if not isinstance(raw, dict):
        report((), "This must be a mapping of keys to values.")
        return {}
    record = {}
    for key in raw:
        if key not in schema:
            report((key,), f"The key “{str(key)[:60]}” is not known: known are {', '.join(schema)}.")
    for key, field in schema.items():
        value = raw.get(key)
        if value is None or value == "" or value == []:
            if getattr(field, "required", False):
                report((key,), "This must not be missing.")
        elif isinstance(field, Field):
            try:
                value = field.read(value)
            except ValueError as error:
                report((key,), str(error))
                continue
            if value == "" and field.required:  # white space alone
                report((key,), "This must not be missing.")
            elif value != "" and value != field.default:
                record[key] = value
        elif not isinstance(value, list):
            report((key,), "This must be a list.")
        else:
            record[key] = read_list(field, key, value, report)
    return record


def read_list(field, key, values, report):
    """The list `values` of the field `key`, in canonical order."""
    items, broken = [], False
    for index, value in enumerate(values):
        if isinstance(field, RecordsOf):
            item, problems = read_item(field, value)
            for path, sentence in problems:
                report((key, index, *path), sentence)
            broken = broken or bool(problems)
            items.append(item)
        else:
            try:
                items.append(field.read(value))
            except ValueError as error:
                report((key, index), str(error))
    if isinstance(field, ListOf):
        return sorted(set(items))
    return sorted(items, key=field.key) if field.key and not broken else items


def read_item(field, raw):
    """A record of a list, and its problems as [(path, sentence)]."""
    problems = []
    item = read_record(field.schema, raw, lambda path, sentence: problems.append((path, sentence)))
    if field.finish and not problems:
        try:
            item = field.finish(item)
        except ValueError as error:
            problems.append((("value",), str(error)))
    return item, problems


def ordered(schema, record):
    """`record` with its keys in the order of `schema`, as a database that forgets key order may give it back."""
    result = {}
    for key, field in schema.items():
        if key in record:
            value = record[key]
            result[key] = [ordered(field.schema, item) for item in value] if isinstance(field, RecordsOf) else value
    return result


def digest(record):
    """64 hexadecimal digits that are the same for the same record and no other: SHA-256 over sorted keys."""
    canonical = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def to_day(value):
    """The datetime.date of a record's day, or None."""
    return date.fromisoformat(value) if value else None

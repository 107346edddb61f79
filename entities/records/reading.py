"""Rows → records: everything that is known of an entity, in a handful of queries for any number of them."""

from collections import defaultdict

from entities.models import (
    Article,
    Entity,
    Identifier,
    Mention,
    Name,
    OldSlug,
    Source,
    Statement,
    Tag,
    Tagging,
)

from .schema import ARTICLE, ENTITY, SOURCE, TAG

CHUNK = 500


def entity_records(pks=None):
    """{pk: record} of the entities with these primary keys, or of all; 7 queries for every 500."""
    if pks is None:
        return gather(Entity.objects.all(), {})
    pks = list(pks)
    records = {}
    for first in range(0, len(pks), CHUNK):
        chunk = pks[first : first + CHUNK]
        records |= gather(Entity.objects.filter(pk__in=chunk), {"pks": chunk})
    return records


def entity_record(entity):
    """The record of one entity."""
    return entity_records([entity.pk])[entity.pk]


def gather(entities, only):
    """The records of a queryset of entities; `only` narrows the other tables to the same ones, or is empty for all."""

    def rows(model, owner, *columns):
        queryset = model.objects.order_by("pk")
        if only:
            queryset = queryset.filter(**{f"{owner}__in": only["pks"]})
        found = defaultdict(list)
        for pk, *values in queryset.values_list(owner, *columns):
            found[pk].append(values)
        return found

    names = rows(Name, "entity", "text", "type", "language")
    idents = rows(Identifier, "entity", "scheme", "value")
    tags = rows(Tagging, "content_object", "tag__slug")
    slugs = rows(OldSlug, "entity", "slug")
    cited = rows_of_citations(only)
    statements = defaultdict(list)
    queryset = Statement.objects.order_by("subject", "rank", "number")
    if only:
        queryset = queryset.filter(subject__in=only["pks"])
    for pk, owner, *values in queryset.values_list("pk", "subject", *STATEMENT_COLUMNS):
        statement = without_empty(dict(zip(STATEMENT_KEYS, values, strict=True)))
        if pk in cited:
            statement["sources"] = sorted(cited[pk])
        statements[owner].append(statement)

    records = {}
    for pk, *values in entities.order_by("pk").values_list("pk", *ENTITY_COLUMNS):
        raw = dict(zip(ENTITY_KEYS, values, strict=True))
        raw["tags"] = [slug for (slug,) in tags[pk]]
        raw["old_slugs"] = [slug for (slug,) in slugs[pk]]
        raw["names"] = [without_empty(dict(zip(("text", "type", "language"), row, strict=True))) for row in names[pk]]
        raw["identifiers"] = [dict(zip(("scheme", "value"), row, strict=True)) for row in idents[pk]]
        raw["statements"] = statements[pk]
        if raw["last_number"] <= max((item["number"] for item in statements[pk]), default=0):
            del raw["last_number"]
        records[pk] = canonical(ENTITY, raw)
    return records


def rows_of_citations(only):
    """{statement pk: [source keys]}"""
    queryset = Statement.sources.through.objects.all()
    if only:
        queryset = queryset.filter(statement__subject__in=only["pks"])
    cited = defaultdict(list)
    for pk, key in queryset.values_list("statement", "source__key"):
        cited[pk].append(key)
    return cited


def flat_records(section):
    """{pk: record} of all tags, sources or articles; 1 query, for articles 2."""
    model, schema = FLAT[section]
    columns = [key for key in schema if key != "mentions"]
    mentions = mentions_by_article() if section == "articles" else {}
    return {
        pk: canonical(schema, dict(zip(columns, values, strict=True)) | {"mentions": mentions.get(pk, [])})
        for pk, *values in model.objects.order_by("pk").values_list("pk", *columns)
    }


def source_records(sources):
    """{key: record} of a queryset of sources, in one query."""
    columns = list(SOURCE)
    rows = [canonical(SOURCE, dict(zip(columns, values, strict=True))) for values in sources.values_list(*columns)]
    return {row["key"]: row for row in sorted(rows, key=lambda row: row["key"])}


def mentions_by_article():
    found = defaultdict(list)
    columns = ("entity__slug", "text", "position", "state")
    for pk, slug, text, position, state in Mention.objects.values_list("article", *columns):
        row = {"entity": slug, "text": text, "position": position}
        if state != "found":
            row["state"] = state
        found[pk].append(without_empty(row))
    return found


def canonical(schema, raw):
    """The record of values that come from the database and are known to be right: empty ones left out, lists sorted."""
    record = {}
    for key, field in schema.items():
        value = raw.get(key)
        if isinstance(value, list):
            if value:
                record[key] = read_trusted(field, value)
        elif value is not None and value != "":
            value = plain(value)
            if value != field.default:
                record[key] = value
    return record


def read_trusted(field, values):
    if hasattr(field, "schema"):
        return sorted(values, key=field.key) if field.key else values
    return sorted(set(values))


def without_empty(row):
    return {key: plain(value) for key, value in row.items() if value is not None and value != ""}


def plain(value):
    """A date or a PartialDate as text, degrees to six places; whole numbers, truth values and texts as they are."""
    if isinstance(value, float):
        return round(value, 6)
    return value if isinstance(value, bool | int) else str(value)


STATEMENT_KEYS = (
    "number",
    "predicate",
    "object",
    "role",
    "text",
    "start",
    "end",
    "amount",
    "currency",
    "country",
)
STATEMENT_COLUMNS = tuple("object__slug" if key == "object" else key for key in STATEMENT_KEYS)
ENTITY_KEYS = tuple(key for key in ENTITY if key not in ("old_slugs", "tags", "names", "identifiers", "statements"))
ENTITY_COLUMNS = tuple("merged_into__slug" if key == "merged_into" else key for key in ENTITY_KEYS)
FLAT = {"tags": (Tag, TAG), "sources": (Source, SOURCE), "articles": (Article, ARTICLE)}

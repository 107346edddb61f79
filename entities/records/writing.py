"""Records → rows, second half: what a checked batch changes is written in bulk, with one revision for each entity."""

from collections import defaultdict

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from entities.models import (
    Article,
    Entity,
    Identifier,
    Mention,
    Name,
    OldSlug,
    Revision,
    Source,
    Statement,
    Tag,
    Tagging,
)
from entities.models.entity import search_text, sort_name
from entities.text import draw_uid

from .schema import ARTICLE, ENTITY, SOURCE, TAG, digest, to_day

CHUNK = 500
DAYS = ("reviewed", "review_due", "accessed", "link_checked")
COLUMNS = tuple(
    key
    for key in ENTITY
    if key not in ("merged_into", "old_slugs", "last_number", "tags", "names", "identifiers", "statements")
)


def write_plan(items, user, comment, progress):
    """Write the new and changed records of a checked batch; `items` is {section: [Item]}."""
    now = timezone.now()
    free_tag_names(items["tags"])
    write_flat(items["tags"], Tag, TAG, now)
    write_flat(items["sources"], Source, SOURCE, now)
    entities = [item for item in items["entities"] if item.fate in ("new", "changed")]
    free_slugs_and_identifiers(entities)
    for first in progress(range(0, len(entities), CHUNK)):
        write_entities(entities[first : first + CHUNK], now)
    pks = dict(Entity.objects.values_list("slug", "pk"))
    write_merges(entities, pks)
    sources = dict(Source.objects.values_list("key", "pk"))
    for first in progress(range(0, len(entities), CHUNK)):
        chunk = entities[first : first + CHUNK]
        write_statements(chunk, pks, sources)
        write_revisions(chunk, user, comment, now)
    write_flat(items["articles"], Article, ARTICLE, now)
    write_mentions([item for item in items["articles"] if item.fate in ("new", "changed")], pks)
    note_as_loaded(Entity, items["entities"])


def free_tag_names(items):
    """Take the names of changed tags out of the way of those that get them now."""
    changed = [item.pk for item in items if item.fate == "changed"]
    Tag.objects.filter(pk__in=changed).update(name=Concat(Value("\x1f"), Cast("pk", CharField())))


def free_slugs_and_identifiers(items):
    """Take the slugs and identifiers of changed entities out of the way of those that get them now."""
    changed = [item for item in items if item.fate == "changed"]
    for item in changed:
        if item.current["slug"] != item.key:
            Entity.objects.filter(pk=item.pk).update(slug=item.current["uid"])  # in capitals, unlike any slug
    for first in range(0, len(changed), CHUNK):
        pks = [item.pk for item in changed[first : first + CHUNK]]
        Identifier.objects.filter(entity__in=pks).delete()
        OldSlug.objects.filter(entity__in=pks).delete()


def write_flat(items, model, schema, now):
    """The rows of tags, sources or articles."""
    columns = [key for key in schema if key != "mentions"]
    new, changed = [], []
    for item in items:
        if item.fate not in ("new", "changed"):
            continue
        row = model(pk=item.pk, loaded=digest(item.record), **values_of(item.record, schema, columns))
        if hasattr(row, "words_to_search"):
            row.search_text = row.words_to_search()
        if hasattr(row, "modified"):
            row.modified = now
        (changed if item.pk else new).append(row)
    for row, item in zip(
        model.objects.bulk_create(new, batch_size=CHUNK),
        [item for item in items if item.fate == "new"],
        strict=True,
    ):
        item.pk = row.pk
    derived = [name for name in ("loaded", "search_text", "modified") if hasattr(model, name)]
    if changed:
        model.objects.bulk_update(changed, [*columns, *derived], batch_size=CHUNK)
    note_as_loaded(model, items)


def note_as_loaded(model, items):
    """Remember of unchanged rows that a file has said the same, so that a later change of the file is taken."""
    for item in items:
        if item.fate == "unchanged" and item.loaded != digest(item.record):
            model.objects.filter(pk=item.pk).update(loaded=digest(item.record))


def values_of(record, schema, columns):
    """The column values of a record: what is left out is the column's empty value."""
    values = {}
    for key in columns:
        value = record.get(key, schema[key].default)
        if key in DAYS:
            values[key] = to_day(value)
        elif value is not None or key in ("latitude", "longitude", "amount"):
            values[key] = value
        else:
            values[key] = ""
    return values


def write_entities(items, now):
    """The rows of entities without their merges, and their names, identifiers, subjects and old slugs."""
    new = [item for item in items if item.fate == "new"]
    taken = set(Entity.objects.values_list("uid", flat=True)) if new else set()
    for item in new:
        item.record.setdefault("uid", free_uid(taken))
    changed = [item for item in items if item.fate == "changed"]
    rows = {row.pk: row for row in Entity._base_manager.filter(pk__in=[item.pk for item in changed])}
    for item in changed:
        fill(rows[item.pk], item.record, now)
    fields = [
        *COLUMNS,
        "merged_into",
        "version",
        "last_number",
        "search_text",
        "sort_name",
        "loaded",
        "modified",
    ]
    Entity._base_manager.bulk_update(rows.values(), fields, batch_size=CHUNK)
    created = Entity._base_manager.bulk_create([fill(Entity(), item.record, now) for item in new], batch_size=CHUNK)
    for item, row in zip(new, created, strict=True):
        item.pk = row.pk
    pks = [item.pk for item in changed]
    Name.objects.filter(entity__in=pks).delete()
    Tagging.objects.filter(content_object__in=pks).delete()
    tags = dict(Tag.objects.values_list("slug", "pk"))
    Name.objects.bulk_create(Name(entity_id=item.pk, **name) for item in items for name in item.record.get("names", []))
    Identifier.objects.bulk_create(
        Identifier(entity_id=item.pk, **pair) for item in items for pair in item.record.get("identifiers", [])
    )
    Tagging.objects.bulk_create(
        Tagging(content_object_id=item.pk, tag_id=tags[tag]) for item in items for tag in item.record.get("tags", [])
    )
    OldSlug.objects.bulk_create(
        OldSlug(entity_id=item.pk, slug=slug) for item in items for slug in item.record.get("old_slugs", [])
    )


def free_uid(taken):
    """A uid that is not among `taken`, to which it is added."""
    uid = draw_uid()
    while uid in taken:
        uid = draw_uid()
    taken.add(uid)
    return uid


def fill(row, record, now):
    """`row`, an Entity, with the values of its record; a merged one is a draft until its target is there."""
    for column, value in values_of(record, ENTITY, COLUMNS).items():
        setattr(row, column, value)
    if row.state == "merged":
        row.state, row.merged_into = "draft", None
    if "merged_into" not in record:
        row.merged_into = None
    numbers = [statement["number"] for statement in record.get("statements", [])]
    row.last_number = record.get("last_number", max(numbers, default=0))
    row.version += 1
    row.loaded = digest(record)
    row.modified = now
    row.sort_name = sort_name(record["name"])
    row.search_text = search_text(
        [record["name"]]
        + [name["text"] for name in record.get("names", [])]
        + [identifier["value"] for identifier in record.get("identifiers", [])]
    )
    return row


def write_merges(items, pks):
    for item in items:
        if "merged_into" in item.record:
            Entity.objects.filter(pk=item.pk).update(state="merged", merged_into=pks[item.record["merged_into"]])


def write_statements(items, pks, sources):
    """The statements of entities: a row keeps its primary key by its number."""
    there = {
        (row.subject_id, row.number): row for row in Statement.objects.filter(subject__in=[item.pk for item in items])
    }
    new, changed, cites = [], [], {}
    for item in items:
        for rank, statement in enumerate(item.record.get("statements", [])):
            place = (item.pk, statement["number"])
            row = there.pop(place, None)
            (changed if row else new).append(row := row or Statement(subject_id=item.pk))
            for key in ("number", "predicate", "role", "text", "start", "end", "currency", "country"):
                setattr(row, key, statement.get(key, ""))
            row.object_id = pks[statement["object"]] if "object" in statement else None
            row.amount, row.rank = statement.get("amount"), rank
            cites[place] = {sources[key] for key in statement.get("sources", [])}
    Statement.objects.filter(pk__in=[row.pk for row in there.values()]).delete()
    columns = ["predicate", "object", "role", "text", "start", "end", "amount", "currency", "country", "rank"]
    Statement.objects.bulk_update(changed, columns, batch_size=CHUNK)
    Statement.objects.bulk_create(new, batch_size=CHUNK)
    write_citations([(row, cites[row.subject_id, row.number]) for row in new + changed])


def write_citations(pairs):
    """The sources of statements: `pairs` is [(row, set of source primary keys)]."""
    through = Statement.sources.through
    there = defaultdict(dict)
    statements = [row.pk for row, _ in pairs]
    for first in range(0, len(statements), CHUNK):
        chunk = statements[first : first + CHUNK]
        for pk, statement, source in through.objects.filter(statement__in=chunk).values_list(
            "pk", "statement", "source"
        ):
            there[statement][source] = pk
    gone = [pk for row, wanted in pairs for source, pk in there[row.pk].items() if source not in wanted]
    through.objects.filter(pk__in=gone).delete()
    through.objects.bulk_create(
        [
            through(statement_id=row.pk, source_id=source)
            for row, wanted in pairs
            for source in sorted(wanted - there[row.pk].keys())
        ],
        batch_size=CHUNK,
    )


def write_revisions(items, user, comment, now):
    versions = dict(Entity.objects.filter(pk__in=[item.pk for item in items]).values_list("pk", "version"))
    Revision.objects.bulk_create(
        Revision(
            entity_id=item.pk,
            number=versions[item.pk],
            record=item.record,
            digest=digest(item.record),
            created=now,
            user=user,
            comment=(comment or f"Loaded from {item.file}")[:500],
        )
        for item in items
    )


def write_mentions(items, pks):
    Mention.objects.filter(article__in=[item.pk for item in items]).delete()
    Mention.objects.bulk_create(
        Mention(article_id=item.pk, entity_id=pks[mention["entity"]], **without_entity(mention))
        for item in items
        for mention in item.record.get("mentions", [])
    )


def without_entity(mention):
    return {key: value for key, value in mention.items() if key != "entity"}

"""What must hold over all records of a batch together with what is in the database already."""

from entities.models import Entity, Identifier, OldSlug, Source, Statement, Tag
from entities.models.kinds import KINDS
from entities.models.rules import entity_problems, merge_problems, statement_problems

#: the lists of a record in which no two entries may be alike in these keys
ONCE = {"names": ("text",), "identifiers": ("value", "scheme"), "mentions": ("entity", "position")}
#: how a sentence begins that says that a record is missing
MISSING = "There is no "


def check_batch(items):
    """Every problem of the batch, as a list of Problem; `items` is {section: [Item]} with each record's row found."""
    world = World(items)
    problems = check_repeats(items)
    for item in items["entities"]:
        problems += [item.problem(path, sentence) for path, sentence in world.entity_problems(item)]
    for item in items["articles"]:
        problems += [item.problem(path, sentence) for path, sentence in world.mention_problems(item)]
        if not item.record.get("url") and not item.record.get("body"):
            problems.append(item.problem((), "Give the text of the article or its address."))
    return problems + world.identifier_problems(items["entities"]) + world.kind_change_problems(items["entities"])


def check_repeats(items):
    """Records of one batch that claim the same slug, key or uid."""
    problems = []
    for section, field in [
        ("tags", "slug"),
        ("sources", "key"),
        ("articles", "slug"),
        ("entities", "slug"),
        ("entities", "uid"),
    ]:
        first = {}
        for item in items[section]:
            value = item.record.get(field)
            if value and first.setdefault(value, item) is not item:
                other = first[value].problem((), "")
                place = f"{other.file}:{other.line}" if other.line else other.file
                problems.append(item.problem((field,), f"“{value}” stands twice: also in {place}."))
    problems += tag_problems(items["tags"])
    first = {}
    for item in items["entities"]:
        for old in item.record.get("old_slugs", []):
            if first.setdefault(old, item) is not item:
                problems.append(item.problem(("old_slugs",), f"“{old}” is an old slug of “{first[old].key}” too."))
    return problems


def tag_problems(items):
    """A subject's new name may not be that of another one, whatever its case."""
    named = [item for item in items if item.fate in ("new", "changed") and item.record.get("name")]
    fresh = [item for item in named if item.fate == "new" or item.record["name"] != item.current["name"]]
    freed = {item.pk for item in fresh}
    rows = Tag.objects.values_list("pk", "slug", "name")
    owners = {name.casefold(): slug for pk, slug, name in rows if pk not in freed}
    return [
        item.problem(("name",), f"The name “{name}” belongs to “{owners[name.casefold()]}” already.")
        for item in fresh
        if owners.setdefault((name := item.record["name"]).casefold(), item.key) != item.key
    ]


def repeats_within(record):
    """[(path, sentence)] of what stands twice in a list of one record."""
    for field, keys in ONCE.items():
        seen = set()
        for entry in record.get(field, []):
            values = tuple(entry.get(key) for key in keys)
            if values in seen:
                yield (field,), f"“{values[0]}” stands twice."
            seen.add(values)


class World:
    """What there will be once the batch is written: the kind and state of each slug, the sources, the tags."""

    def __init__(self, items):
        entities = [item for item in items["entities"] if item.fate != "kept"]
        batch = {item.pk for item in entities if item.pk}
        rows = Entity.objects.values_list("pk", "slug", "uid", "kind", "state", "merged_into")
        rows = [row for pk, *row in rows if pk not in batch]
        self.owner = {slug: uid for slug, uid, *_ in rows}
        self.kinds = {slug: kind for slug, _, kind, *_ in rows}
        self.states = {slug: state for slug, _, _, state, _ in rows}
        self.merged_from = {target: slug for slug, *_, target in rows if target}
        for item in entities:
            self.kinds[item.key] = item.record.get("kind")
            self.states[item.key] = item.record.get("state", "published")
        self.old_slugs = dict(OldSlug.objects.values_list("slug", "entity__uid"))
        self.sources = {
            *Source.objects.values_list("key", flat=True),
            *(item.key for item in items["sources"]),
        }
        self.tags = {*Tag.objects.values_list("slug", flat=True), *(item.key for item in items["tags"])}

    def entity_problems(self, item):
        """[(path, sentence)] of one entity's record."""
        record = item.record
        kind, slug = record.get("kind"), item.key
        yield from (((field,), sentence) for field, sentence in entity_problems(**self.checked_fields(record)))
        if item.fate != "kept":
            yield from self.slug_problems(slug, record)
        target = record.get("merged_into")
        problems = merge_problems(record.get("state", "published"), bool(target), target == slug)
        yield from (((field,), sentence) for field, sentence in problems)
        if target and target != slug:
            if target not in self.kinds:
                yield ("merged_into",), f"There is no entry “{target}”."
            elif self.states[target] == "merged":
                yield ("merged_into",), f"“{target}” is itself merged into another entry: name that one."
            elif item.pk in self.merged_from:
                other = self.merged_from[item.pk]
                yield ("merged_into",), f"“{other}” is merged into this entry: merge it into “{target}” too."
        for tag in record.get("tags", []):
            if tag not in self.tags:
                yield ("tags", item.raw["tags"].index(tag)), f"There is no subject “{tag}”."
        yield from repeats_within(record)
        if kind in KINDS:
            yield from self.statements_problems(kind, slug, record.get("statements", []))

    def slug_problems(self, slug, record):
        if slug in self.owner:
            yield ("slug",), f"“{slug}” is the slug of another entry, {self.owner[slug]}."
        uid, old_slugs = record.get("uid"), record.get("old_slugs", [])
        for field, old in [("slug", slug), *(("old_slugs", old) for old in old_slugs)]:
            if self.old_slugs.get(old, uid) != uid:
                yield (field,), f"“{old}” was once the slug of another entry, {self.old_slugs[old]}."
        for old in old_slugs:
            if old in self.kinds:
                yield ("old_slugs",), f"“{old}” is the slug of another entry."

    def checked_fields(self, record):
        return {"kind": "", **{key: value for key, value in record.items() if isinstance(value, str | float)}}

    def statements_problems(self, kind, slug, statements):
        seen = set()
        for index, statement in enumerate(statements):
            path, number, target = ("statements", index), statement.get("number"), statement.get("object")
            if number in seen or number == 0:
                yield (
                    (*path, "number"),
                    f"The number {number} stands twice." if number else "Numbers begin with 1.",
                )
            seen.add(number)
            if target and target not in self.kinds:
                yield (*path, "object"), f"There is no entry “{target}”."
                continue
            if "predicate" not in statement or (target and self.kinds[target] not in KINDS):
                continue
            for field, sentence in statement_problems(
                kind,
                object_kind=self.kinds[target] if target else None,
                loop=target == slug,
                **{key: value for key, value in statement.items() if key not in ("object", "sources", "number")},
            ):
                yield (*path, field), sentence
            for source in statement.get("sources", []):
                if source not in self.sources:
                    yield (*path, "sources"), f"There is no source “{source}”."

    def mention_problems(self, item):
        """[(path, sentence)] of the mentions in an article's record."""
        yield from repeats_within(item.record)
        slugs = {mention.get("entity") for mention in item.record.get("mentions", [])}
        for slug in sorted(slugs - {None, *self.kinds}):
            raw = [mention.get("entity") if isinstance(mention, dict) else None for mention in item.raw["mentions"]]
            path = ("mentions", raw.index(slug), "entity") if slug in raw else ("mentions",)
            yield path, f"There is no entry “{slug}”."

    def identifier_problems(self, items):
        """An identifier belongs to one entity only."""
        written = {item.pk for item in items if item.pk and item.fate != "kept"}
        owners = {
            (scheme, value): slug
            for pk, slug, scheme, value in Identifier.objects.values_list("entity", "entity__slug", "scheme", "value")
            if pk not in written
        }
        problems = []
        for item in items:
            if item.fate == "kept":
                continue
            for identifier in item.record.get("identifiers", []):
                pair = identifier.get("scheme"), identifier.get("value")
                if pair[0] != "reference" and owners.setdefault(pair, item.key) != item.key:
                    sentence = f"The {pair[0]} identifier {pair[1]} belongs to “{owners[pair]}” already."
                    problems.append(item.problem(("identifiers",), sentence))
        return problems

    def kind_change_problems(self, items):
        """An entity that changes its kind must still fit the statements of others about it."""
        changed = {
            item.pk: item
            for item in items
            if item.fate == "changed" and item.record.get("kind") in KINDS.keys() - {item.current["kind"]}
        }
        written = {item.pk for item in items if item.fate != "kept"}
        problems = []
        for edge in Statement.objects.filter(object__in=changed).exclude(subject__in=written).select_related("subject"):
            item = changed[edge.object_id]
            for field, sentence in statement_problems(edge.subject.kind, edge.predicate, item.record.get("kind")):
                if field == "object":
                    problems.append(item.problem(("kind",), f"{sentence} (said by “{edge.subject.slug}”)"))
        return problems

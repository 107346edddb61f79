"""Records → rows, first half: a batch of records is gathered, checked as a whole, and compared with what is there.

Nothing is written before every record of every file has been found right. `writing` does the rest.
"""

from collections import defaultdict
from typing import NamedTuple

from django.core.management.base import CommandError
from django.db import transaction

from entities.models import Entity, OldSlug

from . import yamlfile
from .checking import MISSING, check_batch
from .reading import FLAT, entity_records, flat_records
from .schema import ENTITY, SECTIONS, Problem, digest, ordered, read_record
from .writing import write_plan

MOST_PROBLEMS = 500


class LoadError(CommandError):
    """Everything that is wrong with a batch; `problems` is a list of Problem."""

    def __init__(self, problems):
        self.problems = problems
        lines = [str(problem) for problem in problems[:MOST_PROBLEMS]]
        if len(problems) > MOST_PROBLEMS:
            lines.append(f"… and {len(problems) - MOST_PROBLEMS:,} more.")
        count = "1 problem" if len(problems) == 1 else f"{len(problems):,} problems"
        super().__init__("\n".join([f"{count}; nothing was written.", *lines]))


class Item:
    """One record of a batch: where it stands, its raw and its canonical form, and what is to become of it."""

    def __init__(self, section, file, line, raw):
        self.section, self.file, self.line, self.raw = section, file, line, raw
        self.record, self.pk, self.current, self.loaded, self.fate = {}, None, None, "", "new"

    @property
    def key(self):
        """The slug, or a source's key, by which the record is known."""
        return self.record.get("key" if self.section == "sources" else "slug", "")

    @property
    def is_edited(self):
        """Whether the row has been changed since a file was loaded into it."""
        return self.current is not None and self.loaded != digest(self.current)

    def problem(self, path, sentence):
        """A Problem at `path`, a tuple of keys and indexes within the record."""
        line, node = self.line, self.raw
        for step in path:
            lines = getattr(node, "lines", {})
            try:
                line, node = lines[step], node[step]
            except (KeyError, IndexError, TypeError):
                break
        field = " ".join(str(step + 1) if isinstance(step, int) else str(step) for step in path)
        named = self.raw.get("slug") or self.raw.get("key") if isinstance(self.raw, dict) else None
        return Problem(self.file, line, str(named or "?")[:80], field, sentence)


class Report(NamedTuple):
    """What a load did: {section: {"new": [keys], "changed": […], "unchanged": […], "kept": […]}}."""

    fates: dict

    def count(self, fate):
        return sum(len(keys[fate]) for keys in self.fates.values())

    @property
    def total(self):
        return sum(map(self.count, FATES))

    @property
    def kept(self):
        """[(section, key)] of records left alone because an editor has changed them since they were loaded."""
        return [(section, key) for section, keys in self.fates.items() for key in keys["kept"]]

    def __str__(self):
        parts = [f"{self.count(fate)} {fate}" for fate in ("new", "changed", "unchanged")]
        if self.kept:
            parts.append(f"{len(self.kept)} left alone, edited since")
        return ", ".join(parts)


class Batch:
    """Records that are loaded together; they may refer to one another in any order."""

    def __init__(self):
        self.items = {section: [] for section in SECTIONS}
        self.problems = []
        self.unread = False

    def add_file(self, name, stream):
        """Take in the records of a YAML file; what is wrong with it is kept for `load`. Gives the number of records."""
        try:
            data = yamlfile.read(stream)
        except yamlfile.BadFile as error:
            return self.refuse(name, error.problems)
        if data is None:
            return 0
        if not isinstance(data, dict):
            self.problems.append(Problem(name, 1, "", "", f"A file holds sections at its top: {', '.join(SECTIONS)}."))
            return 0
        return sum(self.add_section(name, section, data[section], data.lines[section]) for section in data)

    def refuse(self, name, problems):
        """Note that a file could not be read, and why, as [(sentence, line)]."""
        self.unread = True
        self.problems += [Problem(name, line, "", "", sentence) for sentence, line in problems]
        return 0

    def add_section(self, name, section, records, line):
        if section not in SECTIONS:
            self.problems.append(
                Problem(
                    name,
                    line,
                    "",
                    section[:60],
                    f"The section is not known: known are {', '.join(SECTIONS)}.",
                )
            )
            return 0
        if records is None:
            return 0
        if not isinstance(records, list):
            self.problems.append(Problem(name, line, "", section, "The section must be a list of records."))
            return 0
        for index, raw in enumerate(records):
            self.add(section, raw, name, getattr(records, "lines", {index: None})[index])
        return len(records)

    def add(self, section, raw, file="record", line=None):
        """Take in one record as plain data."""
        item = Item(section, file, line, raw)
        item.record = read_record(
            SECTIONS[section], raw, lambda path, sentence: self.problems.append(item.problem(path, sentence))
        )
        if isinstance(raw, dict):
            self.items[section].append(item)

    def load(self, user=None, comment="", overwrite=False, dry_run=False, progress=iter):
        """Check and write the whole batch; gives a Report, or raises LoadError and writes nothing.

        A record that an editor has changed since it was loaded is left alone unless `overwrite`. `progress` wraps the
        items that take long, as tqdm does.
        """
        with transaction.atomic():
            self.plan(overwrite)
            unreadable = {problem[:4] for problem in self.problems}  # is not said to be missing too
            self.problems += [problem for problem in check_batch(self.items) if problem[:4] not in unreadable]
            if self.problems:
                raise LoadError(self.sorted_problems())
            if not dry_run:
                write_plan(self.items, user, comment, progress)
        return Report({section: self.keys_by_fate(items) for section, items in self.items.items()})

    def sorted_problems(self):
        """By file and line, without what may only seem to be missing because a file could not be read."""
        problems = self.problems
        if self.unread:
            problems = [problem for problem in problems if not problem.sentence.startswith(MISSING)]
        return sorted(problems, key=lambda problem: (problem.file, problem.line or 0))

    def keys_by_fate(self, items):
        return {fate: [item.key for item in items if item.fate == fate] for fate in FATES}

    def plan(self, overwrite):
        """Find the row of each record and decide its fate: new, changed, unchanged or kept.

        The rows are locked, so that what an editor saves meanwhile is either seen here or waits for the end.
        """
        self.find_entities()
        taken, moved = self.slugs_to_be(overwrite)
        for item in [*self.items["entities"], *self.items["articles"]]:
            follow(item.record, moved)
        for item in self.items["entities"]:
            complete(item.record, item.current or {}, taken)
            item.record = ordered(ENTITY, item.record)
            item.fate = fate_of(item, overwrite)
        for section in FLAT:
            model, schema = FLAT[section]
            key = next(iter(schema))
            known = {row[0]: row[1:] for row in model.objects.select_for_update().values_list(key, "pk", "loaded")}
            current = flat_records(section) if self.items[section] else {}
            for item in self.items[section]:
                item.pk, item.loaded = known.get(item.key, (None, ""))
                item.current = current.get(item.pk)
                item.fate = fate_of(item, overwrite)

    def find_entities(self):
        """The row of each entity's record, by its uid or else by its slug, and the record that it gives now."""
        rows = list(Entity.objects.select_for_update().values_list("uid", "slug", "pk", "loaded"))
        by_uid = {uid: (pk, loaded) for uid, _, pk, loaded in rows}
        by_slug = {slug: (pk, loaded, uid) for uid, slug, pk, loaded in rows}
        for item in self.items["entities"]:
            if "uid" in item.record:
                item.pk, item.loaded = by_uid.get(item.record["uid"], (None, ""))
            else:
                item.pk, item.loaded, uid = by_slug.get(item.key, (None, "", None))
                if uid:
                    item.record["uid"] = uid
        current = entity_records({item.pk for item in self.items["entities"] if item.pk})
        for item in self.items["entities"]:
            item.current = current.get(item.pk)

    def slugs_to_be(self, overwrite):
        """The slugs that the batch gives, and {old slug: the one under which its entity will be found}."""
        given = {item.key: item.pk for item in self.items["entities"] if overwrite or not item.is_edited}
        renamed = {pk: slug for slug, pk in given.items()}
        rows = OldSlug.objects.values_list("slug", "entity", "entity__slug")
        return given.keys(), {old: renamed.get(pk, slug) for old, pk, slug in rows if old not in given}


def follow(record, moved):
    """Name by their slugs of today the entities that `record` names by old ones, as `moved` has them."""
    for part in [record, *record.get("statements", []), *record.get("mentions", [])]:
        for key in ("merged_into", "object", "entity"):
            if part.get(key) in moved:
                part[key] = moved[part[key]]


FATES = ("new", "changed", "unchanged", "kept")


def fate_of(item, overwrite):
    """What is to become of a record, by what is there now and what was last loaded."""
    if item.current is None:
        return "new"
    if item.record == item.current:
        return "unchanged"
    return "kept" if item.is_edited and not overwrite else "changed"


def complete(record, current, taken):
    """Give `record` what only the database knows: numbers for new statements, and what may never be forgotten.

    A statement without a number is the one of the same content that is there already, or else a new one. An old slug is
    forgotten only where another record of the batch has `taken` it, as when two entities exchange theirs.
    """
    statements = record.get("statements", [])
    used = {statement["number"] for statement in statements if "number" in statement}
    free = defaultdict(list)
    for statement in reversed(current.get("statements", [])):
        if statement["number"] not in used:
            free[content(statement)].append(statement["number"])
    known = [current.get("last_number", 0), record.pop("last_number", 0), *used]
    last = max(known + [statement["number"] for statement in current.get("statements", [])])
    for index, statement in enumerate(statements):
        if "number" not in statement:
            same = free[content(statement)]
            if not same:
                last += 1
            statements[index] = {"number": same.pop() if same else last, **statement}
    if last > max((statement["number"] for statement in statements), default=0):
        record["last_number"] = last
    slugs = set(current.get("old_slugs", []))
    if current.get("state", "published") == "published" and current:
        slugs.add(current["slug"])
    slugs = {*record.pop("old_slugs", []), *(slugs - taken)} - {record.get("slug")}
    if slugs:
        record["old_slugs"] = sorted(slugs)


def content(statement):
    """What a statement says, without its number and sources."""
    return tuple((key, value) for key, value in sorted(statement.items()) if key not in ("number", "sources"))

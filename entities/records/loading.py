"""Records → rows, first half: a batch of records is gathered, checked as a whole, and compared with what is there.

Nothing is written before every record of every file has been found right. `writing` does the rest.
"""

from typing import NamedTuple

from django.core.management.base import CommandError
from django.db import transaction

from entities.models import Entity

from . import yamlfile
from .checking import check_batch
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
        self.record, self.pk, self.current, self.fate = {}, None, None, "new"

    @property
    def key(self):
        """The slug, or a source's key, by which the record is known."""
        return self.record.get("key" if self.section == "sources" else "slug", "")

    def problem(self, path, sentence):
        """A Problem at `path`, a tuple of keys and indexes within the record."""
        line, node = self.line, self.raw
        for step in path:
            lines = getattr(node, "lines", {})
            try:
                line, node = lines[step], node[step]
            except (KeyError, IndexError, TypeError):
                break
        field = " ".join(str(step + 1) if isinstance(step, int) else step for step in path)
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

    def add_file(self, name, stream):
        """Take in the records of a YAML file; what is wrong with it is kept for `load`. Gives the number of records."""
        try:
            data = yamlfile.read(stream)
        except yamlfile.BadFile as error:
            self.problems.append(Problem(name, error.line, "", "", error.sentence))
            return 0
        if data is None:
            return 0
        if not isinstance(data, dict):
            self.problems.append(Problem(name, 1, "", "", f"A file holds sections at its top: {', '.join(SECTIONS)}."))
            return 0
        return sum(self.add_section(name, section, data[section], data.lines[section]) for section in data)

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
        self.items[section].append(item)

    def load(self, user=None, comment="", overwrite=False, dry_run=False, progress=iter):
        """Check and write the whole batch; gives a Report, or raises LoadError and writes nothing.

        A record that an editor has changed since it was loaded is left alone unless `overwrite`. `progress` wraps the
        items that take long, as tqdm does.
        """
        with transaction.atomic():
            self.plan(overwrite)
            self.problems += check_batch(self.items)
            if self.problems:
                raise LoadError(sorted(self.problems, key=lambda problem: (problem.file, problem.line or 0)))
            if not dry_run:
                write_plan(self.items, user, comment, progress)
        return Report({section: self.keys_by_fate(items) for section, items in self.items.items()})

    def keys_by_fate(self, items):
        return {fate: [item.key for item in items if item.fate == fate] for fate in FATES}

    def plan(self, overwrite):
        """Find the row of each record and decide its fate: new, changed, unchanged or kept."""
        for section in FLAT:
            model, schema = FLAT[section]
            key = next(iter(schema))
            known = {row[0]: row[1:] for row in model.objects.values_list(key, "pk", "loaded")}
            current = flat_records(section) if self.items[section] else {}
            for item in self.items[section]:
                item.pk, item.loaded = known.get(item.key, (None, ""))
                item.current = current.get(item.pk)
                item.fate = fate_of(item, overwrite)
        rows = list(Entity.objects.values_list("uid", "slug", "pk", "loaded"))
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
            complete(item.record, item.current or {})
            item.record = ordered(ENTITY, item.record)
            item.fate = fate_of(item, overwrite)


FATES = ("new", "changed", "unchanged", "kept")


def fate_of(item, overwrite):
    """What is to become of a record, by what is there now and what was last loaded."""
    if item.current is None:
        return "new"
    if item.record == item.current:
        return "unchanged"
    edited_since = item.loaded != digest(item.current)
    return "kept" if edited_since and not overwrite else "changed"


def complete(record, current):
    """Give `record` what only the database knows: numbers for new statements, and what may never be forgotten.

    A statement without a number is the one of the same content that is there already, or else a new one.
    """
    statements = record.get("statements", [])
    used = {statement["number"] for statement in statements if "number" in statement}
    free = {
        content(statement): statement["number"]
        for statement in reversed(current.get("statements", []))
        if statement["number"] not in used
    }
    known = [current.get("last_number", 0), record.pop("last_number", 0), *used]
    last = max(known + [statement["number"] for statement in current.get("statements", [])])
    for index, statement in enumerate(statements):
        if "number" not in statement:
            number = free.pop(content(statement), None)
            if number is None:
                number = last = last + 1
            statements[index] = {"number": number, **statement}
    if last > max((statement["number"] for statement in statements), default=0):
        record["last_number"] = last
    slugs = {*record.get("old_slugs", []), *current.get("old_slugs", [])}
    if current.get("state", "published") == "published" and current:
        slugs.add(current["slug"])
    slugs.discard(record.get("slug"))
    if slugs:
        record["old_slugs"] = sorted(slugs)


def content(statement):
    """What a statement says, without its number and sources."""
    return tuple((key, value) for key, value in sorted(statement.items()) if key not in ("number", "sources"))

"""What differs between two records of one entity, said so that people can read it."""

from typing import NamedTuple

#: keys that say how an entry is kept, and not what is known
KEPT = {"uid", "state", "reason", "merged_into", "old_slugs", "featured", "reviewed", "review_due", "last_number"}


class Difference(NamedTuple):
    """One part of a record that changed: of a list, what came, what is otherwise and what went.

    Statements are given by their numbers, subjects by their slugs, names and identifiers by their texts and values; a
    field that is no list has nothing but its name.
    """

    part: str
    added: tuple = ()
    changed: tuple = ()
    removed: tuple = ()

    def __str__(self):
        """name; statements: 2 added, 1 removed"""
        counts = zip(("added", "changed", "removed"), self[1:], strict=True)
        words = ", ".join(f"{len(items)} {word}" for word, items in counts if items)
        return f"{self.part}: {words}" if words else self.part


def compare(old, new):
    """[Difference] from one record to another, fields first and then lists; empty where they say the same.

    That statements stand in another order is no difference.
    """
    parts = sorted((old.keys() | new.keys()) - KEPT, key=lambda key: (key in KEYS, key))
    return [part_of(key, old.get(key), new.get(key)) for key in parts if not same(key, old.get(key), new.get(key))]


def same(key, old, new):
    return by_key(key, old) == by_key(key, new) if key in KEYS else old == new


def part_of(key, old, new):
    if key not in KEYS:
        return Difference(key)
    old, new = by_key(key, old), by_key(key, new)
    return Difference(
        key,
        added=tuple(item for item in new if item not in old),
        changed=tuple(item for item in new if item in old and new[item] != old[item]),
        removed=tuple(item for item in old if item not in new),
    )


def by_key(key, items):
    return {KEYS[key](item): item for item in items or ()}


#: the lists of a record, and by what an item is known in each
KEYS = {
    "tags": lambda slug: slug,
    "names": lambda name: name["text"],
    "identifiers": lambda item: f"{item['scheme']}:{item['value']}",
    "statements": lambda statement: statement["number"],
}

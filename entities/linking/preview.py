"""The preview of an entry: what a card beside a link says, always in under 2 kB of JSON."""

import json

from entities.addresses import absolute
from entities.pages import Head
from entities.text import shortened

MOST_BYTES = 1900
#: how many characters a text may have; the fewer are for scripts that take three or four bytes for each
ROOM = (300, 150, 75)


def preview_of(entity):
    """{field: value} of an entity, in one query."""
    words = Head(entity).in_words
    for most in ROOM:
        data = {
            "name": shortened(entity.name, most),
            "kind": entity.kind,
            "kind_label": entity.kind_label,
            "type_label": entity.type_label,
            "when": entity.when,
            "place": shortened(entity.place, most),
            "sentence": shortened(words and f"{words.rstrip('.')}.", most),
            "summary": shortened(entity.summary, most),
            "url": absolute(entity.get_absolute_url()),
            "permalink": absolute(entity.permalink),
            "version": entity.version,
        }
        if weight(data) <= MOST_BYTES:
            break
    return data


def weight(data):
    """The bytes of `data` as the site prints JSON."""
    return len(json.dumps(data, ensure_ascii=False, indent=1).encode())

"""The fixture files: which record stands in which file, and the text of each file."""

from entities.models.kinds import KINDS

from . import yamlfile
from .reading import entity_records, flat_records


def fixture_texts():
    """{file name: YAML text} of the whole base: one file a kind, and one each for subjects, sources and articles.

    Sorted here and not by the database, whose order of texts depends on its locale.
    """
    texts = {
        f"{section}.yaml": text_of(section, flat_records(section).values())
        for section in ("tags", "sources", "articles")
    }
    records = entity_records().values()
    for key, kind in KINDS.items():
        texts[f"{kind.path}.yaml"] = text_of("entities", (record for record in records if record["kind"] == key))
    return texts


def text_of(section, records):
    """The YAML text of a section, sorted by slug or key."""
    key = "key" if section == "sources" else "slug"
    return yamlfile.write({section: sorted(records, key=lambda record: record[key])})

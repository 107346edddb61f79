"""The record: the whole of what is known of one entity, as plain data, and its way from and to rows.

The same record is a fixture entry, a revision, what a diff compares, and the JSON of an entity's page.
"""

from .history import save_revision
from .loading import Batch, LoadError, Report
from .reading import entity_record, entity_records, flat_records
from .schema import ENTITY, SECTIONS, digest, ordered

__all__ = [
    "ENTITY",
    "SECTIONS",
    "Batch",
    "LoadError",
    "Report",
    "digest",
    "entity_record",
    "entity_records",
    "flat_records",
    "ordered",
    "save_revision",
]

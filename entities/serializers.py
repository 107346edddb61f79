"""Our record files as Django's fixture format `yaml`, so that `manage.py loaddata fixtures/*.yaml` loads them.

loaddata calls `save_deferred_fields` of the objects it was given after the last file, inside its one transaction:
there the batch of all files is checked and written. A list of Django's own `model:` rows still loads.
"""

import io
import logging
import os
from weakref import WeakKeyDictionary

from django.core.serializers import pyyaml
from django.core.serializers.base import DeserializationError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import NotSupportedError

from entities.models import Entity
from entities.records import Batch
from entities.records.yamlfile import MAX_BYTES

Serializer = pyyaml.Serializer
BATCHES = WeakKeyDictionary()
log = logging.getLogger(__name__)


class Placeholder:
    """Stands in loaddata's hands for one record of a batch."""

    def __init__(self, batch):
        self.object, self.batch, self.deferred_fields = Entity(), batch, True

    def save(self, using=None, **kwargs):
        """Nothing: the whole batch is written at once."""

    def save_deferred_fields(self, using=None):
        load_once(self.batch)


def Deserializer(stream_or_string, *, using=DEFAULT_DB_ALIAS, **options):
    """The records of a file as placeholders of the batch that this run of loaddata gathers."""
    text = stream_or_string
    if not isinstance(text, bytes | str):
        text = getattr(text, "buffer", text).read(MAX_BYTES + 1)  # the bytes of standard input
    if is_django_list(text):
        if len(text) > MAX_BYTES:
            raise DeserializationError(f"The file is larger than {MAX_BYTES // 1_000_000} MB; use JSON.")
        yield from pyyaml.Deserializer(text, using=using, **options)
        return
    if using != DEFAULT_DB_ALIAS:
        raise NotSupportedError("Record files are loaded into the default database only.")
    batch = batch_of_this_run(connections[using])
    name = os.path.basename(str(getattr(stream_or_string, "name", "standard input")))
    stream = io.BytesIO(text) if isinstance(text, bytes) else io.StringIO(text)
    count = batch.add_file(name, stream)
    # A file with a problem but no record must still bring the batch to its check.
    yield from (Placeholder(batch) for _ in range(max(count, 1)))


def is_django_list(text):
    """Whether a file is a list of rows, each with a model, as `dumpdata --format yaml` writes it."""
    head = text[:2000] if isinstance(text, str) else text[:2000].decode("utf-8", "replace")
    lines = [line for line in head.splitlines() if line.strip() and not line.startswith(("#", "---", "%"))]
    return bool(lines) and lines[0].startswith(("- model:", "- fields:", "- {model:"))


def batch_of_this_run(connection):
    """The one batch of the transaction that loaddata has opened; outside of any, a new one."""
    if not connection.atomic_blocks:
        return Batch()
    return BATCHES.setdefault(connection.atomic_blocks[-1], Batch())


def load_once(batch):
    """Check and write the batch at the first call; say what an editor has changed since and was left alone."""
    if getattr(batch, "report", None):
        return
    batch.report = batch.load()
    for section, key in batch.report.kept:
        log.warning("%s “%s” was left alone: it was edited since it was loaded.", section, key)

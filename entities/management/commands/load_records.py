"""manage.py load_records: the records of YAML files into the database."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import connection
from tqdm import tqdm

from entities.records import Batch


class Command(BaseCommand):
    help = (
        "Loads records (entities, sources, subjects, articles) from YAML files. Everything is checked first; if "
        "anything is wrong, all of it is named and nothing is written. Loading twice changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "files",
            nargs="+",
            type=Path,
            metavar="FILE",
            help="YAML files, in any order; - is standard input",
        )
        parser.add_argument("--dry-run", action="store_true", help="check and say what would change, but write nothing")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="also overwrite records that an editor has changed since they were loaded",
        )
        parser.add_argument("--comment", default="", help="why, for the history of each entry")

    def handle(self, files, dry_run, overwrite, comment, **options):
        batch = Batch()
        for path in self.bar(files, "reading"):
            self.read(batch, path)
        report = batch.load(
            comment=comment,
            overwrite=overwrite,
            dry_run=dry_run,
            progress=lambda items: self.bar(items, "writing"),
        )
        if not dry_run:
            self.count_anew()
        for section, key in report.kept:
            self.stderr.write(f"{section} “{key}” was left alone: it was edited since it was loaded (see --overwrite).")
        self.stdout.write(f"{'Would load' if dry_run else 'Loaded'} {report.total:,} records: {report}.")

    def count_anew(self):
        """Let PostgreSQL count what was loaded: without statistics its first plans are a hundred times too slow."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def read(self, batch, path):
        if str(path) == "-":
            batch.add_file("standard input", sys.stdin.buffer)
            return
        try:
            with path.open("rb") as stream:
                batch.add_file(str(path), stream)
        except OSError as error:
            batch.refuse(str(path), [(f"The file cannot be read: {error.strerror}.", None)])

    def bar(self, items, label):
        """A progress bar on a terminal, for what takes longer than a second."""
        return tqdm(items, desc=label, delay=1, leave=False, disable=not self.stderr.isatty())

"""manage.py dump_records: the whole base as YAML files."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from entities.records.files import fixture_texts


class Command(BaseCommand):
    help = (
        "Writes the whole base to the fixture files, one file a kind; unchanged data gives byte-identical files. "
        "(Django's dumpdata leaves out proxy models; for plain rows use it on the concrete ones.)"
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures", help="default: fixtures/"
        )
        parser.add_argument("--check", action="store_true", help="only compare; exit code 1 where a file differs")

    def handle(self, folder, check, **options):
        texts = fixture_texts()
        differing = [name for name, text in texts.items() if self.content(folder / name) != text]
        if check:
            if differing:
                raise CommandError(f"Not as in the database: {', '.join(differing)}.")
            self.stdout.write(f"All {len(texts)} files are as in the database.")
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in tqdm(differing, desc="writing", delay=1, leave=False, disable=not self.stderr.isatty()):
                self.write(folder / name, texts[name])
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Wrote {len(differing)} of {len(texts)} files; the others were the same already.")

    def content(self, path):
        """The text of a file, or None where there is none that can be read."""
        try:
            return path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, path, text):
        """Put the file in place whole, so that a killed process leaves the old or the new one."""
        draft = path.with_suffix(".yaml.new")
        draft.write_bytes(text.encode("utf-8"))
        os.replace(draft, path)

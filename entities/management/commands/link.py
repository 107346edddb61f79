"""Links articles in files: `manage.py link article.md -o linked.md`, or a folder of them; `--check` looks at links."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from entities.linking import index
from entities.linking.checking import check_links
from entities.linking.linker import OUTPUTS, TARGETS, Options, link
from entities.linking.markup.formats import BY_ENDING, format_of
from entities.models.kinds import KINDS

JSON_ENDINGS = (".json", ".jsonld")


class Command(BaseCommand):
    help = (
        "Writes articles again with links to the entries that they name, the same byte for byte but for the links. "
        "With --check, nothing is written: links to renamed, merged or withdrawn entries are reported, and the exit "
        "status is 1 where there are any."
    )

    def add_arguments(self, parser):
        parser.add_argument("source", type=Path, help="a file (.txt, .md, .html) or a folder with such files")
        parser.add_argument(
            "-o", "--output", type=Path, help="the file or folder to write; a single file may be printed"
        )
        parser.add_argument("--check", action="store_true", help="report links that point to what has moved or gone")
        parser.add_argument("--kinds", nargs="+", choices=KINDS, default=[], help="link entities of these kinds alone")
        parser.add_argument("--every", action="store_true", help="link every mention, not only the first of each")
        parser.add_argument("--headings", action="store_true", help="link headings too")
        parser.add_argument(
            "--as",
            choices=OUTPUTS,
            help="the article with its links, or these alone; else as the file to write ends",
        )
        parser.add_argument("--to", choices=TARGETS, default="permalink", help="by which address to link")

    def handle(self, source, output, check, **options):
        files = articles(source, output)
        if check:
            self.check_files(files)
            return
        if not output and source.is_dir():
            raise CommandError("Say with -o into which folder the linked articles go.")
        if output and output.resolve() == source.resolve():
            raise CommandError("The linked article must not take the place of the article.")
        if output and output.is_dir() and not source.is_dir():
            raise CommandError(f"{output} is a folder: name the file to write.")
        wanted = Options(
            kinds=tuple(options["kinds"]),
            first=not options["every"],
            headings=options["headings"],
            to=options["to"],
        )
        names = index.current()
        wants = options["as"] or ("annotations" if output and output.suffix in JSON_ENDINGS else "article")
        links, stops = 0, []
        for path in tqdm(files, unit="article", disable=len(files) < 2, file=self.stderr):
            text = read(path)
            try:
                article = link(text, format_of(path), names, wanted)
            except ValueError as error:
                raise CommandError(f"{path}: {error}") from None
            links += len(article.links)
            if article.stop:
                stops.append(f"{path}: {article.stop}")
            self.give(article.output(wants), output and place(path, source, output, wants))
        for sentence in stops:
            self.stderr.write(sentence)
        if output:
            self.stderr.write(f"{links:,} links in {len(files):,} article{'s' if len(files) > 1 else ''}.")

    def give(self, text, path):
        """Write the article to `path`, wholly or not at all; without one, print it."""
        if not path:
            self.stdout.write(text, ending="")
            return
        part = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(text.encode())
            part.replace(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None

    def check_files(self, files):
        stale = 0
        for path in files:
            for found in check_links(read(path)):
                better = f" Better: {found.better}" if found.better else ""
                self.stdout.write(f"{path}:{found.line}: {found.url}: {found.sentence}{better}")
                stale += 1
        if stale:
            raise CommandError(f"{stale} link{'s' if stale > 1 else ''} to look at.")
        self.stdout.write("Every link to the atlas is sound.")


def place(path, source, output, wants):
    """Where the output of a file goes: in a folder, under the same name, annotations with .json behind it."""
    if not source.is_dir():
        return output
    return output / path.relative_to(source).with_name(f"{path.name}.json" if wants == "annotations" else path.name)


def articles(source, output):
    """The files to link, in a fixed order; not those of an earlier time in a folder `output` within `source`."""
    if source.is_file():
        if not format_of(source):
            raise CommandError(f"{source} must end in {', '.join(BY_ENDING)}.")
        return [source]
    if not source.is_dir():
        raise CommandError(f"There is no file {source}.")
    found = sorted(path for path in source.rglob("*") if path.is_file() and format_of(path))
    if output and source.resolve() in output.resolve().parents:
        found = [path for path in found if output.resolve() not in path.resolve().parents]
    if not found:
        raise CommandError(f"There is no article in {source}: files must end in {', '.join(BY_ENDING)}.")
    return found


def read(path):
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not in UTF-8.") from None
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None

"""Measures the loader and the pages on the real data, each against a named baseline in the same run.

    .venv/bin/python benchmarks/bench.py [--rounds 15]

It makes a database of its own in a temporary folder (or uses the empty one that DATABASE_URL names) and leaves nothing
behind. Targets are asked in turn, round after round, the first round is not counted, and medians are printed: trust the
ratios, not the milliseconds.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    "health (baseline)": "/healthz",
    "home": "/",
    "list of collaborations": "/collaborations/",
    "list, two filters": "/collaborations/?tag=car-t&country=CH",
    "list of everything": "/entities/",
    "list as JSON": "/collaborations.json",
    "entity, ordinary": "/therapies/kymriah/",
    "entity, the largest": "/regulatory-bodies/fda/",
    "entity as JSON": "/regulatory-bodies/ich.json",
    "source": "/sources/upenn-2012-alliance/",
    "article": "/articles/how-kymriah-left-the-laboratory/",
    "permalink as Markdown": "/e/CGTPF52BA9.md",
    "preview": "/e/CGTPF52BA9/preview.json",
    "suggestions": "/suggest.json?q=novar",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ |= {"SECRET_KEY": "bench", "DJANGO_SETTINGS_MODULE": "collabs.settings", "DATABASE_POOL": "false"}
        os.environ["ALLOWED_HOSTS"] = "testserver"
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        measure_loading(Path(folder))
        measure_facets(rounds)
        measure_pages(rounds)


def measure_loading(folder):
    """First load, second load, dump; the baseline is Django's own loaddata of the same rows as JSON."""
    from django.core.management import call_command

    quiet = {"verbosity": 0}
    files = [str(path) for path in sorted((ROOT / "fixtures").glob("*.yaml"))]
    with open(os.devnull, "w") as nowhere:
        call_command("migrate", **quiet)
        times = {"load_records, empty database": seconds(call_command, "load_records", *files, stdout=nowhere)}
        times["load_records, nothing changed"] = seconds(call_command, "load_records", *files, stdout=nowhere)
        times["dump_records --check"] = seconds(call_command, "dump_records", check=True, stdout=nowhere)
        rows = folder / "rows.json"
        times["dumpdata (JSON)"] = seconds(call_command, "dumpdata", "entities", output=str(rows), **quiet)
        call_command("flush", interactive=False, **quiet)
        baseline = seconds(call_command, "loaddata", str(rows), **quiet)
    print_table("Loading, seconds", {"loaddata of the same rows, JSON (baseline)": baseline} | times)


def measure_facets(rounds):
    """The facets of all collaborations; the baseline is one GROUP BY for each, as the documentation would have it."""
    from django.db.models import Count

    from entities.facets import Facets
    from entities.models import Entity, Statement, Tagging
    from entities.models.kinds import PARTICIPATION

    base = Entity.objects.published().of_kind("collaboration")
    edges = Statement.objects.visible().filter(subject__in=base)

    def group_by():
        list(base.order_by().values("type").annotate(n=Count("pk")))
        list(base.order_by().values("status").annotate(n=Count("pk")))
        list(Tagging.objects.filter(content_object__in=base).values("tag__slug", "tag__name").annotate(n=Count("pk")))
        for predicates, columns in [
            (("partner", "member"), ["object__country"]),
            (PARTICIPATION, ["object__slug", "object__name"]),
            (PARTICIPATION, ["role"]),
            (("therapy",), ["object__slug", "object__name"]),
            (("disease", "indication"), ["object__slug", "object__name"]),
        ]:
            rows = edges.filter(predicate__in=predicates).order_by().values(*columns)
            list(rows.annotate(n=Count("subject", distinct=True)))
        base.sourced().count(), base.unsourced().count()

    targets = {"a GROUP BY each (baseline)": group_by, "Facets, read once": lambda: Facets(base, {}).all()}
    print_table("Facets, ms", interleaved(targets, rounds))


def measure_pages(rounds):
    """Whole requests through Django's middleware, without a server; the baseline answers “ok” after one query."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    targets = {name: (lambda path=path: client.get(path)) for name, path in PAGES.items()}
    notes = {}
    for name, path in PAGES.items():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        notes[name] = f"{len(queries)} queries, {len(response.content) / 1000:.0f} kB"
    print_table("Pages, ms", interleaved(targets, rounds), notes)


def interleaved(targets, rounds):
    """{name: median ms} over rounds in which every target runs once."""
    times = {name: [] for name in targets}
    for _ in range(rounds + 1):
        for name, target in targets.items():
            times[name].append(seconds(target) * 1000)
    return {name: median(found[1:]) for name, found in times.items()}


def seconds(function, *args, **kwargs):
    start = time.perf_counter()
    function(*args, **kwargs)
    return time.perf_counter() - start


def print_table(title, times, notes=None):
    """A Markdown table with the ratio of each figure to the baseline, which comes first."""
    baseline = next(iter(times.values()))
    print(f"\n| {title} | median | ratio |{' |' if notes else ''}\n| --- | ---: | ---: |{' --- |' if notes else ''}")
    for name, time_taken in times.items():
        note = f" {notes[name]} |" if notes else ""
        print(f"| {name} | {time_taken:.2f} | {time_taken / baseline:.2f} |{note}")


if __name__ == "__main__":
    main()

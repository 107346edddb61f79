"""Measures the linker's finder on the gold articles: precision, recall and F1 of its links, overall and by kind.

    .venv/bin/python benchmarks/linking/measure.py [--errors] [--precision 0.97] [--recall 0.95]

Needs no database: the names are those of the published entities in fixtures/.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.linking.gold import gold_articles, names, published_records, score


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="print every miss and every false link in its context")
    parser.add_argument("--precision", type=float, default=0, help="end with status 1 below it")
    parser.add_argument("--recall", type=float, default=0, help="end with status 1 below it")
    options = parser.parse_args()

    from entities.linking.finder import Finder, Term

    records = published_records()
    terms = [
        Term(text, slug, record["kind"], kind_of_name, language=language, country=record.get("country", ""))
        for slug, record in records.items()
        for text, kind_of_name, language in names(record)
    ]
    articles = gold_articles()
    kinds = {slug: record["kind"] for slug, record in records.items()}
    result = score(articles, Finder(terms).find, kinds)

    if options.errors:
        for fault in result.faults:
            print(f"{fault.what}\t{fault.slug}\t{fault.article.name}\t{fault.context}")
        print()
    print(f"{len(articles)} articles, {sum(len(article.text.split()) for article in articles)} words\n")
    print(f"{'kind':<18}{'marked':>8}{'linked':>8}{'right':>8}{'precision':>11}{'recall':>9}{'F1':>8}")
    for kind in sorted(set(kinds.values())):
        print(row(result, kind.replace("_", " "), kind))
    print(row(result, "all", None))
    print(f"\nambiguous, shown with all rivals and not linked: {result.flagged} of {result.ambiguous}")

    precision, recall, _ = (rate or 0 for rate in result.rates())
    sys.exit(precision < options.precision or recall < options.recall)


def row(result, label, kind):
    """A line of the table: counts and rates of one kind, or of all."""
    counts = (total.total() if kind is None else total[kind] for total in (result.marked, result.linked, result.right))
    rates = ("–" if rate is None else f"{rate:.3f}" for rate in result.rates(kind))
    return "{:<18}{:>8}{:>8}{:>8}{:>11}{:>9}{:>8}".format(label, *counts, *rates)


if __name__ == "__main__":
    main()

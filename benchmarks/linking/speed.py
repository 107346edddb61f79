"""Measures the finder with every name of ROR against `grep -oF -f` and, where they are installed, FlashText2 and spaCy.

    .venv/bin/python benchmarks/linking/speed.py ror-organizations.ndjson.gz [--rounds 5]

The texts are prose with names of ROR strewn in, about 17,000 a megabyte, drawn from a seed. Every target has the same
text in the same round, and the best round counts; times are those of the processor. The rate of grep is that of a text
of 17 MB less that of 1 MB, so that building its automaton does not count. FlashText2, a matcher in Rust, is given the
spellings and the text as the finder has folded them: it tells neither where a name stands in the text itself nor
whether it is meant. spaCy's PhraseMatcher compares in lower case. Trust the ratios.
"""

import argparse
import gc
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from entities.linking.finder import Finder, Term
from entities.linking.folding import Folded

TYPES = {"ror_display": "name", "acronym": "acronym", "alias": "alias", "label": "translation"}
PROSE = (
    "The collaboration between the partners was announced in the spring of last year and covers research on gene "
    "therapy for rare diseases, with patients treated in several centres across the region under a licence that runs "
    "until the end of the decade. Results from the first trial, published by the investigators, show a durable "
    "response in most of the children"
).split()
SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", type=Path, help="the organisations of ROR, one JSON object a line, packed by gzip")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    terms = list(read_terms(options.names))
    gc.collect()
    before = resident()
    start = time.process_time()
    finder = Finder(terms)
    seconds = time.process_time() - start
    print(f"{len(terms):,} names in {len(finder.names.whole):,} spellings, {before:.0f} MB with the program")
    print(f"index: {seconds:.1f} s of processor time to build, {resident() - before:.0f} MB more\n")

    rng = random.Random(4)
    texts = {size: prose(rng, terms, size) for size in SIZES}
    best = {size: min(timed(finder.find, text) for _ in range(options.rounds)) for size, text in texts.items()}
    print(f"{'characters':>12}{'MB/s':>8}{'ms':>9}{'mentions':>10}")
    for size, seconds in best.items():
        megabytes = len(texts[size].encode()) / 1e6
        print(f"{size:>12,}{megabytes / seconds:>8.1f}{seconds * 1000:>9.2f}{len(finder.find(texts[size])):>10,}")

    text = texts[SIZES[-1]]
    rivals = {"grep -oF -f": grep(terms, text, rng, options.rounds)}
    if matcher := flashtext(finder.names.whole):
        plain = Folded(text).plain
        seconds = min(timed(matcher, plain) for _ in range(options.rounds))
        rivals["FlashText2 on the folded text"] = len(text.encode()) / 1e6 / seconds
    if matcher := spacy_matcher(terms):
        rivals["spaCy PhraseMatcher"] = len(text.encode()) / 1e6 / min(timed(matcher, text) for _ in range(2))
    ours = len(text.encode()) / 1e6 / min(best[SIZES[-1]], *(timed(finder.find, text) for _ in range(options.rounds)))
    print(f"\nfinder, 1 MB: {ours:.1f} MB/s")
    for name, rate in rivals.items():
        print(f"{name}: {rate:.1f} MB/s; the finder is {ours / rate:.2f} times as fast")


def read_terms(path):
    """Every name of every organisation once, with its first type in the order of TYPES."""
    with gzip.open(path, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            names = {name["value"]: name["types"] for name in reversed(record["names"])}
            for text, types in names.items():
                kind = next((ours for theirs, ours in TYPES.items() if theirs in types), "alias")
                yield Term(text, record["id"].rpartition("/")[2], "institution", kind)


def prose(rng, terms, size):
    """A text of about `size` characters in which every fifth word or so is a name."""
    pieces, length = [], 0
    while length < size:
        first = rng.randrange(len(PROSE) - 8)
        words = " ".join(PROSE[first : first + rng.randrange(3, 8)])
        pieces.append(f"{words} {rng.choice(terms).text}{rng.choice(['', '', ',', '.'])}")
        length += len(pieces[-1]) + 1
    return " ".join(pieces)[:size]


def timed(function, *arguments):
    """Seconds of processor time that a call takes."""
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


def resident():
    """The memory of this process, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def grep(terms, text, rng, rounds):
    """MB/s of `grep -oF -f` with the names in lower case on the text in lower case, once its automaton stands."""
    with TemporaryDirectory() as folder:
        names, small, large = (Path(folder, name) for name in ("names", "small", "large"))
        names.write_text("\n".join(sorted({term.text.lower() for term in terms if len(term.text) > 2})))
        small.write_text(text.lower())
        large.write_text(text.lower() * 17)
        seconds = [children(names, large) - children(names, small) for _ in range(rounds)]
    return 16 * len(text.encode()) / 1e6 / min(seconds)


def children(names, text):
    """Seconds of processor time of one grep; into a pipe, since it stops at the first match before /dev/null."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["grep", "-oF", "-f", str(names), str(text)]
    subprocess.run(command, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def flashtext(names):
    """A function from a folded text to the folded `names` in it; None where FlashText2 is not installed."""
    try:
        from flashtext2 import KeywordProcessor
    except ImportError:
        return None
    processor = KeywordProcessor(case_sensitive=True)
    processor.add_keywords_from_iter(iter(names))
    return processor.extract_keywords_with_span


def spacy_matcher(terms):
    """A function from a text to the matches of spaCy; None where spaCy is not installed."""
    try:
        import spacy
        from spacy.matcher import PhraseMatcher
    except ImportError:
        return None
    nlp = spacy.blank("en")
    nlp.max_length = 2_000_000
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("ROR", list(nlp.tokenizer.pipe(sorted({term.text for term in terms}))))
    return lambda text: matcher(nlp.make_doc(text))


if __name__ == "__main__":
    main()

"""The gold articles of the linker: they can be read, name what the base knows, and hold the hard cases; the score."""

import re
from collections import Counter
from typing import NamedTuple

import pytest

from benchmarks.linking.gold import core, gold_articles, names, published_records, read_article, score
from entities.text import fold

ARTICLES = gold_articles()
RECORDS = published_records()
KINDS = {slug: record["kind"] for slug, record in RECORDS.items()}
DIVIDED = re.compile(r"-\s*\n\s*")
SPELLINGS = {"ae": "e", "oe": "e", "centre": "center", "isation": "ization", "schen ": "sche ", "united states ": "us "}


def plain(name):
    """A name without what may differ in an honest mention: case, accents, spelling, inflection, a divided word.

    “Leukaemia” and “leuk-/aemias’” are both “leukemia”.
    """
    name = DIVIDED.sub("", name)
    text = fold(name[slice(*core(name, 0, len(name)))].replace("&", " and ").replace("β", "beta "))
    for british, american in SPELLINGS.items():
        text = text.replace(british, american)
    return " ".join(re.sub("(?<=...)s$", "", re.sub("ies$", "y", word)) for word in text.split())


def alone(name):
    """The name, and what stands alone too: the number and the title of a guideline (“ICH E17: General …”), the code of
    a study (“CLIC-01 CAR-T trial”).
    """
    code = name.split(" ", 1)[0]
    return {name, *name.split(": ", 1), *([code] if code.isupper() and re.search(r"\d", code) else [])}


NAMES = {slug: {plain(part) for text, *_ in names(record) for part in alone(text)} for slug, record in RECORDS.items()}


class Term(NamedTuple):
    key: str


class Mention(NamedTuple):
    start: int
    end: int
    readings: list[Term]
    linked: bool


def perfect(text):
    """Exactly the mentions that are marked in the article of this text."""
    article = next(article for article in ARTICLES if article.text == text)
    return [Mention(m.start, m.end, [Term(slug) for slug in m.slugs], not m.ambiguous) for m in article.mentions]


def test_there_are_at_least_thirty_short_articles():
    lengths = [len(article.text.split()) for article in ARTICLES]
    assert len(ARTICLES) >= 30
    assert min(lengths) >= 80 and max(lengths) <= 320


def test_every_article_says_what_it_imitates_and_what_it_tests():
    assert all(article.manner and article.tests for article in ARTICLES)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.name)
def test_every_mark_is_a_name_of_a_published_entity(article):
    for mention in article.mentions:
        surface = article.text[mention.start : mention.end]
        for slug in mention.slugs:
            assert plain(surface) in NAMES[slug], (surface, slug)


@pytest.mark.parametrize("word", "ARM CAT ACCESS PRIME START SPARK OPEN CHOP".split())
def test_a_word_in_capitals_stands_both_as_a_mention_and_as_a_trap(word):
    marked, unmarked = 0, 0
    for article in ARTICLES:
        spans = [(mention.start, mention.end) for mention in article.mentions]
        for match in re.finditer(rf"\b{word}\b", article.text):
            if any(start <= match.start() and match.end() <= end for start, end in spans):
                marked += 1
            else:
                unmarked += 1
    assert marked >= 1 and unmarked >= 2


def test_every_kind_and_every_type_of_name_is_marked():
    marked = Counter(KINDS[slug] for article in ARTICLES for mention in article.mentions for slug in mention.slugs)
    assert set(marked) == set(KINDS.values())
    types = set()
    for article in ARTICLES:
        for mention in article.mentions:
            for slug in mention.slugs:
                surface = plain(article.text[mention.start : mention.end])
                types |= {kind for text, kind, _ in names(RECORDS[slug]) if plain(text) == surface}
    assert types == {"name", "acronym", "alias", "former", "brand", "generic", "translation"}


def test_marks_and_escapes_are_taken_out_and_counted_in_the_plain_text():
    article = read_article("a", "manner: x\ntests: y\nline ends: CRLF\n\nAt\n⟦novartis|No\\N{SOFT HYPHEN}vartis⟧!")
    assert article.text == "At\r\nNo\xadvartis!"
    assert [(m.start, m.end, m.slugs, m.ambiguous) for m in article.mentions] == [(4, 13, {"novartis"}, False)]


@pytest.mark.parametrize("body", ["⟦novartis|Novartis", "⟦Novartis⟧", "⟦a,b|CORD⟧", "⟦?a|CORD⟧"])
def test_a_mark_that_cannot_be_right_is_refused(body):
    with pytest.raises(ValueError, match="a: "):
        read_article("a", f"manner: x\ntests: y\n\n{body}")


def test_who_finds_exactly_what_is_marked_has_the_best_score():
    result = score(ARTICLES, perfect, KINDS)
    assert result.rates() == (1, 1, 1)
    assert result.flagged == result.ambiguous >= 8
    assert not result.faults


def test_who_finds_nothing_has_no_precision_and_no_recall():
    result = score(ARTICLES, lambda text: [], KINDS)
    assert result.rates() == (None, 0, 0)
    assert {fault.what for fault in result.faults} == {"missed", "not flagged"}


ONE = [read_article("one", "manner: x\ntests: y\n\n⟦kymriah|Kymriah⟧, the ⟦novartis|Novartis⟧'s drug for ⟦?a,b|CORD⟧.")]


@pytest.mark.parametrize(
    ("mention", "faults"),
    [
        (Mention(13, 21, [Term("novartis")], True), 0),
        (Mention(13, 23, [Term("novartis")], True), 0),
        (Mention(9, 21, [Term("novartis")], True), 0),
        (Mention(13, 21, [Term("novartis")], False), 1),
        (Mention(13, 20, [Term("novartis")], True), 2),
        (Mention(13, 21, [Term("novartis-gene-therapies")], True), 2),
    ],
    ids="exact possessive article not-linked shorter other".split(),
)
def test_a_link_is_right_by_its_span_and_its_entity_whatever_belongs_to_a_possessive(mention, faults):
    found = [Mention(0, 7, [Term("kymriah")], True), mention, Mention(33, 37, [Term("a"), Term("b")], False)]
    assert len(score(ONE, lambda text: found, KINDS | {"a": "x", "b": "x"}).faults) == faults


def test_an_ambiguous_mention_that_is_linked_is_a_false_link_and_not_flagged():
    found = [Mention(33, 37, [Term("a"), Term("b")], True)]
    result = score(ONE, lambda text: found, KINDS | {"a": "x", "b": "x"})
    assert [fault.what for fault in result.faults] == ["not flagged", "missed", "missed", "false"]
    assert (result.flagged, result.ambiguous) == (0, 1)


def test_a_fault_shows_its_mention_within_its_context():
    fault = score(ONE, lambda text: [], KINDS).faults[1]
    assert (fault.slug, fault.context) == ("kymriah", "[Kymriah], the Novartis's drug for CORD.")

"""What is wrong with a file is said, all of it and where, and nothing is written; no file can do more than that."""

import copy
import io
import math
import os
import re
import subprocess
import sys

import pytest
import yaml
from django.conf import settings as site
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.models import Tag
from entities.records import Batch, LoadError
from entities.records.files import fixture_texts
from entities.records.loading import MOST_PROBLEMS
from entities.records.yamlfile import MAX_BYTES, BadFile, read
from entities.text import make_uid
from tests.test_records import every_row, load_texts, undone
from tests.world import build, records

pytestmark = pytest.mark.django_db

ENTRY = """\
entities:
- slug: newco
  kind: institution
  name: Newco
  type: company
"""
DEAL = """\
entities:
- slug: deal
  kind: collaboration
  name: Deal
  type: licensing
  statements:
  - predicate: partner
    object: penn
"""
DRUG = """\
entities:
- slug: drug
  kind: therapy
  name: Drug
  type: car-t
  statements:
"""
SOURCE = """\
sources:
- key: paper
  title: Title
  url: https://example.org/
  kind: paper
"""
TAG = """\
tags:
- slug: subject
  name: Subject
"""
ARTICLE = """\
articles:
- slug: essay
  title: Essay
  body: Text
"""


@pytest.fixture(scope="module")
def small_base(django_db_setup, django_db_blocker):
    """The world of the tests, made once for all of this file and taken back after it."""
    with django_db_blocker.unblock(), undone():
        build()
        yield


@pytest.fixture
def world(small_base, db):
    """The world, whatever a test does to it."""


@pytest.fixture(params=["load_records", "loaddata"])
def door(request):
    return request.param


@pytest.fixture
def refusal(door, tmp_path, world):
    """A function that loads files, {name: text or bytes}, into the world and gives what was said against them."""

    def refused(**files):
        for name, content in files.items():
            (tmp_path / f"{name}.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
        before = every_row()
        with pytest.raises(CommandError) as error:
            call_command(door, *(str(tmp_path / f"{name}.yaml") for name in files), verbosity=0)
        assert error.value.returncode == 1
        assert every_row() == before
        head, *lines = str(error.value).replace(f"{tmp_path}/", "").splitlines()
        assert head == f"{len(lines)} problem{'s' if len(lines) > 1 else ''}; nothing was written."
        return lines

    return refused


# One thing wrong in a record. Each row: the file, and all that is said of it.

RECORDS = {
    "an unknown key": (
        ENTRY + "  colour: red\n  sumary: x\n",
        ["f.yaml:6: newco, colour: The key “colour” is not known: known are slug, uid,",
         "f.yaml:7: newco, sumary: The key “sumary” is not known: known are"],
    ),
    "an unknown key of a statement": (
        DEAL + "    colour: red\n", ["f.yaml:9: deal, statements 1 colour: The key “colour” is not known"]
    ),
    "an unknown kind": (
        ENTRY.replace("institution", "company"),
        ["f.yaml:3: newco, kind: “company” is not a kind: it is one of collaboration, institution,"],
    ),
    "an unknown kind of an entry that another one names": (
        ENTRY.replace("institution", "company") + "- slug: b\n  kind: institution\n  name: B\n  type: company\n"
        "  statements:\n  - {predicate: parent, object: newco}\n  - {predicate: fact}\n",
        ["f.yaml:3: newco, kind: “company” is not a kind",
         "f.yaml:12: b, statements 2 text: A statement “fact” needs a text."],
    ),
    "an unknown type": (
        ENTRY.replace("company", "shop"), ["f.yaml:5: newco, type: “shop” is not a type of institution: it is one of"]
    ),
    "a type of another kind": (
        ENTRY.replace("company", "car-t"), ["f.yaml:5: newco, type: “car-t” is not a type of institution: it is one of"]
    ),
    "an unknown role": (
        DEAL + "    role: chef\n",
        ["f.yaml:9: deal, statements 1 role: “chef” is not a known role of “partner”: it is one of lead, partner,"],
    ),
    "a role of another predicate": (
        DEAL + "    role: host\n", ["f.yaml:9: deal, statements 1 role: “host” is not a role of “partner”: it is"]
    ),
    "an unknown predicate": (
        DEAL.replace("partner", "friend"),
        ["f.yaml:7: deal, statements 1 predicate: “friend” is not a predicate: it is one of partner, member,"],
    ),
    "a predicate of another kind": (
        ENTRY + "  statements:\n  - predicate: approval\n    object: fda\n    start: 2012\n",
        ["f.yaml:7: newco, statements 1 predicate: An institution has no statement “approval”."],
    ),
    "an unknown status": (
        ENTRY + "  status: asleep\n",
        ["f.yaml:6: newco, status: “asleep” is not a status of an institution; known ones: none."],
    ),
    "an unknown state": (
        ENTRY + "  state: hidden\n",
        ["f.yaml:6: newco, state: “hidden” is not a state: it is one of draft, published, withdrawn, merged."],
    ),
    "an unknown type of name": (
        ENTRY + "  names:\n  - text: N\n    type: nick\n",
        ["f.yaml:8: newco, names 1 type: “nick” is not known: it is one of acronym, alias,"],
    ),
    "a list where a type stands": (
        ENTRY + "  names:\n  - text: N\n    type: [alias]\n",
        ["f.yaml:8: newco, names 1 type: “['alias']” is not known: it is one of acronym, alias,"],
    ),
    "an object that does not exist": (
        DEAL.replace("penn", "pen"), ["f.yaml:8: deal, statements 1 object: There is no entry “pen”."]
    ),
    "no object": (
        DEAL.replace("    object: penn\n", ""),
        ["f.yaml:7: deal, statements 1 object: A statement “partner” needs an object: an institution or"],
    ),
    "an object of a wrong kind": (
        DEAL.replace("penn", "kymriah"),
        ["f.yaml:8: deal, statements 1 object: The object of “partner” is an institution or a consortium or a "
         "regulatory body, not a therapy."],
    ),
    "an object where none can be": (
        ENTRY + "  statements:\n  - predicate: fact\n    text: x\n    object: penn\n",
        ["f.yaml:9: newco, statements 1 object: A statement “fact” has no object."],
    ),
    "itself as object": (
        ENTRY + "  statements:\n  - predicate: parent\n    object: newco\n",
        ["f.yaml:8: newco, statements 1 object: A statement cannot join an entry to itself."],
    ),
    "an approval without a date": (
        DRUG + "  - predicate: approval\n    object: fda\n",
        ["f.yaml:7: drug, statements 1 start: A statement “approval” needs a start date."],
    ),
    "a date that is none": (
        ENTRY + "  start: soon\n",
        ["f.yaml:6: newco, start: “soon” is not a date: write 2012, 2012-08 or 2012-08-06."],
    ),
    "a day that no calendar has": (
        DEAL + "    start: 2013-02-29\n",
        ["f.yaml:9: deal, statements 1 start: “2013-02-29” is not a day of the calendar."],
    ),
    "a month where a day is asked for": (
        ENTRY + "  reviewed: 2012-08\n", ["f.yaml:6: newco, reviewed: “2012-08” is not a day."]
    ),
    "an end before the start": (
        ENTRY + "  start: 2012-08\n  end: 2011\n",
        ["f.yaml:7: newco, end: The end (2011) lies before the start (2012-08)."],
    ),
    "an end before the start of a statement": (
        DEAL + "    start: '2012'\n    end: 2011-12-31\n",
        ["f.yaml:10: deal, statements 1 end: The end (2011-12-31) lies before the start (2012)."],
    ),
    "a country that is none": (
        ENTRY + "  country: UK\n", ["f.yaml:6: newco, country: “UK” is not the two-letter code of a country."]
    ),
    "a country of a statement that is none": (
        DEAL + "  - predicate: country\n    country: jp\n",
        ["f.yaml:10: deal, statements 2 country: “jp” is not the two-letter code of a country."],
    ),
    "wrong check digits": (
        ENTRY + "  identifiers:\n  - scheme: ror\n    value: 02f9zrr08\n",
        ["f.yaml:8: newco, identifiers 1 value: The check digits of the ROR identifier “02f9zrr08” are wrong"],
    ),
    "an identifier of another form": (
        ENTRY + "  identifiers:\n  - scheme: nct\n    value: NCT1\n",
        ["f.yaml:8: newco, identifiers 1 value: “NCT1” is not a ClinicalTrials.gov identifier; one looks like NCT0"],
    ),
    "an unknown scheme": (
        ENTRY + "  identifiers:\n  - scheme: isbn\n    value: x\n",
        ["f.yaml:7: newco, identifiers 1 scheme: “isbn” is not known: it is one of ror, wikidata,"],
    ),
    "an identifier of another entry": (
        ENTRY + "  identifiers:\n  - scheme: ror\n    value: https://ror.org/02f9zrr09\n",
        ["f.yaml:7: newco, identifiers: The ror identifier 02f9zrr09 belongs to “novartis” already."],
    ),
    "an identifier twice": (
        ENTRY + "  identifiers:\n  - {scheme: wikidata, value: Q42}\n  - {scheme: wikidata, value: q42}\n",
        ["f.yaml:7: newco, identifiers: “Q42” stands twice."],
    ),
    "a name twice": (
        ENTRY + "  names:\n  - {text: N, type: alias}\n  - {text: N, type: former}\n",
        ["f.yaml:7: newco, names: “N” stands twice."],
    ),
    "the slug of another entry": (
        ENTRY.replace("slug: newco", f"slug: penn\n  uid: {make_uid(5)}"),
        ["f.yaml:2: penn, slug: “penn” is the slug of another entry, CGT"],
    ),
    "what was the slug of another entry": (
        ENTRY.replace("newco", "doubled-before"),
        ["f.yaml:2: doubled-before, slug: “doubled-before” was once the slug of another entry, CGT"],
    ),
    "the slug of another entry as an old one": (
        ENTRY + "  old_slugs: [penn]\n", ["f.yaml:6: newco, old_slugs: “penn” is the slug of another entry."]
    ),
    "an old slug of another entry": (
        ENTRY + "  old_slugs:\n  - doubled-before\n",
        ["f.yaml:7: newco, old_slugs: “doubled-before” was once the slug of another entry, CGT"],
    ),
    "one old slug of two entries": (
        ENTRY + "  old_slugs: [ancient]\n" + ENTRY.replace("entities:\n", "").replace("newco", "other")
        + "  old_slugs: [ancient]\n",
        ["f.yaml:11: other, old_slugs: “ancient” is an old slug of “newco” too."],
    ),
    "a slug that cannot be an address": (
        ENTRY.replace("newco", "New Co"), ["f.yaml:2: New Co, slug: “New Co”: A slug is made of lower-case letters"]
    ),
    "a slug of 101 characters": (
        ENTRY.replace("newco", "n" * 101), ["f.yaml:2: " + "n" * 80 + ", slug: The text has 101 characters; 100 are"]
    ),
    "one entry twice": (
        ENTRY + ENTRY.replace("entities:\n", ""), ["f.yaml:6: newco, slug: “newco” stands twice: also in f.yaml:2."]
    ),
    "one uid twice": (
        ENTRY + f"  uid: {make_uid(5)}\n" + ENTRY.replace("entities:\n", "").replace("newco", "other")
        + f"  uid: {make_uid(5)}\n",
        [f"f.yaml:11: other, uid: “{make_uid(5)}” stands twice: also in f.yaml:2."],
    ),
    "a uid with a wrong character": (
        ENTRY + "  uid: CGT0000013\n",
        ["f.yaml:6: newco, uid: “CGT0000013” is not a public id: its check character is wrong."],
    ),
    "an unknown source": (
        DEAL + "    sources: [source-1, source-9]\n",
        ["f.yaml:9: deal, statements 1 sources: There is no source “source-9”."],
    ),
    "an unknown subject": (
        ENTRY + "  tags:\n  - zebra\n  - car-t\n  - apple\n",
        ["f.yaml:7: newco, tags 1: There is no subject “zebra”.",
         "f.yaml:9: newco, tags 3: There is no subject “apple”."],
    ),
    "an address that is not of the web": (
        ENTRY + "  website: javascript:alert(1)\n",
        ["f.yaml:6: newco, website: “javascript:alert(1)” is not an http or https address."],
    ),
    "an address of a source that is not of the web": (
        SOURCE.replace("https", "ftp"), ["f.yaml:4: paper, url: “ftp://example.org/” is not an http or https address."]
    ),
    "an address that is too long": (
        ENTRY + f"  website: https://example.org/{'x' * 500}\n",
        ["f.yaml:6: newco, website: The text has 520 characters; 500 are allowed."],
    ),
    "a key of a source that is too long": (
        SOURCE.replace("paper\n  title", "p" * 81 + "\n  title"),
        ["f.yaml:2: " + "p" * 80 + ", key: The text has 81 characters; 80 are allowed."],
    ),
    "a name that is too long": (
        ENTRY.replace("Newco", "N" * 301), ["f.yaml:4: newco, name: The text has 301 characters; 300 are allowed."]
    ),
    "a very long text": (
        ENTRY + f"  summary: {'long ' * 1_000_000}\n",
        ["f.yaml:6: newco, summary: The text has 4,999,999 characters; 5,000 are allowed."],
    ),
    "a very long number": (
        ENTRY + f"  latitude: 1\n  longitude: {'1' * 1_000_000}\n",
        ["f.yaml:6: newco, latitude: Give both latitude and longitude, or neither.",
         "f.yaml:7: newco, longitude: “111111111111111111111111111111” is not a number of degrees."],
    ),
    "a control character": (
        ENTRY.replace("Newco", '"New\\x07co"'),
        ["f.yaml:4: newco, name: The text holds a control character or a line break."],
    ),
    "a line separator of Unicode": (
        ENTRY + '  summary: "one\\u2028two"\n',
        ["f.yaml:6: newco, summary: The text holds a control character or a line break."],
    ),
    "a line break in a name": (
        ENTRY.replace("Newco", '"New\\nco"'),
        ["f.yaml:4: newco, name: The text holds a control character or a line break."],
    ),
    "white space for a name": (ENTRY.replace("Newco", "'  '"), ["f.yaml:4: newco, name: This must not be missing."]),
    "nothing for a name": (ENTRY.replace("Newco", "~"), ["f.yaml:4: newco, name: This must not be missing."]),
    "no name, kind or type": (
        "entities:\n- slug: newco\n",
        [f"f.yaml:2: newco, {key}: This must not be missing." for key in ("kind", "name", "type")],
    ),
    "white space for a predicate": (
        DEAL.replace("predicate: partner", "predicate: ' '"),
        ["f.yaml:7: deal, statements 1 predicate: This must not be missing."],
    ),
    "white space for the title of a source": (
        SOURCE.replace("Title", "'\t'"), ["f.yaml:3: paper, title: The text holds a control character or a line break."]
    ),
    "numbers that are none": (
        DEAL + "".join(f"  - {{predicate: fact, text: x, number: {n}}}\n" for n in ("1e999", "-1", "True", "1.0", "٣")),
        [f"f.yaml:{n + 7}: deal, statements {n} number: “{raw}” is not a whole number of at most 9 digits."
         for n, raw in enumerate(("1e999", "-1", "True", "1.0", "٣"), 2)],
    ),
    "a number that no column holds": (
        ENTRY + "  last_number: 9999999999\n",
        ["f.yaml:6: newco, last_number: “9999999999” is not a whole number of at most 9 digits."],
    ),
    "the number 0, and one twice": (
        ENTRY + "  statements:\n" + "".join(f"  - {{predicate: fact, text: x, number: {n}}}\n" for n in (0, 3, 3)),
        ["f.yaml:7: newco, statements 1 number: Numbers begin with 1.",
         "f.yaml:9: newco, statements 3 number: The number 3 stands twice."],
    ),
    "a place beyond the globe": (
        ENTRY + "  latitude: 1e999\n  longitude: nan\n",
        ["f.yaml:6: newco, latitude: “1e999” is not a number of degrees.",
         "f.yaml:7: newco, longitude: “nan” is not a number of degrees."],
    ),
    "a latitude beyond the pole": (
        ENTRY + "  latitude: -90.5\n  longitude: 180\n",
        ["f.yaml:6: newco, latitude: A latitude lies between −90 and 90 degrees."],
    ),
    "an amount without a currency": (
        DEAL + "  - {predicate: value, text: x, amount: 5}\n",
        ["f.yaml:9: deal, statements 2 amount: Give an amount with its currency, or neither."],
    ),
    "a currency that is none": (
        DEAL + "  - {predicate: value, text: x, amount: 5, currency: Euro}\n",
        ["f.yaml:9: deal, statements 2 currency: “Euro” is not a currency: write its three letters, as in USD."],
    ),
    "neither true nor false": (ENTRY + "  featured: yes\n", ["f.yaml:6: newco, featured: Write true or false."]),
    "a record that is a text": ("entities:\n- newco\n", ["f.yaml:2: ?: This must be a mapping of keys to values."]),
    "a record that is a list": ("tags:\n- [a, b]\n", ["f.yaml:2: ?: This must be a mapping of keys to values."]),
    "a record that is nothing": ("sources:\n- ~\n", ["f.yaml:2: ?: This must be a mapping of keys to values."]),
    "statements that are a text": (
        ENTRY + "  statements: none\n", ["f.yaml:6: newco, statements: This must be a list."]
    ),
    "a statement that is a text": (
        ENTRY + "  statements:\n  - none\n", ["f.yaml:7: newco, statements 1: This must be a mapping of keys"]
    ),
    "sources that are a text": (
        DEAL + "    sources: source-1\n", ["f.yaml:9: deal, statements 1 sources: This must be a list."]
    ),
    "a mapping for a text": (ENTRY + "  summary: {a: b}\n", ["f.yaml:6: newco, summary: This must be a text."]),
    "a mapping for a slug": (
        "entities:\n- slug: {a: b}\n  kind: institution\n  name: N\n  type: company\n",
        ["f.yaml:2: {'a': 'b'}, slug: “{'a': 'b'}”: A slug is made of lower-case letters, digits and single hyphens."],
    ),
    "merged into itself": (
        ENTRY + "  state: merged\n  merged_into: newco\n",
        ["f.yaml:7: newco, merged_into: An entry cannot be merged into itself."],
    ),
    "merged into a merged one": (
        ENTRY + "  state: merged\n  merged_into: doubled\n",
        ["f.yaml:7: newco, merged_into: “doubled” is itself merged into another entry: name that one."],
    ),
    "merged where another one was merged into it": (
        ENTRY.replace("newco", "penn") + "  state: merged\n  merged_into: novartis\n",
        ["f.yaml:7: penn, merged_into: “doubled” is merged into this entry: merge it into “novartis” too."],
    ),
    "merged in a circle": (
        ENTRY + "  state: merged\n  merged_into: other\n" + ENTRY.replace("entities:\n", "").replace("newco", "other")
        + "  state: merged\n  merged_into: newco\n",
        ["f.yaml:7: newco, merged_into: “other” is itself merged into another entry: name that one.",
         "f.yaml:13: other, merged_into: “newco” is itself merged into another entry: name that one."],
    ),
    "merged into nothing": (
        ENTRY + "  state: merged\n", ["f.yaml:2: newco, merged_into: Say into which entry this one was merged."]
    ),
    "merged into one that does not exist": (
        ENTRY + "  state: merged\n  merged_into: nowhere\n",
        ["f.yaml:7: newco, merged_into: There is no entry “nowhere”."],
    ),
    "merged and yet published": (
        ENTRY + "  merged_into: penn\n",
        ["f.yaml:6: newco, merged_into: Only an entry in the state “merged” points at another one."],
    ),
    "withdrawn without a reason": (
        ENTRY + "  state: withdrawn\n",
        ["f.yaml:2: newco, reason: Say why the entry is withdrawn: its page will show the reason."],
    ),
    "the name of another subject, in other letters": (
        TAG.replace("Subject", "car-T"), ["f.yaml:3: subject, name: The name “car-T” belongs to “car-t” already."]
    ),
    "two subjects of one name": (
        TAG + "- slug: other\n  name: SUBJECT\n",
        ["f.yaml:5: other, name: The name “SUBJECT” belongs to “subject” already."],
    ),
    "an unknown kind of source": (
        SOURCE.replace("kind: paper", "kind: gossip"),
        ["f.yaml:5: paper, kind: “gossip” is not known: it is one of press-release, paper,"],
    ),
    "an article without text or address": (
        ARTICLE.replace("  body: Text\n", ""), ["f.yaml:2: essay: Give the text of the article or its address."]
    ),
    "a mention of what does not exist": (
        ARTICLE + "  mentions:\n  - {entity: zebra, text: Z, position: 9}\n  - {entity: ape, text: A, position: 1}\n",
        ["f.yaml:6: essay, mentions 1 entity: There is no entry “zebra”.",
         "f.yaml:7: essay, mentions 2 entity: There is no entry “ape”."],
    ),
    "a mention twice": (
        ARTICLE + "  mentions:\n  - {entity: penn, text: Penn}\n  - {entity: penn, text: The university}\n",
        ["f.yaml:6: essay, mentions: “penn” stands twice."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RECORDS)
def test_a_record_is_refused_for(refusal, case):
    content, expected = RECORDS[case]
    said = refusal(f=content)
    assert sorted(line[: len(want)] for line, want in zip(sorted(said), sorted(expected), strict=True)) == sorted(
        expected
    )


# Something wrong with a whole file

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
FILES = {
    "a section that is not known": ("things: []\n", "f.yaml:1: things: The section is not known: known are tags,"),
    "a section that is a text": ("tags: none\n", "f.yaml:1: tags: The section must be a list of records."),
    "a section that is a mapping": ("tags: {slug: a}\n", "f.yaml:1: tags: The section must be a list of records."),
    "a list at the top": ("- slug: a\n", "f.yaml:1: A file holds sections at its top: tags, sources, entities,"),
    "a word at the top": ("hello\n", "f.yaml:1: A file holds sections at its top: tags, sources, entities, articles."),
    "a key twice": (TAG + "  name: Other\n", "f.yaml:4: The key “name” stands twice."),
    "a section twice": (TAG + TAG, "f.yaml:4: The key “tags” stands twice."),
    "YAML that is none": ("tags:\n- slug: a\n  name: [b\n- slug: c\n", "f.yaml:4: Not valid YAML: did not find"),
    "a tab for an indent": ("tags:\n\t- slug: a\n", "f.yaml:2: Not valid YAML: found character that cannot start any"),
    "two documents": (TAG + "---\n" + TAG, "f.yaml:4: The file holds more than one document."),
    "an anchor": ("tags:\n- &a\n  slug: a\n", "f.yaml:2: Anchors and aliases are not used here: write the text again."),
    "an alias": ("tags:\n- slug: a\n  name: *a\n", "f.yaml:3: Anchors and aliases are not used here"),
    "an alias bomb": (BOMB, "f.yaml:1: Anchors and aliases are not used here"),
    "a tag of Python": (
        'tags:\n- !!python/object/apply:os.system ["exit 1"]\n',
        "f.yaml:2: The tag tag:yaml.org,2002:python/object/apply:os.system is not used here.",
    ),
    "a tag of our own": ("tags:\n- !mine a\n", "f.yaml:2: The tag !mine is not used here."),
    "a tag for an integer": ("tags:\n- slug: !!int 5\n", "f.yaml:2: The tag tag:yaml.org,2002:int is not used here."),
    "a list as a key": ("tags:\n- [a]: b\n", "f.yaml:2: A key is a word, not a list or a mapping."),
    "200,000 nested brackets": ("tags: " + "[" * 200_000, "f.yaml:1: "),
    "200,000 nested brackets that are closed": ("tags: " + "[" * 200_000 + "]" * 200_000, "f.yaml:1: "),
    "100,000 nested mappings in flow style": ('{"a":' * 100_000, "f.yaml:1: "),
    "100,000 nested lists of one line": ("- " * 100_000, "f.yaml:1: Lists and mappings are nested too deeply."),
    "13 lists within each other": ("tags: " + "[" * 12 + "]" * 12, "f.yaml:1: Lists and mappings are nested too"),
    "a control character": (
        "# ä\ntags:\n- slug: a\n  name: a\x07b\n".encode(), "f.yaml:4: Not valid YAML: control characters are not",
    ),
    "a line separator of Unicode": (TAG.replace("Subject", "one\u2028two"), "f.yaml:"),
    "text that is not UTF-8": (TAG.replace("Subject", "Zürich").encode("latin-1"), "f.yaml:3: Not valid YAML: "),
    "half a character": (b"tags:\n- slug: a\n  name: \xf0\x9f\xa7", "f.yaml:3: Not valid YAML: incomplete UTF-8"),
    "a surrogate": (b"tags:\n- slug: a\n  name: \xed\xa0\x80\n", "f.yaml:3: Not valid YAML: invalid Unicode"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", "f.yaml:1: Not valid YAML: "),
    "binary junk": (bytes(range(256)) * 100, "f.yaml:1: Not valid YAML: control characters are not allowed."),
    "an address for a directive": ("%FOO bar\n---\n", "f.yaml:"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_file_is_refused_for(refusal, case):
    content, expected = FILES[case]
    (said,) = refusal(f=content)
    assert said.startswith(expected)


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing\n", "---\n", "~\n", "tags:\n", "tags: []\nentities: ~\n"])
def test_a_file_of_nothing_is_no_mistake(door, tmp_path, world, content):
    (tmp_path / "empty.yaml").write_text(content)
    before = every_row()
    call_command(door, str(tmp_path / "empty.yaml"), verbosity=0, stdout=io.StringIO())
    assert every_row() == before


@pytest.mark.parametrize("form", ["utf-8-sig", "utf-16"])
def test_a_file_with_a_byte_order_mark_is_read(door, tmp_path, form):
    (tmp_path / "marked.yaml").write_bytes("tags:\r\n- slug: a\r\n  name: Zürich\r\n".encode(form))
    call_command(door, str(tmp_path / "marked.yaml"), verbosity=0, stdout=io.StringIO())
    assert Tag.objects.get(slug="a").name == "Zürich"


def test_nothing_without_quotes_means_nothing_and_in_quotes_it_is_a_text(door, tmp_path):
    text = "tags:\n- {slug: a, name: 'null', description: null}\n- {slug: b, name: '~', description: ~}\n"
    (tmp_path / "nothing.yaml").write_text(text)
    call_command(door, str(tmp_path / "nothing.yaml"), verbosity=0, stdout=io.StringIO())
    rows = Tag.objects.filter(slug__in=["a", "b"]).order_by("slug").values_list("name", "description")
    assert list(rows) == [("null", ""), ("~", "")]


def test_a_file_of_50_megabytes_is_refused_unread(refusal, tmp_path):
    with open(tmp_path / "f.yaml", "wb") as file:
        file.truncate(50_000_000)  # of which the disk holds nothing
    assert refuse_as_it_is(refusal, tmp_path) == ["f.yaml: The file is larger than 20 MB; split it."]


def test_a_file_of_exactly_the_greatest_size_is_read(refusal, tmp_path):
    with open(tmp_path / "f.yaml", "wb") as file:
        file.truncate(MAX_BYTES)
    assert refuse_as_it_is(refusal, tmp_path) == ["f.yaml:1: Not valid YAML: control characters are not allowed."]


def refuse_as_it_is(refusal, folder):
    """Load the file that is there already: the fixture would write it."""
    link = folder / "big"
    (folder / "f.yaml").rename(link)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(folder), "write_bytes", lambda self, content: os.symlink(link, self))
        return refusal(f=b"")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="There is no /dev/zero.")
def test_a_file_without_an_end_is_refused():
    with pytest.raises(LoadError, match="/dev/zero: The file is larger than 20 MB; split it"):
        call_command("load_records", "/dev/zero")


@pytest.mark.parametrize(
    ("name", "reason"), [("folder", "Is a directory"), ("missing.yaml", "No such file or directory")]
)
def test_a_file_that_cannot_be_read_is_named_with_all_else_that_is_wrong(tmp_path, world, name, reason):
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.yaml").write_text(ENTRY.replace("company", "shop"))
    before = every_row()
    with pytest.raises(LoadError) as error:
        call_command("load_records", str(tmp_path / name), str(tmp_path / "bad.yaml"))
    assert every_row() == before
    first, second = sorted(map(str, error.value.problems))
    assert first.startswith(f"{tmp_path}/bad.yaml:5: newco, type: “shop” is not a type of institution")
    assert second == f"{tmp_path}/{name}: The file cannot be read: {reason}."


@pytest.mark.parametrize("name", ["folder", "missing.yaml"])
def test_loaddata_does_not_load_a_file_that_is_not_there(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(CommandError):
        call_command("loaddata", str(tmp_path / name))


# Everything at once


def test_all_that_is_wrong_in_all_files_is_said_in_the_order_of_files_and_lines(refusal):
    said = refusal(
        c=TAG + "  name: Twice\n  slug: twice\n",
        a=ENTRY.replace("company", "shop") + "  country: UK\n  statements:\n  - {predicate: parent, object: drug}\n",
        b=DRUG + "  - {predicate: developer, object: newco}\n  - {predicate: fact}\n  start: soon\n  colour: red\n",
        d="things: []\ntags: none\n",
    )
    assert [re.match(r"\S+:\d+(: \w+(, [^:]+)?(?=: ))?", line)[0] for line in said] == [
        "a.yaml:5: newco, type",
        "a.yaml:6: newco, country",
        "a.yaml:8: newco, statements 1 object",
        "b.yaml:8: drug, statements 2 text",
        "b.yaml:9: drug, start",
        "b.yaml:10: drug, colour",
        "c.yaml:4",
        "c.yaml:5",
        "d.yaml:1: things",
        "d.yaml:2: tags",
    ]


def test_what_stands_in_a_file_that_cannot_be_read_is_not_said_to_be_missing(refusal):
    deal = DEAL.replace("penn", "newco") + "    sources: [paper]\n  - {predicate: fact}\n  tags: [subject]\n"
    said = refusal(a=deal, b=ENTRY + "  names: [\n", c=SOURCE + TAG)
    assert said == [
        "a.yaml:10: deal, statements 2 text: A statement “fact” needs a text.",
        "b.yaml:7: Not valid YAML: did not find expected node content.",
    ]


def test_of_very_many_problems_the_first_are_said_and_the_others_counted(tmp_path):
    (tmp_path / "many.yaml").write_text("tags:\n" + "- a\n" * 1_700)
    with pytest.raises(LoadError) as error:
        call_command("load_records", str(tmp_path / "many.yaml"))
    head, *lines, tail = str(error.value).splitlines()
    assert head == "1,700 problems; nothing was written."
    assert len(lines) == MOST_PROBLEMS
    assert tail == f"… and {1_700 - MOST_PROBLEMS:,} more."


def test_one_bad_record_keeps_all_good_ones_out(refusal):
    assert len(refusal(good=ENTRY + SOURCE + TAG + ARTICLE, bad=DEAL.replace("penn", "nobody"))) == 1


def test_a_terminal_sees_the_problems_and_the_code_1_but_no_traceback(tmp_path):
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3", "SECRET_KEY": "x"}
    (tmp_path / "bad.yaml").write_text(TAG + "  name: Twice\n")
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=site.BASE_DIR, env=environment, check=True)
    arguments = [*manage, "loaddata", str(tmp_path / "bad.yaml")]
    result = subprocess.run(arguments, cwd=site.BASE_DIR, env=environment, capture_output=True, text=True)
    assert result.returncode == 1
    assert "bad.yaml:4: The key “name” stands twice." in result.stderr
    assert "Traceback" not in result.stderr


# Plain data, as a form or another program may give it


@pytest.mark.parametrize(
    "raw", [None, 5, True, "a", [], [1], {"slug": 5}, {"slug": ["a"]}, {5: 6, None: 7}, {"slug": None}]
)
def test_plain_data_that_is_no_record_is_refused(raw):
    for section in records() | {"articles": []}:
        batch = Batch()
        batch.add(section, raw)
        with pytest.raises(LoadError):
            batch.load()


# Anything


JUNK = st.sampled_from(
    [
        *(None, True, False, -1, 0, 1, 2, 10**9, 10**18, 10**400, 1.5, -0.0, 1e300, math.inf, math.nan),
        *([], {}, [[]], [None], ["a"], {"a": "b"}, {"slug": "penn"}, [{"text": "Penn", "type": "alias"}]),
        *("", " ", "x" * 90, "x" * 400, "ß" * 290, "a\nb", "\x00", "\u2028", "\ud800", "\u200b", "1e999", "-1", "true"),
        *(
            "2012",
            "2012-13",
            "2012-02-30",
            "1500-01-01",
            "US",
            "de",
            "USD",
            "source-1",
            "source-9",
            "car-t",
            "licensing",
        ),
        *(
            "penn",
            "novartis",
            "alliance",
            "kymriah",
            "fda",
            "doubled",
            "doubled-before",
            "draftco",
            "nobody",
            "no slug",
        ),
        *("institution", "therapy", "disease", "university", "company", "published", "draft", "merged", "withdrawn"),
        *("partner", "fact", "milestone", "approval", "country", "parent", "member", "acronym", "ror", "02f9zrr09"),
        *(make_uid(1), "CGT0000013", "https://example.org/", "javascript:alert(1)", "CAR-T", "oncology"),
    ]
)
KEYS = st.sampled_from(
    "slug key uid kind type name state merged_into old_slugs country start end number predicate object role text "
    "amount currency sources tags names identifiers statements scheme value position entity colour reason".split()
)


def places(data):
    """Every (container, key or index) within plain data."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield data, key
        yield from places(value)


@st.composite
def spoilt_worlds(draw):
    """The records of the world and an article, with up to four places in them spoilt."""
    sections = records()
    mentions = [{"entity": "penn", "text": "Penn", "position": 3}, {"entity": "fda", "text": "FDA"}]
    sections["articles"] = [{"slug": "essay", "title": "Essay", "body": "Text", "mentions": mentions}]
    for _ in range(draw(st.integers(1, 4))):
        container, key = draw(st.sampled_from(list(places(sections))))
        match draw(st.sampled_from(["replace", "replace", "remove", "add", "repeat"])):
            case "replace":
                container[key] = copy.deepcopy(draw(JUNK))
            case "remove":
                del container[key]
            case "add" if isinstance(container, dict):
                container[draw(KEYS)] = copy.deepcopy(draw(JUNK))
            case "repeat" if isinstance(container, list):
                container.append(copy.deepcopy(container[key]))
    return sections


def as_file(sections):
    """Plain data as the bytes of a YAML file, whatever it is."""
    return yaml.dump(sections, Dumper=NoAliases, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def load_or_refuse(batch, again):
    """Load the batch: it is refused and nothing has changed, or it is taken and a second time changes nothing."""
    before = every_row()
    with undone():
        try:
            batch.load()
        except LoadError as error:
            assert error.problems
            assert every_row() == before
            return
        after = every_row()
        again.load()
        assert every_row() == after
        texts = fixture_texts()
        assert load_texts(texts).count("unchanged") == sum(
            len(re.findall(r"^- ", text, re.M)) for text in texts.values()
        )


QUICK = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


@settings(QUICK, max_examples=60)
@given(spoilt_worlds())
def test_spoilt_records_are_refused_or_taken_and_nothing_else_happens(world, sections):
    def batch():
        gathered = Batch()
        for section, items in copy.deepcopy(sections).items():
            gathered.add_section("spoilt", section, items, 1)
        return gathered

    load_or_refuse(batch(), batch())


@settings(QUICK, max_examples=40)
@given(spoilt_worlds())
def test_spoilt_files_are_refused_or_taken_and_nothing_else_happens(world, sections):
    def batch():
        gathered = Batch()
        gathered.add_file("spoilt.yaml", io.BytesIO(as_file(sections)))
        return gathered

    load_or_refuse(batch(), batch())


@settings(QUICK, max_examples=60)
@given(st.data())
def test_files_with_spoilt_characters_are_refused_or_taken_and_nothing_else_happens(world, data):
    text = as_file(records())
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text)))
        piece = data.draw(
            st.sampled_from([b"", b"\n", b"- ", b": ", b"'", b'"', b"[", b"}", b"&a ", b"\xff", b"  ", b"|\n"])
        )
        text = text[:start] + piece + text[start + data.draw(st.integers(0, 3)) :]

    def batch():
        gathered = Batch()
        gathered.add_file("spoilt.yaml", io.BytesIO(text))
        return gathered

    load_or_refuse(batch(), batch())


@settings(QUICK, max_examples=200)
@given(st.binary(max_size=200) | st.text(alphabet="-:[]{}&*!|>'\"%@`#?,~ \n\tab0\ud800\u2028\x85", max_size=60))
def test_any_bytes_are_read_or_refused(content):
    stream = io.BytesIO(content) if isinstance(content, bytes) else io.StringIO(content, newline="")
    try:
        read(stream)
    except BadFile as error:
        assert all(sentence and (line is None or line >= 1) for sentence, line in error.problems)

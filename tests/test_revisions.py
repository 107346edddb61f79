"""What an editor has changed since a file was loaded is left alone, and said; and every change leaves a version."""

import copy
import io
import logging

import pytest
from django.core.management import call_command

from entities.models import Article, Entity, OldSlug, Revision, Source, Tag
from entities.records import digest, entity_record, ordered, save_revision
from entities.records.schema import ENTITY
from tests.test_records import every_row, fact, institution, record_of
from tests.world import load

pytestmark = pytest.mark.django_db

FILE = """\
tags:
- slug: car-t
  name: CAR-T
sources:
- key: source-1
  title: From the file
  url: https://example.org/1
  kind: paper
entities:
- slug: penn
  kind: institution
  name: From the file
  type: university
  statements:
  - predicate: fact
    text: From the file
articles:
- slug: essay
  title: From the file
  body: Of Penn.
"""
ROWS = {
    "tags": (Tag, "car-t", "description", "CAR-T", "description: From a later file"),
    "sources": (Source, "source-1", "publisher", "From the file", "publisher: From a later file"),
    "entities": (Entity, "penn", "summary", "From the file", "summary: From a later file"),
    "articles": (Article, "essay", "publisher", "From the file", "publisher: From a later file"),
}
SECTIONS = pytest.mark.parametrize("section", ROWS)


def load_records(path, *options):
    """What load_records says, on both its ways."""
    out, err = io.StringIO(), io.StringIO()
    call_command("load_records", str(path), *options, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


@pytest.fixture
def file(tmp_path):
    """A file with one record of each section, loaded."""
    path = tmp_path / "base.yaml"
    path.write_text(FILE)
    load_records(path)
    return path


def row(section):
    model, key, *_ = ROWS[section]
    return model.objects.get(**{"key" if section == "sources" else "slug": key})


def said(section):
    """What the field says that editor and files quarrel about."""
    return getattr(row(section), ROWS[section][2])


def edit(section, text="From an editor", user=None):
    """Change the field as the admin does."""
    changed = row(section)
    setattr(changed, ROWS[section][2], text)
    changed.save()
    if section == "entities":
        save_revision(changed, user=user, comment="I know better.")
    return changed


def change(path, section):
    """Let the file say something new in the field."""
    *_, old, new = ROWS[section]
    first = f"name: {old}" if section in ("tags", "entities") else f"title: {old}"
    before, mark, after = path.read_text().partition(f"{section}:\n")
    path.write_text(before + mark + after.replace(first, f"{first}\n  {new}", 1))


# An editor's change since


@SECTIONS
def test_load_records_leaves_an_editors_change_alone_and_says_so(file, section):
    edit(section)
    change(file, section)
    before = every_row()
    output = load_records(file)
    assert every_row() == before
    assert f"{section} “{ROWS[section][1]}” was left alone: it was edited since it was loaded" in output
    assert "0 changed, 3 unchanged, 1 left alone, edited since" in output


@SECTIONS
def test_loaddata_leaves_an_editors_change_alone_and_says_so(file, section, caplog):
    edit(section)
    change(file, section)
    before = every_row()
    with caplog.at_level(logging.WARNING):
        call_command("loaddata", str(file), verbosity=0)
    assert every_row() == before
    assert f"{section} “{ROWS[section][1]}” was left alone: it was edited since it was loaded." in caplog.text


@SECTIONS
def test_the_old_file_does_not_take_back_an_editors_change(file, section):
    edit(section)
    for _ in range(2):
        assert "1 left alone" in load_records(file)
    assert said(section) == "From an editor"


@SECTIONS
def test_overwrite_takes_what_the_file_says(file, section):
    edit(section)
    change(file, section)
    output = load_records(file, "--overwrite")
    assert said(section) == "From a later file"
    assert "1 changed, 3 unchanged." in output
    assert "left alone" not in load_records(file)


@SECTIONS
def test_overwriting_without_writing_is_possible(file, section):
    edit(section)
    before = every_row()
    assert "Would load 4 records: 0 new, 1 changed, 3 unchanged." in load_records(file, "--overwrite", "--dry-run")
    assert every_row() == before


@SECTIONS
def test_a_change_of_the_file_is_taken_where_no_editor_was(file, section):
    change(file, section)
    load_records(file)
    assert said(section) == "From a later file"


@SECTIONS
def test_an_editor_who_takes_a_change_back_has_not_changed_it(file, section):
    edit(section)
    edit(section, text="")
    change(file, section)
    load_records(file)
    assert said(section) == "From a later file"


@SECTIONS
def test_after_a_dump_the_files_load_as_unchanged_and_their_next_change_is_taken(file, section, tmp_path):
    edit(section)
    call_command("dump_records", str(tmp_path), stdout=io.StringIO())
    files = sorted(map(str, tmp_path.glob("[!b]*.yaml")))
    out = io.StringIO()
    call_command("load_records", *files, stdout=out)
    assert out.getvalue() == "Loaded 4 records: 0 new, 0 changed, 4 unchanged.\n"

    for name in files:
        with open(name) as dumped:
            text = dumped.read()
        with open(name, "w") as dumped:
            dumped.write(text.replace("From an editor", "From a later file"))
    call_command("load_records", *files, stdout=out)
    assert said(section) == "From a later file"


def test_what_is_left_alone_is_not_written_but_the_rest_of_the_file_is(file):
    edit("sources")
    change(file, "sources")
    change(file, "entities")
    load_records(file)
    assert (said("sources"), said("entities")) == ("From an editor", "From a later file")


def test_a_record_left_alone_keeps_its_slug_where_the_file_has_another(file):
    penn = edit("entities")
    file.write_text(FILE.replace("- slug: penn", f"- slug: upenn\n  uid: {penn.uid}"))
    assert "entities “upenn” was left alone" in load_records(file)
    assert row("entities").summary == "From an editor"


def test_a_record_left_alone_may_have_another_kind_in_the_file(file):
    load({"entities": [institution("lab", statements=[{"predicate": "parent", "object": "penn"}])]})
    edit("entities")
    file.write_text(FILE.replace("kind: institution", "kind: disease").replace("type: university", "type: oncology"))
    assert "entities “penn” was left alone" in load_records(file)


OTHERS = """\
entities:
- {slug: lab, kind: institution, name: Lab, type: company, statements: [{predicate: parent, object: penn}]}
- {slug: double, kind: institution, name: Double, type: university, state: merged, merged_into: penn}
articles:
- {slug: note, title: Note, body: Penn, mentions: [{entity: penn, text: Penn}]}
"""


@pytest.fixture
def renamed(file):
    """All files, after the entity that others name has got another slug by an editor."""
    penn = row("entities")
    file.write_text(FILE.replace("- slug: penn", f"- slug: penn\n  uid: {penn.uid}"))
    others = file.with_name("others.yaml")
    others.write_text(OTHERS)
    load_files(file, others)
    penn.slug = "upenn"
    penn.save()
    OldSlug.objects.create(slug="penn", entity=penn)
    save_revision(penn)
    return file, others


def load_files(*paths):
    """What load_records says of several files."""
    out = io.StringIO()
    call_command("load_records", *map(str, paths), stdout=out, stderr=out)
    return out.getvalue()


def test_files_that_name_an_entry_by_its_old_slug_still_load(renamed):
    file, others = renamed
    for paths in ([others], [file, others]):
        assert "0 new, 0 changed" in load_files(*paths)
    others.write_text(OTHERS.replace("Lab", "Laboratory").replace("Note", "Notes").replace("Double", "Doubled"))
    assert "0 new, 3 changed, 3 unchanged, 1 left alone" in load_files(file, others)
    assert record_of("lab")["statements"][0]["object"] == "upenn"
    assert record_of("double")["merged_into"] == "upenn"
    assert Article.objects.get(slug="note").mentions.get().entity.slug == "upenn"


def test_overwriting_an_editors_slug_gives_the_old_one_back(renamed):
    call_command("load_records", *map(str, renamed), "--overwrite", stdout=io.StringIO())
    assert record_of("lab")["statements"][0]["object"] == "penn"
    assert record_of("penn")["old_slugs"] == ["upenn"]


def test_an_editors_new_statement_is_a_change_too(file):
    penn = row("entities")
    penn.statements.create(number=2, predicate="fact", text="From an editor", rank=1)
    save_revision(penn)
    change(file, "entities")
    assert "1 left alone" in load_records(file)
    load_records(file, "--overwrite")
    assert [statement.number for statement in penn.statements.all()] == [1]
    assert record_of("penn")["last_number"] == 2


# Versions


def test_a_saved_change_is_a_version_with_its_record_its_author_and_its_reason(file, django_user_model):
    editor = django_user_model.objects.create(username="ada")
    penn = edit("entities", user=editor)
    last, first = penn.revisions.order_by("-number")
    assert (first.number, first.user, first.comment) == (1, None, f"Loaded from {file}")
    assert (last.number, last.user, last.comment) == (2, editor, "I know better.")
    assert "summary" not in first.record
    assert ordered(ENTITY, last.record) == entity_record(penn)
    assert last.digest == digest(last.record) == digest(entity_record(penn))
    assert row("entities").version == 2


def test_saving_without_a_change_makes_no_version(file):
    penn = row("entities")
    penn.save()
    assert save_revision(penn) is None
    assert (penn.revisions.count(), row("entities").version) == (1, 1)


def test_an_entity_that_an_editor_made_gets_its_first_version():
    entity = Entity.objects.create(kind="institution", type="company", slug="newco", name="Newco")
    revision = save_revision(entity)
    assert (revision.number, revision.record["name"], entity.version) == (1, "Newco", 1)


def test_a_version_renews_what_is_searched_and_the_highest_number(file):
    penn = row("entities")
    penn.names.create(text="Quaker school", type="alias")
    penn.statements.create(number=7, predicate="fact", text="Seven.", rank=1)
    save_revision(penn)
    assert Entity.objects.search("quaker").get() == penn
    penn.statements.filter(number=7).delete()
    save_revision(row("entities"))
    assert row("entities").last_number == 7
    assert record_of("penn")["last_number"] == 7


def test_a_version_is_loaded_back_as_the_record_it_is(file):
    edit("entities")
    first = row("entities").revisions.order_by("number").first()
    load({"entities": [copy.deepcopy(first.record)]}, overwrite=True, comment="Back to version 1.")
    assert said("entities") == ""
    assert [(revision.number, revision.digest) for revision in row("entities").revisions.order_by("number")][::2] == [
        (1, first.digest),
        (3, first.digest),
    ]


def test_versions_of_a_file_and_of_an_editor_are_counted_together(file):
    edit("entities")
    change(file, "entities")
    load_records(file, "--overwrite")
    edit("entities")
    assert list(Revision.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]
    assert row("entities").version == 4


def test_an_entity_that_others_name_is_renamed_without_a_version_of_theirs(file):
    load({"entities": [institution("lab", statements=[{"predicate": "parent", "object": "penn"}, fact("A lab.")])]})
    penn = row("entities")
    penn.slug = "upenn"
    penn.save()
    save_revision(penn)
    assert Entity.objects.get(slug="lab").revisions.count() == 1
    assert record_of("lab")["statements"][0]["object"] == "upenn"

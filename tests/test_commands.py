"""The commands that load and dump the base: Django's own with our files, and ours."""

import io
import os
import sys
import weakref

import pytest
from django.core.management import CommandError, call_command
from django.core.serializers.base import DeserializationError
from django.db import connection, transaction

from entities.models import Entity, Source, Tag
from entities.records import LoadError
from entities.records.files import fixture_texts
from entities.records.yamlfile import MAX_BYTES
from tests.test_records import every_row, load_texts, wipe

TAG = "tags:\n- slug: a\n  name: {}\n"


def run(command, *arguments, **options):
    """What a command prints, on both its ways."""
    out, err = io.StringIO(), io.StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=err, **options)
    return out.getvalue() + err.getvalue()


# dump_records


def test_check_names_the_files_that_differ_and_fails(world, tmp_path):
    run("dump_records", tmp_path)
    assert "All 10 files" in run("dump_records", tmp_path, "--check")
    (tmp_path / "therapies.yaml").write_text((tmp_path / "therapies.yaml").read_text() + "\n")
    (tmp_path / "sources.yaml").unlink()
    (tmp_path / "tags.yaml").write_bytes(b"\xff")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(CommandError) as error:
        run("dump_records", tmp_path, "--check")
    assert str(error.value) == "Not as in the database: tags.yaml, sources.yaml, therapies.yaml."
    assert error.value.returncode == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_check_notices_a_change_in_the_database(world, tmp_path):
    run("dump_records", tmp_path)
    Source.objects.filter(key="source-1").update(title="Another")
    with pytest.raises(CommandError, match=r"^Not as in the database: sources\.yaml\.$"):
        run("dump_records", tmp_path, "--check")


def test_a_dump_writes_only_what_differs_and_leaves_no_draft(world, tmp_path):
    run("dump_records", tmp_path)
    (tmp_path / "tags.yaml").write_text("")
    os.utime(tmp_path / "diseases.yaml", (1, 1))
    assert "Wrote 1 of 10 files; the others were the same already." in run("dump_records", tmp_path)
    assert (tmp_path / "diseases.yaml").stat().st_mtime == 1
    assert {path.suffixes[-1] for path in tmp_path.iterdir()} == {".yaml"}


def test_a_folder_that_cannot_be_written_is_named(world, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match=rf"^{tmp_path}/file cannot be written: File exists\.$"):
        run("dump_records", tmp_path / "file")


def test_the_files_have_one_file_a_kind_sorted_by_slug(world):
    texts = fixture_texts()
    assert list(texts) == [
        *("tags.yaml", "sources.yaml", "articles.yaml", "collaborations.yaml", "institutions.yaml", "consortia.yaml"),
        *("regulatory-bodies.yaml", "therapies.yaml", "guidelines.yaml", "diseases.yaml"),
    ]
    slugs = [line for line in texts["institutions.yaml"].splitlines() if line.startswith("- slug:")]
    assert slugs == [f"- slug: {slug}" for slug in ("doubled", "draftco", "gone", "novartis", "oldco", "penn")]


# load_records


def test_a_dry_run_says_what_would_change_and_writes_nothing(world, tmp_path):
    (tmp_path / "a.yaml").write_text(
        TAG.format("New") + "- slug: oncology\n  name: Oncology\n- slug: car-t\n  name: CAR-T"
    )
    before = every_row()
    said = run("load_records", tmp_path / "a.yaml", "--dry-run")
    assert said == "Would load 3 records: 1 new, 2 changed, 0 unchanged.\n"
    assert every_row() == before
    assert run("load_records", tmp_path / "a.yaml") == said.replace("Would load", "Loaded")


def test_a_dry_run_finds_what_is_wrong(world, tmp_path):
    (tmp_path / "a.yaml").write_text("tags:\n- slug: a\n")
    with pytest.raises(LoadError, match="a, name: This must not be missing"):
        run("load_records", tmp_path / "a.yaml", "--dry-run")


def test_a_comment_says_why_in_the_history(world, tmp_path):
    (tmp_path / "a.yaml").write_text(fixture_texts()["therapies.yaml"].replace("name: Kymriah", "name: KYMRIAH"))
    run("load_records", tmp_path / "a.yaml", "--comment=As the label has it.")
    assert [revision.comment for revision in world["kymriah"].revisions.all()] == [
        "As the label has it.",
        "Loaded from world.yaml",
    ]


@pytest.fixture
def standard_input(monkeypatch):
    """A function that gives bytes to the next reader of standard input."""
    return lambda content: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


COMMANDS = pytest.mark.parametrize("command", [["load_records", "-"], ["loaddata", "--format=yaml", "-"]], ids=str)


@COMMANDS
def test_records_come_by_standard_input(db, standard_input, command):
    standard_input(TAG.format("Zürich").encode())
    run(*command)
    assert Tag.objects.get().name == "Zürich"


@COMMANDS
def test_what_is_wrong_with_standard_input_is_said(db, standard_input, command):
    standard_input(b"# \xc3\xa4\n" + TAG.format("Z\xfcrich").encode("latin-1"))
    with pytest.raises(LoadError, match=r"(standard input|<stdin>):4: Not valid YAML: invalid .* UTF-8 octet"):
        run(*command)


# Django's own rows


def dumped():
    return run("dumpdata", "entities", "--indent=1")


def test_plain_json_rows_go_out_and_in_and_nothing_is_lost(world, tmp_path, django_user_model):
    world["penn"].revisions.update(user=django_user_model.objects.create(username="ada"))
    load_texts({"a.yaml": "articles:\n- {slug: a, title: A, body: B, mentions: [{entity: penn, text: Penn}]}\n"})
    texts, json = fixture_texts(), dumped()
    (tmp_path / "all.json").write_text(json)
    wipe()
    run("loaddata", tmp_path / "all.json")
    assert dumped() == json
    assert fixture_texts() == texts


def test_after_plain_json_rows_new_ones_get_keys_of_their_own(world, tmp_path):
    (tmp_path / "all.json").write_text(dumped())
    wipe()
    run("loaddata", tmp_path / "all.json")
    load_texts({"a.yaml": TAG.format("New")})
    assert Tag.objects.count() == 4


def test_a_list_of_djangos_own_rows_in_yaml_still_loads(world, tmp_path):
    json = dumped()
    (tmp_path / "rows.yaml").write_text("# Django's\n---\n\n" + run("dumpdata", "entities", "--format=yaml"))
    wipe()
    run("loaddata", tmp_path / "rows.yaml")
    assert dumped() == json


def test_djangos_own_rows_and_our_records_load_together(db, tmp_path):
    (tmp_path / "a.yaml").write_text("- model: entities.tag\n  pk: 7\n  fields: {name: X, slug: x}\n")
    (tmp_path / "b.yaml").write_text(
        "entities:\n- {slug: b, kind: disease, name: B, type: oncology, tags: [x, a]}\n" + TAG.format("A")
    )
    run("loaddata", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert list(Entity.objects.get().tags.order_by("slug").values_list("slug", flat=True)) == ["a", "x"]


def test_djangos_own_rows_in_yaml_are_never_cut_off_where_they_are_too_many(db, tmp_path):
    row = f"- model: entities.tag\n  pk: 1\n  fields:\n    name: N\n    slug: n\n    description: {'x ' * 500}\n"
    (tmp_path / "rows.yaml").write_text(row + "#" * MAX_BYTES + "\n- model: entities.nothing\n")
    with pytest.raises(DeserializationError, match="The file is larger than 20 MB; use JSON"):
        run("loaddata", tmp_path / "rows.yaml")
    assert not Tag.objects.exists()


# How loaddata is made to load all files as one batch


def test_the_files_of_one_run_refer_to_one_another_in_any_order(world, tmp_path):
    texts = fixture_texts()
    for number, (name, text) in enumerate(reversed(texts.items())):
        (tmp_path / f"{number}-{name}").write_text(text)
    wipe()
    run("loaddata", *sorted(tmp_path.iterdir()))
    assert fixture_texts() == texts


def test_each_run_of_loaddata_loads_its_own_files_and_no_others(db, tmp_path):
    (tmp_path / "bad.yaml").write_text(TAG.format("'  '"))
    (tmp_path / "good.yaml").write_text(TAG.format("Good"))
    (tmp_path / "later.yaml").write_text(TAG.format("Later"))
    with pytest.raises(LoadError):
        run("loaddata", tmp_path / "bad.yaml", tmp_path / "good.yaml")
    assert not Tag.objects.exists()
    for name in ("good", "later"):
        run("loaddata", tmp_path / f"{name}.yaml")
        assert Tag.objects.get().name == name.title()


def test_a_connection_still_lists_the_transactions_that_are_open(db):
    """`serializers` knows by `connection.atomic_blocks`, of which Django's documentation is silent, what one run is."""
    outer = list(connection.atomic_blocks)
    with transaction.atomic():
        with (block := transaction.atomic()):
            assert connection.atomic_blocks[-1] is block
            assert connection.atomic_blocks[: len(outer)] == outer
            assert len({block, connection.atomic_blocks[-2]}) == 2
            assert weakref.ref(block)() is block
        assert connection.atomic_blocks[-1] is not block
    assert connection.atomic_blocks == outer

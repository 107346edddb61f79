"""The content of fixtures/: complete, whole, in canonical form, and right in its three central examples."""

import functools
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from entities.context import SHEETS
from entities.linking.preview import preview_of
from entities.models import Article, Entity, Source, Tag
from entities.models.kinds import KINDS
from entities.records import SECTIONS, yamlfile
from entities.records.files import text_of
from entities.records.schema import read_record
from entities.views.lists import json_text
from tests.test_commands import run
from tests.test_records import every_row, undone

FILES = sorted(Path(settings.BASE_DIR, "fixtures").glob("*.yaml"))


@functools.cache
def content():
    """{section: {slug or key: record}} of all files."""
    sections = {section: {} for section in SECTIONS}
    for path in FILES:
        with path.open("rb") as file:
            for section, records in yamlfile.read(file).items():
                for raw in records:
                    record = read_record(SECTIONS[section], raw, lambda field, sentence: pytest.fail(sentence))
                    sections[section][next(iter(record.values()))] = record
    return sections


def entity(slug):
    return content()["entities"][slug]


def said(slug, predicate, **fields):
    """The statements of an entity that say this."""
    return [
        statement
        for statement in entity(slug)["statements"]
        if {"predicate": predicate, **fields}.items() <= statement.items()
    ]


def statements():
    """Every (entity, statement)."""
    return [(record, each) for record in content()["entities"].values() for each in record.get("statements", [])]


# Complete


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("collaboration", 317),
        ("institution", 537),
        ("consortium", 135),
        ("regulatory_body", 72),
        ("therapy", 93),
        ("guideline", 34),
        ("disease", 118),
    ],
)
def test_there_are_as_many_entities_as_were_collected(kind, least):
    assert sum(record["kind"] == kind for record in content()["entities"].values()) >= least


def test_there_are_as_many_statements_names_identifiers_sources_and_subjects_as_were_collected():
    entities = content()["entities"].values()
    assert len(statements()) >= 5_200
    assert sum(len(record.get("names", [])) for record in entities) >= 1_140
    assert sum(len(record.get("identifiers", [])) for record in entities) >= 1_900
    assert len(content()["sources"]) >= 1_430
    assert len(content()["tags"]) >= 80


def test_nearly_every_statement_has_a_source():
    unsourced = [statement for _, statement in statements() if "sources" not in statement]
    assert len(unsourced) <= 240


def test_each_entity_has_a_uid_of_its_own_and_the_central_ones_have_kept_theirs():
    uids = {slug: record["uid"] for slug, record in content()["entities"].items()}
    assert len(set(uids.values())) == len(uids)
    assert {
        "penn-novartis-car-t-alliance": "CGTPF52BA9",
        "kymriah": "CGTTXKT8CJ",
        "irdirc": "CGTBWMTT41",
        "ich": "CGTGDA4FCR",
    }.items() <= uids.items()


# Whole


def test_everything_that_is_named_is_there():
    entities, sources, tags = (content()[section].keys() for section in ("entities", "sources", "tags"))
    assert {statement["object"] for _, statement in statements() if "object" in statement} <= entities
    assert {key for _, statement in statements() for key in statement.get("sources", [])} <= sources
    assert {tag for record in content()["entities"].values() for tag in record.get("tags", [])} <= tags


def test_every_subject_and_nearly_every_source_is_used():
    cited = {key for _, statement in statements() for key in statement.get("sources", [])}
    assert len(content()["sources"].keys() - cited) <= 5
    assert content()["tags"].keys() == {
        tag for record in content()["entities"].values() for tag in record.get("tags", [])
    }


def test_what_is_public_names_nothing_that_is_not():
    hidden = {slug for slug, record in content()["entities"].items() if record.get("state", "published") != "published"}
    assert not {
        (record["slug"], statement["object"])
        for record, statement in statements()
        if record["slug"] not in hidden and statement.get("object") in hidden
    }


def test_no_entity_has_its_own_name_as_another_name():
    assert not [
        slug
        for slug, record in content()["entities"].items()
        if record["name"] in [name["text"] for name in record.get("names", [])]
    ]


def test_no_statement_is_made_twice():
    def what(record, statement):
        return record["slug"], *sorted((key, str(value)) for key, value in statement.items() if key != "number")

    made = [what(record, statement) for record, statement in statements()]
    assert len(set(made)) == len(made)


# In canonical form


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_as_it_would_be_written(path):
    text = path.read_text()
    data = yamlfile.read(path.open("rb"))
    (section,) = data
    keys = [raw["key" if section == "sources" else "slug"] for raw in data[section]]
    assert text == text_of(section, [content()[section][key] for key in keys])


@pytest.mark.parametrize("slug", sorted(content()["articles"]))
def test_an_article_of_our_own_has_the_quotation_marks_of_print(slug):
    """Straight ones would stand beside them; and a mention stands where it says, to the letter."""
    article = content()["articles"][slug]
    assert not re.findall("['\"]", article["title"] + article["body"])
    for mention in article["mentions"]:
        assert article["body"].startswith(mention["text"], mention["position"])


def test_there_is_a_file_for_each_kind_and_section():
    names = {"tags", "sources", "articles", *(kind.path for kind in KINDS.values())}
    assert {path.stem for path in FILES} == names


# The alliance of Penn and Novartis, and Kymriah

ALLIANCE = "penn-novartis-car-t-alliance"


@pytest.mark.parametrize(
    ("predicate", "fields"),
    [
        ("partner", {"object": "university-of-pennsylvania", "role": "originator"}),
        ("partner", {"object": "novartis", "role": "licensee"}),
        ("partner", {"object": "childrens-hospital-of-philadelphia", "role": "partner"}),
        ("partner", {"object": "oxb", "role": "manufacturer"}),
        ("therapy", {"object": "kymriah"}),
        ("disease", {"object": "b-cell-acute-lymphoblastic-leukaemia"}),
        ("value", {"amount": 20_000_000, "currency": "USD"}),
        (
            "milestone",
            {
                "start": "2012-04",
                "text": "Emily Whitehead, the first child, receives the Penn CAR T cells at CHOP.",
            },
        ),
        ("milestone", {"start": "2012-08-06", "text": "Penn and Novartis announce the alliance."}),
        (
            "milestone",
            {
                "start": "2017-08-30",
                "text": "The FDA approves Kymriah for refractory or relapsed B-cell ALL up to 25 years.",
            },
        ),
    ],
)
def test_the_alliance_says_with_sources(predicate, fields):
    (statement,) = said(ALLIANCE, predicate, **fields)
    assert statement["sources"]


def test_the_alliance_was_made_in_august_2012_and_is_over_since_september_2019():
    alliance = entity(ALLIANCE)
    assert (alliance["start"], alliance["end"], alliance["status"]) == ("2012-08", "2019-09", "completed")
    assert alliance["kind"] == "collaboration"
    assert {"car-t", "oncology"} <= set(alliance["tags"])
    (end,) = [statement for statement in said(ALLIANCE, "milestone") if statement["start"].startswith("2019-09")]
    assert "conclusion of the seven-year alliance" in end["text"]


@pytest.mark.parametrize(
    ("predicate", "fields"),
    [
        ("developer", {"object": "university-of-pennsylvania"}),
        ("developer", {"object": "novartis"}),
        ("developer", {"object": "childrens-hospital-of-philadelphia"}),
        ("indication", {"object": "b-cell-acute-lymphoblastic-leukaemia"}),
        ("indication", {"object": "diffuse-large-b-cell-lymphoma"}),
        ("indication", {"object": "follicular-lymphoma"}),
        ("approval", {"object": "fda", "start": "2017-08-30"}),
        ("approval", {"object": "fda", "start": "2018-05-01"}),
        ("approval", {"object": "ema", "start": "2018-08"}),
        ("approval", {"object": "pmda", "start": "2019-03-26"}),
    ],
)
def test_kymriah_says_with_sources(predicate, fields):
    (statement,) = said("kymriah", predicate, **fields)
    assert statement["sources"]


def test_kymriah_is_an_approved_car_t_cell_and_has_its_generic_name():
    kymriah = entity("kymriah")
    assert (kymriah["kind"], kymriah["type"], kymriah["status"]) == ("therapy", "car-t", "approved")
    assert {"text": "tisagenlecleucel", "type": "generic"} in kymriah["names"]
    assert {"text": "CTL019", "type": "alias"} in kymriah["names"]
    first = min(said("kymriah", "approval"), key=lambda statement: statement["start"])
    assert (first["object"], first["start"]) == ("fda", "2017-08-30")
    assert "acute lymphoblastic leukaemia" in first["text"]
    assert "25 years" in first["text"]


# IRDiRC


def test_irdirc_was_founded_in_2011_by_the_commission_and_the_nih():
    irdirc = entity("irdirc")
    assert (irdirc["kind"], irdirc["name"]) == ("consortium", "International Rare Diseases Research Consortium")
    assert irdirc["start"] == "2011"
    assert {"text": "IRDiRC", "type": "acronym"} in irdirc["names"]
    for founder in ("european-commission", "nih"):
        (statement,) = said("irdirc", "member", object=founder, role="founding-member")
        assert (statement["start"], bool(statement["sources"])) == ("2011", True)
    (launch,) = [fact for fact in said("irdirc", "fact") if "Bethesda on 5–8 April 2011" in fact["text"]]
    assert launch["sources"]


def test_irdirc_has_many_members_each_with_a_source():
    members = said("irdirc", "member")
    assert len(members) >= 18
    assert all(member["sources"] for member in members)
    assert {"cihr", "genome-canada", "amed", "eurordis", "fondazione-telethon", "pfizer", "roche"} <= {
        member["object"] for member in members
    }


def test_irdirc_is_hosted_by_inserm_in_paris_and_says_its_goals():
    assert entity("irdirc")["city"] == "Paris"
    assert said("irdirc", "host", object="inserm")[0]["sources"]
    facts = " ".join(fact["text"] for fact in said("irdirc", "fact"))
    for words in ("200 new therapies", "1,000 new therapies", "diagnosis within one year"):
        assert words in facts


# ICH


def test_ich_is_a_harmonisation_body_in_geneva_since_1990_with_its_names():
    ich = entity("ich")
    assert (ich["kind"], ich["type"]) == ("regulatory_body", "harmonisation-council")
    assert (ich["city"], ich["start"][:4]) == ("Geneva", "1990")
    assert {"text": "ICH", "type": "acronym"} in ich["names"]
    assert {"text": "International Conference on Harmonisation", "type": "former"} in ich["names"]
    (secretariat,) = [fact for fact in said("ich", "fact") if "address of the ICH Secretariat" in fact["text"]]
    assert "Geneva" in secretariat["text"]


@pytest.mark.parametrize("founder", ["european-commission", "fda", "mhlw", "efpia", "jpma", "phrma"])
def test_ich_was_founded_with_a_source_by(founder):
    (statement,) = said("ich", "member", object=founder, role="founding-member")
    assert (statement["start"][:4], bool(statement["sources"])) == ("1990", True)


def test_ich_has_the_members_and_observers_that_its_reports_name():
    roles = {member["object"]: member["role"] for member in said("ich", "member")}
    assert {"pmda", "health-canada", "swissmedic", "anvisa", "nmpa", "mhra"} <= {
        slug for slug, role in roles.items() if role == "member"
    }
    assert {"who", "ifpma"} <= {slug for slug, role in roles.items() if role == "observer"}


@pytest.mark.parametrize(
    ("slug", "reference", "kind"),
    [
        ("ich-q5a-r2", "ICH Q5A(R2)", "quality"),
        ("ich-q5d", "ICH Q5D", "quality"),
        ("ich-q5e", "ICH Q5E", "quality"),
        ("ich-s6-r1", "ICH S6(R1)", "safety"),
        ("ich-s12", "ICH S12", "safety"),
        ("ich-e6-r3", "ICH E6(R3)", "efficacy"),
        ("ich-m4", "ICH M4", "multidisciplinary"),
    ],
)
def test_ich_issued_the_guideline(slug, reference, kind):
    guideline = entity(slug)
    assert (guideline["kind"], guideline["type"]) == ("guideline", kind)
    assert {"scheme": "reference", "value": reference} in guideline["identifiers"]
    (issued,) = said(slug, "issuer", object="ich")
    assert issued["sources"]


def test_q5a_is_about_viral_safety_and_was_adopted_in_november_2023():
    q5a = entity("ich-q5a-r2")
    assert re.search("viral safety", q5a["name"], re.IGNORECASE)
    assert (q5a["start"], q5a["status"]) == ("2023-11-01", "in-force")


# In the database


@pytest.fixture
def base(loaded, db):
    """The whole base, and what Django's own command said when it loaded it."""
    return loaded


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Loaded once for this file, and taken back in the end."""
    with django_db_blocker.unblock(), undone():
        said = run("loaddata", *FILES)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # PostgreSQL does so by itself only for what is committed
        yield said


def test_loaddata_loads_every_record_of_every_file(base):
    models = {"tags": Tag, "sources": Source, "entities": Entity, "articles": Article}
    counts = {section: len(records) for section, records in content().items()}
    assert {section: model.objects.count() for section, model in models.items()} == counts
    assert re.fullmatch(rf"Installed \d+ object\(s\) from {len(FILES)} fixture\(s\)\n", base)


def test_the_loaded_base_is_what_the_files_say(base):
    assert run("dump_records", "--check") == f"All {len(FILES)} files are as in the database.\n"


def test_loading_the_files_again_by_either_command_changes_no_row(base):
    before = every_row()
    run("loaddata", *FILES)
    assert every_row() == before
    assert "0 new, 0 changed" in run("load_records", *FILES[::-1])
    assert every_row() == before


def test_dumped_files_are_the_same_bytes(base, tmp_path):
    assert f"Wrote {len(FILES)} of {len(FILES)} files" in run("dump_records", tmp_path / "new")
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {
        path.name: path.read_bytes() for path in FILES
    }
    assert f"Wrote 0 of {len(FILES)} files" in run("dump_records", tmp_path / "new")


def test_each_entity_of_the_files_has_one_version(base):
    assert Entity.objects.exclude(version=1).count() == 0
    assert Entity.objects.filter(revisions__number=1).count() == Entity.objects.count()


@pytest.mark.parametrize("path", ["/collaborations/", "/institutions/", "/entities/", "/entities/?sort=partners"])
def test_a_list_of_the_whole_base_is_light(base, client, path):
    assert len(client.get(path).content) < 60_000


def test_every_preview_of_the_whole_base_is_small_and_whole(base):
    for entity in Entity.objects.published():
        preview = preview_of(entity)
        assert len(json_text(preview).encode()) < 2000
        assert preview["name"] == entity.name
        assert len(preview["summary"]) <= 300
        assert entity.kind == "disease" or re.search(r"[^.…][.…]$", preview["sentence"])


def test_the_sheets_and_scripts_of_the_pages_are_light():
    sheets = sum(Path(settings.BASE_DIR, "static", sheet).stat().st_size for sheet in SHEETS)
    scripts = {path.name: path.stat().st_size for path in Path(settings.BASE_DIR, "static", "js").glob("*.js")}
    assert scripts.pop("collabs-preview.js") < 8_000  # for the pages of others
    assert sheets < 25_000
    assert sum(scripts.values()) < 15_000

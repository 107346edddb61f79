"""The model: proxies over every edge, the words by which entities are asked for, and what a row computes of itself."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, ProtectedError
from django.urls import resolve

from entities.models import (
    Collaboration,
    Consortium,
    Disease,
    Entity,
    Guideline,
    Identifier,
    Institution,
    Name,
    RegulatoryBody,
    Source,
    Statement,
    Tag,
    Tagging,
    Therapy,
)
from entities.models.entity import PROXIES
from entities.models.kinds import (
    CAPACITIES,
    EDGES,
    KINDS,
    NOT_GOING_ON,
    PARTICIPATION,
    PREDICATES,
    ROLES,
    status_label,
    type_label,
)
from entities.text import fold

CLASSES = {
    "penn": Institution, "alliance": Collaboration, "network": Consortium, "fda": RegulatoryBody, "kymriah": Therapy,
    "q5a": Guideline, "leukaemia": Disease,
}  # fmt: skip
PUBLIC = {
    "penn", "novartis", "oldco", "alliance", "licence-2020", "network", "fda", "ich", "kymriah", "q5a", "leukaemia",
}  # fmt: skip


def slugs(rows):
    """The slugs of a queryset of entities, none of which stands in it twice."""
    found = [row.slug for row in rows]
    assert len(found) == len(set(found))
    assert rows.count() == len(found)
    return set(found)


def institution(slug="new", **values):
    return Institution(**{"slug": slug, "name": slug, "type": "company", **values})


# Proxies


def test_a_row_is_of_the_class_of_its_kind(world):
    assert {slug: type(world[slug]) for slug in CLASSES} == CLASSES
    assert set(CLASSES.values()) == set(PROXIES.values())
    assert set(PROXIES) == set(KINDS)


@pytest.mark.parametrize(
    "related",
    [
        lambda rows: rows,
        lambda rows: rows.select_related("subject", "object"),
        lambda rows: rows.prefetch_related("subject", "object"),
        lambda rows: rows.select_related("object").defer("object__summary"),
    ],
)
def test_an_entity_over_a_foreign_key_is_of_the_class_of_its_kind(world, related):
    rows = list(related(Statement.objects.all()))
    assert {row.subject.slug: type(row.subject) for row in rows}.items() >= {
        ("alliance", Collaboration), ("network", Consortium), ("ich", RegulatoryBody), ("q5a", Guideline),
    }  # fmt: skip
    for row in rows:
        for entity in filter(None, [row.subject, row.object]):
            assert type(entity) is PROXIES[entity.kind]
            assert resolve(entity.get_absolute_url()).kwargs == {"kind": entity.kind, "slug": entity.slug}


def test_an_entity_over_a_reverse_edge_is_of_the_class_of_its_kind(world):
    penn = Entity.objects.prefetch_related("merged_from", "mentioned_by__subject").get(slug="penn")
    assert [type(entity) for entity in penn.merged_from.all()] == [Institution]
    assert {type(row.subject) for row in penn.mentioned_by.all()} == {Collaboration, Consortium, Therapy}
    assert type(world["doubled"].merged_into) is Institution
    assert {type(row.content_object) for row in Tagging.objects.filter(tag__slug="car-t")} == {
        Collaboration, Therapy, Institution,
    }  # fmt: skip


def test_an_entity_of_which_the_kind_was_not_read_is_no_proxy_and_reads_it_later(world):
    entity = Entity.objects.only("slug").get(slug="penn")
    assert type(entity) is Entity
    assert entity.kind_label == "Institution"
    assert entity == world["penn"]
    assert hash(entity) == hash(world["penn"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_manager_of_a_kind_gives_that_kind_alone(world, kind):
    rows = PROXIES[kind].objects.all()
    assert {type(row) for row in rows} == {PROXIES[kind]}
    assert slugs(rows) == {slug for slug, entity in world.items() if entity.kind == kind}
    assert slugs(rows.published()) == slugs(rows) & PUBLIC
    assert slugs(Entity.objects.of_kind(kind)) == slugs(rows)


def test_the_manager_of_entities_gives_all_kinds(world):
    assert slugs(Entity.objects.all()) == set(world)
    assert Entity.objects.of_kind("therapy", "disease").count() == 2
    with pytest.raises(Institution.DoesNotExist):
        Institution.objects.get(slug="kymriah")


def test_a_new_proxy_is_of_its_kind(db):
    made = Institution.objects.create(slug="one", name="One", type="company")
    got, _ = Institution.objects.get_or_create(slug="two", defaults={"name": "Two", "type": "hospital"})
    Institution.objects.bulk_create([Institution(slug="three", name="Three", type="charity")])
    assert (made.kind, got.kind) == ("institution", "institution")
    assert slugs(Institution.objects.all()) == {"one", "two", "three"}
    assert Entity(slug="four").kind == ""


def test_a_proxy_knows_the_edges_of_all_entities(world):
    assert slugs(Institution.objects.filter(mentioned_by__subject__slug="licence-2020")) == {"novartis", "penn"}
    assert slugs(Therapy.objects.filter(tags__slug="car-t")) == {"kymriah"}
    assert slugs(Collaboration.objects.filter(statements__predicate="value")) == {"alliance"}
    assert [tag.slug for tag in Therapy.objects.get(slug="kymriah").tags.all()] == ["car-t"]


def test_a_kind_has_words_of_its_own():
    for kind, cls in PROXIES.items():
        assert cls._meta.verbose_name == KINDS[kind].label.lower()
        assert cls._meta.verbose_name_plural == KINDS[kind].plural.lower()
        assert cls._meta.concrete_model is Entity


def test_what_is_said_of_kinds_and_predicates_fits_together():
    assert len({kind.path for kind in KINDS.values()}) == len(KINDS)
    for predicate in PREDICATES.values():
        assert {*predicate.subjects, *predicate.objects} <= set(KINDS)
        assert set(predicate.roles) <= set(ROLES)
    assert set(PARTICIPATION) <= set(EDGES)
    assert set(NOT_GOING_ON) <= {status for kind in KINDS.values() for status in kind.statuses}
    for name in PARTICIPATION:  # whoever takes part does so in a capacity that has a name
        assert name in CAPACITIES


def test_types_and_statuses_fit_into_their_columns():
    """SQLite would not mind, PostgreSQL would."""
    for kind in KINDS.values():
        assert max(map(len, kind.types)) <= Entity._meta.get_field("type").max_length
        assert max(map(len, kind.statuses), default=0) <= Entity._meta.get_field("status").max_length


# The words of a search


def test_published_is_what_the_public_may_see(world):
    assert slugs(Entity.objects.published()) == PUBLIC
    assert {slug for slug, entity in world.items() if entity.is_published} == PUBLIC


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["US"], {"penn", "fda", "alliance", "licence-2020", "network", "secret-deal"}),
        (["CH"], {"novartis", "alliance", "licence-2020", "network"}),
        (["GB"], {"oldco", "alliance"}),
        (["FR"], {"network"}),
        (["JP"], {"alliance"}),
        (["JP", "FR"], {"alliance", "network"}),
        (["US", "CH", "GB"], {"penn", "fda", "novartis", "oldco", "alliance", "licence-2020", "network",
                              "secret-deal"}),
        (["AT"], {"draftco", "gone", "doubled"}),
        (["DE"], set()),
        (["us"], set()),
        ([], set()),
    ],
)  # fmt: skip
def test_in_country_finds_seats_the_partners_of_a_collaboration_and_what_is_said(world, codes, expected):
    assert slugs(Entity.objects.in_country(*codes)) == expected


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_partner_that_is_not_public_gives_no_country_away(world, state):
    Entity.objects.filter(slug="oldco").update(state=state, reason="Why.")
    assert slugs(Entity.objects.published().in_country("GB")) == set()


@pytest.mark.parametrize(
    ("who", "capacities", "expected"),
    [
        (["penn"], [], {"alliance", "licence-2020", "network", "kymriah", "secret-deal"}),
        (["penn"], ["licensee"], {"licence-2020"}),
        (["penn"], ["originator", "licensor"], {"alliance", "secret-deal"}),
        (["novartis"], ["licensee"], {"alliance"}),
        (["novartis"], ["licensor"], {"licence-2020"}),
        (["penn", "novartis"], ["licensee"], {"alliance", "licence-2020"}),
        (["penn"], ["founding-member"], {"network"}),
        (["penn", "fda"], ["developer"], {"kymriah"}),
        (["fda"], ["approval"], {"kymriah"}),
        (["fda"], ["funder"], {"network"}),
        (["ich"], ["issuer"], {"q5a"}),
        ([], ["partner"], {"alliance"}),
        ([], ["licensee"], {"alliance", "licence-2020"}),
        (["kymriah"], [], set()),
        (["draftco"], [], set()),
        (["penn"], ["observer"], set()),
    ],
)
def test_a_participant_is_found_in_a_capacity_that_one_statement_gives_it(world, who, capacities, expected):
    assert slugs(Entity.objects.with_participant(who, capacities)) == expected


def test_about_finds_what_an_entity_is_joined_to(world):
    assert slugs(Entity.objects.about(["therapy"], ["kymriah"])) == {"alliance"}
    assert slugs(Entity.objects.about(["disease"], ["leukaemia"])) == {"alliance"}
    assert slugs(Entity.objects.about(["disease", "indication"], ["leukaemia"])) == {"alliance", "kymriah"}
    Entity.objects.filter(slug="leukaemia").update(state="draft")
    assert slugs(Entity.objects.about(["disease", "indication"], ["leukaemia"])) == set()


def test_tagged_is_with_any_and_tagged_all_with_every_one_of_the_tags(world):
    rows = Entity.objects.published()
    assert slugs(rows.tagged("car-t")) == {"alliance", "licence-2020", "kymriah"}
    assert slugs(rows.tagged("car-t", "oncology")) == {"alliance", "licence-2020", "kymriah", "network", "leukaemia"}
    assert slugs(rows.tagged_all("car-t", "oncology")) == {"alliance"}
    assert slugs(rows.tagged_all("car-t")) == slugs(rows.tagged("car-t"))
    assert slugs(rows.tagged_all("car-t", "licensing", "oncology")) == set()
    assert slugs(rows.tagged("nothing")) == slugs(rows.tagged()) == set()
    assert slugs(rows.tagged_all()) == PUBLIC


def test_sourced_and_unsourced_share_out_what_has_statements(world):
    said = Entity.objects.with_statements()
    assert slugs(said) == {
        "penn", "alliance", "licence-2020", "network", "ich", "kymriah", "q5a", "draftco", "gone", "secret-deal",
    }  # fmt: skip
    assert slugs(Entity.objects.unsourced()) == {"alliance", "gone"}
    assert slugs(Entity.objects.sourced()) == slugs(said) - {"alliance", "gone"}


def test_a_statement_about_a_draft_counts_neither_as_sourced_nor_as_unsourced(world):
    Statement.objects.filter(subject__slug="licence-2020").delete()
    Statement.objects.create(subject=world["licence-2020"], number=9, predicate="partner", object=world["draftco"])
    assert "licence-2020" not in slugs(Entity.objects.sourced()) | slugs(Entity.objects.unsourced())
    Statement.objects.create(subject=world["q5a"], number=9, predicate="successor", object=world["draftco"])
    assert "q5a" in slugs(Entity.objects.sourced())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zurich", {"oldco"}),
        ("ØLDCO", {"oldco"}),
        ("Universitat pennsylvanien", {"penn"}),
        ("ciba geigy", {"novartis"}),
        ("Ciba–Geigy", {"novartis"}),
        ("02F9ZRR09", {"novartis"}),
        ("q5a(r2)", {"q5a"}),
        ("tisagenlecleucel", {"kymriah"}),
        ("alliance PENN", {"alliance"}),
        ("novartis penn", {"alliance", "licence-2020"}),
        ("fda", {"fda"}),
        ("penn fda", set()),
        ("100%", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_a_search_finds_every_word_in_names_former_names_and_identifiers(world, text, expected):
    assert slugs(Entity.objects.search(text)) == expected


def test_a_search_for_nothing_leaves_all(world):
    assert slugs(Entity.objects.search(" …!")) == set(world)


def test_a_name_that_is_the_text_stands_before_one_that_begins_with_it(world):
    rows = Entity.objects.published().search("penn").ranked("Penn")
    ranks = {row.slug: row.rank for row in rows}
    assert ranks == {"penn": 0, "alliance": 1, "licence-2020": 2}
    assert Entity.objects.ranked("ciba-geigy").get(slug="novartis").rank == 0
    assert Entity.objects.ranked("Universität").get(slug="penn").rank == 1
    assert Entity.objects.ranked("geigy").get(slug="novartis").rank == 2


def test_the_words_chain_and_cost_one_query(world, django_assert_num_queries):
    rows = (
        Collaboration.objects.published()
        .of_type("academia-industry", "licensing")
        .with_status("completed", "active")
        .in_country("CH")
        .with_participant(["penn"], ["originator"])
        .about(["therapy"], ["kymriah"])
        .tagged_all("car-t", "oncology")
        .started("2012", "2012-08")
        .active_in(2015)
        .unsourced()
        .search("penn")
        .ranked("penn")
    )
    with django_assert_num_queries(1):
        assert [row.slug for row in rows] == ["alliance"]


# Statements and sources


def test_a_statement_is_public_where_its_subject_and_its_object_are(world):
    hidden = Statement.objects.exclude(pk__in=Statement.objects.public().values("pk"))
    assert {row.subject.slug for row in hidden} == {"draftco", "gone", "secret-deal"}
    assert Statement.objects.public().filter(object=None).exists()


@pytest.mark.parametrize("state", ["draft", "withdrawn", "merged"])
def test_an_object_that_is_not_published_is_not_visible_over_an_edge(world, state):
    target = world["penn"] if state == "merged" else None
    Entity.objects.filter(slug="kymriah").update(state=state, reason="Why.", merged_into=target)
    kymriah = Statement.objects.filter(object__slug="kymriah")
    assert kymriah.exists()
    assert not kymriah.visible().exists()
    assert not kymriah.public().exists()
    assert not Statement.objects.public().filter(subject__slug="kymriah").exists()
    assert Statement.objects.visible().filter(subject__slug="kymriah").exists()


def test_statements_are_asked_for_in_words(world):
    rows = Statement.objects.filter(subject__slug="alliance")
    assert [row.predicate for row in rows.in_order().edges()] == [*["partner"] * 3, "therapy", "disease"]
    assert {row.object and row.object.slug for row in rows.unsourced()} == {"oldco", None}
    assert [row.object.slug for row in rows.in_capacity("licensee", "partner")] == ["novartis", "oldco"]
    assert {row.place for row in rows.with_country()} == {"US", "CH", "GB", "JP"}


def test_in_order_is_as_the_editor_has_ranked_them(world):
    first = world["alliance"].statements.get(number=1)
    first.rank = 99
    first.save()
    assert world["alliance"].statements.in_order().last() == first


def test_a_statement_says_who_in_which_capacity_and_when(world):
    partner, member, funder = (
        Statement.objects.get(subject__slug=subject, number=number)
        for subject, number in [("alliance", 3), ("network", 1), ("network", 3)]
    )
    assert (partner.anchor, partner.label, partner.capacity, partner.when) == ("s3", "Partner", "Partner", "2012–2014")
    assert (member.capacity, member.when, member.is_former) == ("Founding member", "since 2015", False)
    assert (funder.capacity, funder.when, partner.is_former) == ("Funder", "", True)
    approval = Statement.objects.get(predicate="approval")
    assert (approval.capacity, approval.when) == ("Approving body", "30 August 2017")
    assert str(approval) == "approval: U.S. Food and Drug Administration"
    assert str(Statement.objects.get(predicate="country")) == "country: Japan"
    assert str(Statement.objects.get(predicate="value")) == "value: For a centre"


def test_a_source_is_cited_where_a_public_statement_rests_on_it(world):
    assert {source.key for source in Source.objects.cited()} == {"source-1", "source-2", "source-3"}
    Entity.objects.exclude(slug="penn").update(state="draft", merged_into=None)
    assert [source.key for source in Source.objects.cited()] == ["source-1"]


def test_sources_are_found_by_title_publisher_or_key(world):
    assert [source.key for source in Source.objects.search("NATURE")] == ["source-2"]
    assert [source.key for source in Source.objects.search("source-3 fda")] == ["source-3"]
    assert Source.objects.search("title").of_kind("paper", "news").count() == 2
    assert not Source.objects.search("title nothing").exists()


def test_a_source_stays_findable_when_it_is_saved(world):
    source = Source.objects.get(key="source-2")
    source.publisher, source.url = "Zürich Verlag", "https://example.org/not-saved"
    source.save(update_fields=["publisher"])
    assert Source.objects.search("zurich").get().url == "https://example.org/2"
    assert not Source.objects.search("nature").exists()
    assert (str(source), source.short) == ("Zürich Verlag, “Title 2”, 2019", "Zürich Verlag")


# What a row computes of itself


def test_saving_keeps_what_the_loader_has_computed(world):
    """The two ways in agree on how an entry is found and sorted."""
    for entity in world.values():
        loaded = entity.search_text, entity.sort_name
        entity.save()
        entity.refresh_from_db()
        assert (entity.search_text, entity.sort_name) == loaded
        assert entity.sort_name == fold(entity.name)


@pytest.mark.parametrize("fields", [None, ["name"], {"name", "slug"}, ("name", "sort_name")])
def test_a_renamed_entry_is_found_and_sorted_by_its_new_name(world, fields):
    penn = world["penn"]
    penn.name, penn.slug = "Ärzte-Kolleg", "kolleg"
    penn.save(update_fields=fields)
    found = Entity.objects.search("arzte kolleg").get()
    assert (found.pk, found.sort_name) == (penn.pk, "arzte kolleg")
    assert found.slug == ("penn" if fields and "slug" not in fields else "kolleg")
    assert not Entity.objects.search("university of").exists()


def test_only_the_fields_that_are_named_are_saved_beside_the_computed_ones(world):
    penn = world["penn"]
    penn.city, penn.summary = "Elsewhere", "Something else."
    penn.save(update_fields=["version"])
    penn.refresh_from_db()
    assert (penn.city, penn.summary) == ("Philadelphia", "A university in Philadelphia.")


def test_a_new_name_and_a_new_identifier_are_found_once_their_entry_is_saved(world):
    penn = world["penn"]
    Name.objects.create(entity=penn, text="Pensilvania", type="translation", language="es")
    Identifier.objects.create(entity=penn, scheme="wikidata", value="Q49117")
    penn.save(update_fields=["version"])
    assert slugs(Entity.objects.search("pensilvania q49117")) == {"penn"}
    penn.names.all().delete()
    penn.save()
    assert slugs(Entity.objects.search("pensilvania")) == set()


def test_update_or_create_keeps_an_entry_findable(world):
    Institution.objects.update_or_create(slug="penn", defaults={"name": "Quaker College"})
    assert slugs(Entity.objects.search("quaker")) == {"penn"}


@pytest.mark.parametrize("letter", ["½", "™", "ß", "Æ", "ﷺ"])
def test_a_long_name_is_saved_although_folding_makes_it_longer(db, letter):
    entity = institution(name="a" + letter * 299)
    entity.full_clean()
    entity.save()
    entity.refresh_from_db()
    assert len(entity.sort_name) == 300
    assert slugs(Entity.objects.search(entity.name)) == {"new"}


def test_entries_are_listed_by_their_folded_names(db):
    names = ["Zeta", "Øre", "alpha", "Ärzte", "beta-2", "Beta 1"]
    for number, name in enumerate(names):
        institution(f"n{number}", name=name).save()
    assert [row.name for row in Entity.objects.all()] == ["alpha", "Ärzte", "Beta 1", "beta-2", "Øre", "Zeta"]


@pytest.mark.parametrize(
    ("values", "going_on", "when"),
    [
        ({"start": "2015"}, True, "since 2015"),
        ({"start": "2015", "status": "active"}, True, "since 2015"),
        ({"start": "2015", "status": "completed"}, False, "2015"),
        ({"start": "2015", "status": "unknown"}, False, "2015"),
        ({"start": "2015", "end": "2018-03", "status": "active"}, False, "2015 to March 2018"),
        ({"end": "2018"}, False, "until 2018"),
        ({}, True, ""),
    ],
)
def test_an_entry_goes_on_unless_it_has_an_end_or_is_over(values, going_on, when):
    entity = Collaboration(type="licensing", name="C", **values)
    entity.clean_fields(exclude=["slug"])
    assert (entity.is_going_on, entity.when) == (going_on, when)


def test_an_entry_knows_its_words_and_addresses(world):
    penn, kymriah = world["penn"], world["kymriah"]
    assert str(penn) == "University of Pennsylvania"
    assert (penn.kind_label, penn.kind_plural, penn.type_label) == ("Institution", "institutions", "University")
    assert (penn.status_label, kymriah.status_label, kymriah.type_label) == ("", "Approved", "CAR-T")
    assert (penn.place, kymriah.place, world["oldco"].place) == (
        "Philadelphia, United States", "", "United Kingdom",
    )  # fmt: skip
    assert penn.website_host == "upenn.edu"
    assert penn.get_absolute_url() == "/institutions/penn/"
    assert resolve(penn.permalink).kwargs == {"uid": penn.uid}
    assert resolve(penn.json_url).kwargs == {"kind": "institution", "slug": "penn"}
    assert (type_label("person", "x"), status_label("person", "y")) == ("x", "y")


def test_names_and_identifiers_say_what_they_are(world):
    former = Name.objects.get(text="Ciba-Geigy")
    assert (str(former), former.is_former) == ("Ciba-Geigy", True)
    assert not Name.objects.get(text="Novartis AG").is_former
    ror = Identifier.objects.get(entity__slug="novartis")
    assert (str(ror), ror.url) == ("ROR 02f9zrr09", "https://ror.org/02f9zrr09")


@pytest.mark.parametrize("website", ["javascript:alert(1)", "ftp://example.org/", "example.org", "//example.org"])
def test_a_website_is_a_full_address(website):
    with pytest.raises(ValidationError) as refusal:
        institution(website=website).full_clean(validate_unique=False, validate_constraints=False)
    assert refusal.value.message_dict == {"website": ["Write a full address that begins with http:// or https://."]}


@pytest.mark.parametrize("slug", ["Penn", "penn-", "-penn", "pe--nn", "pe_nn", "pénn", "penn\n", "pe nn", "p" * 101])
def test_a_slug_that_would_not_stand_in_an_address_is_refused(slug):
    with pytest.raises(ValidationError) as refusal:
        institution(slug, name="P").full_clean(validate_unique=False, validate_constraints=False)
    assert list(refusal.value.message_dict) == ["slug"]


# What goes with a row, and what stays


def test_an_entry_that_others_speak_of_cannot_be_deleted(world):
    for slug in ("kymriah", "ich", "penn"):
        with pytest.raises(ProtectedError):
            world[slug].delete()
    Statement.objects.all().delete()
    with pytest.raises(ProtectedError):
        world["penn"].delete()  # another one was merged into it


def test_what_belongs_to_an_entry_goes_with_it_and_its_sources_stay(world):
    pk, others = world["alliance"].pk, set(world) - {"alliance"}
    Name.objects.create(entity_id=pk, text="The alliance")
    for belongings in of_entry(pk):
        assert belongings.exists()
    world["alliance"].delete()
    for belongings in of_entry(pk):
        assert not belongings.exists()
    assert slugs(Entity.objects.all()) == others
    assert (Source.objects.count(), Tag.objects.count()) == (4, 3)


def of_entry(pk):
    return [
        Statement.objects.filter(subject=pk),
        Tagging.objects.filter(content_object=pk),
        Name.objects.filter(entity=pk),
        Statement.sources.through.objects.filter(statement__subject=pk),
    ]


# Many rows


@pytest.fixture
def crowd(db):
    """A collaboration of 2,000 partners."""
    deal = Collaboration.objects.create(slug="deal", name="Deal", type="licensing", state="published")
    partners = Institution.objects.bulk_create(
        institution(f"p-{number}", country="CH", state="published") for number in range(2_000)
    )
    Statement.objects.bulk_create(
        Statement(subject=deal, number=number, predicate="partner", object=partner, rank=number)
        for number, partner in enumerate(partners, 1)
    )
    return deal


def test_two_thousand_partners_are_read_in_one_query(crowd, django_assert_num_queries):
    with django_assert_num_queries(1):
        rows = list(crowd.statements.visible().select_related("object").in_order())
        assert [row.object.slug for row in rows] == [f"p-{number}" for number in range(2_000)]
        assert {type(row.object) for row in rows} == {Institution}


def test_two_thousand_partners_are_prefetched_in_two_queries(crowd, django_assert_num_queries):
    """As `select_related` within the prefetch: over the forward key itself SQLite fails above a thousand."""
    edges = Prefetch("statements", Statement.objects.visible().select_related("object"))
    with django_assert_num_queries(2):
        (deal,) = Collaboration.objects.prefetch_related(edges)
        assert len({statement.object.slug for statement in deal.statements.all()}) == 2_000


def test_the_words_of_a_search_hold_for_two_thousand_partners(crowd):
    everyone = [f"p-{number}" for number in range(2_000)]
    assert slugs(Entity.objects.with_participant(everyone)) == {"deal"}
    assert slugs(Collaboration.objects.in_country("CH")) == {"deal"}
    assert slugs(Collaboration.objects.unsourced()) == {"deal"}

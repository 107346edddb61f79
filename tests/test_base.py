"""The whole base, as the fixtures hold it: the counts, ways out, orders and pages of lists; the cards of entities."""

import io
import json
import random

import pytest
from django.core.management import call_command
from django.db.models import Count
from PIL import Image, ImageChops

from dev import ROOT
from entities.filters import PARAMETERS
from entities.linking.cards import card
from entities.models import Entity
from entities.models.kinds import KINDS
from entities.pages import EntityPage
from entities.pictures.card import MARGIN, PAPER, RIGHT
from entities.pictures.card import draw as draw_card
from tests.reading import Page, data_of, twin
from tests.second_reading import PATHS, SINGLE, Reading, address_of, check_clicks, check_counts, check_ways_out
from tests.standing import standing, take_stock
from tests.vocabulary import breaches, expanded


def load_the_base():
    call_command("load_records", *sorted((ROOT / "fixtures").glob("*.yaml")), verbosity=0)
    take_stock()
    return Reading()


stage = standing(load_the_base)


@pytest.fixture
def reading(stage, db):
    """The second reading of the whole base."""
    return stage


@pytest.mark.parametrize("path", PATHS)
def test_each_list_counts_as_a_second_reading_does(client, reading, path):
    check_counts(client, reading, path, {})


@pytest.mark.parametrize("seed", range(15))
def test_random_queries_count_as_a_second_reading_does(client, reading, seed):
    draw = random.Random(seed)
    path, query = random_query(draw, client)
    data = check_counts(client, reading, path, query)
    check_clicks(client, path, query, data, choose=lambda values: draw.sample(values, 1))
    if not data["total"]:
        check_ways_out(client, path, query)


def test_an_empty_list_offers_ways_that_give_what_they_say(client, reading):
    draw = random.Random(7)
    empty = 0
    while empty < 3:
        path, query = random_query(draw, client, least=3)
        if not client.get(twin(address_of(path, query))).json()["total"]:
            check_ways_out(client, path, query)
            empty += 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_of_what_is_most_joined_and_longest_named_fits_and_keeps_to_the_vocabulary(client, reading, kind):
    published = Entity.objects.published().of_kind(kind)
    joined = published.annotate(edges=Count("statements", distinct=True) + Count("mentioned_by", distinct=True))
    longest = sorted(published, key=lambda entity: -len(entity.name))
    for entity in [*joined.order_by("-edges", "pk")[:4], *longest[:2]]:
        response = client.get(entity.get_absolute_url())
        assert response.content.index(b"</head>") < 20_000, entity
        (script,) = Page(response).all("head/script[@type='application/ld+json']")
        assert list(breaches(expanded(json.loads(script.text)))) == [], entity
        content = draw_card(card(EntityPage(entity), 2026))
        assert len(content) < 100_000
        image = Image.open(io.BytesIO(content)).convert("RGB")
        left, _, right, _ = ImageChops.difference(image, Image.new("RGB", image.size, PAPER)).getbbox()
        assert left >= MARGIN - 4
        assert right <= RIGHT + 4


def random_query(draw, client, least=0):
    """A path and up to five filters with values that the list has, and now and then a value that gives nothing."""
    path = draw.choice(list(PATHS))
    facets = data_of(client, path)["facets"]
    pool = {name: [row["value"] for row in values] for name, values in facets.items()}
    pool["tag_all"] = pool.get("tag", [])
    pool["q"] = ["university", "gene", "cell", "car", "inc", "de", "novartis"]
    pool["year"] = [str(year) for year in range(1990, 2027, 3)]
    pool["from"] = ["2000", "2010-06", "2015-03-01", "2020"]
    pool["to"] = ["2012", "2018-10", "2021-12-31", "2024"]
    names = draw.sample([name for name in pool if pool[name]], draw.randint(least, 5))
    query = {}
    for name in PARAMETERS:
        if name in names:
            values = pool[name][: draw.choice([3, 10, 1000])]
            query[name] = draw.sample(values, min(len(values), 1 if name in SINGLE else draw.randint(1, 3)))
    return path, query

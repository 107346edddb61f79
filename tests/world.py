"""One small world for the tests: a dozen entries that know each other, in three countries.

    Penn (US) ─ originator ┐                          ┌ developer ─ Penn, Novartis
    Novartis (CH) ─ licensee ├ Alliance 2012–2019 ─ therapy ─ Kymriah ─ approval ─ FDA 2017-08-30
    Oldco (GB, former) ─ partner ┘   │ disease ─ leukaemia ─ indication ─┘
                                     └ tags: car-t, oncology
    Network (consortium): members Penn, Novartis; funder Commission · Licence 2020: Novartis licensor, Penn licensee
    FDA (US) ─ member of ─ ICH · ICH issued Q5A
    Essay (elsewhere, 2019): names Penn, the alliance, Doubled, which is Penn, and Draftco, which does not show
    Not public: Hidden essay (draft), Draftco (draft), Gone (withdrawn), Doubled (merged into Penn)

`build()` makes it through the loader, as a fixture file would; `records()` gives the same as plain data.
"""

import copy

from entities.models import Entity
from entities.records import Batch, save_revision

TAGS = [
    {"slug": "car-t", "name": "CAR-T", "description": "Chimeric antigen receptor T cells."},
    {"slug": "oncology", "name": "oncology"},
    {"slug": "licensing", "name": "licensing"},
]
SOURCES = [
    {
        "key": f"source-{number}",
        "title": f"Title {number}",
        "publisher": publisher,
        "url": f"https://example.org/{number}",
        "published": published,
        "kind": kind,
    }
    for number, publisher, published, kind in [
        (1, "Penn Medicine", "2012-08-06", "press-release"),
        (2, "Nature", "2019", "paper"),
        (3, "FDA", "2017-08-30", "regulator"),
        (4, "Hidden Herald", "2020-05", "news"),
    ]
]


def edge(predicate, target, role="", sources=(), **more):
    return {"predicate": predicate, "object": target, "role": role, "sources": list(sources), **more}


ENTITIES = [
    {
        "slug": "penn",
        "kind": "institution",
        "name": "University of Pennsylvania",
        "type": "university",
        "country": "US",
        "city": "Philadelphia",
        "latitude": 39.95,
        "longitude": -75.16,
        "website": "https://www.upenn.edu/",
        "start": "1740",
        "summary": "A university in Philadelphia.",
        "names": [
            {"text": "Penn", "type": "acronym"},
            {"text": "Universität Pennsylvanien", "type": "translation", "language": "de"},
        ],
        "identifiers": [{"scheme": "ror", "value": "00b30xv10"}],
        "statements": [{"predicate": "fact", "text": "Penn made the first CAR-T.", "sources": ["source-1"]}],
    },
    {
        "slug": "novartis",
        "kind": "institution",
        "name": "Novartis",
        "type": "company",
        "country": "CH",
        "city": "Basel",
        "start": "1996",
        "names": [{"text": "Ciba-Geigy", "type": "former"}, {"text": "Novartis AG", "type": "alias"}],
        "identifiers": [{"scheme": "ror", "value": "02f9zrr09"}],
    },
    {"slug": "oldco", "kind": "institution", "name": "Øldco Zürich", "type": "company", "country": "GB"},
    {
        "slug": "alliance",
        "kind": "collaboration",
        "name": "Penn–Novartis alliance",
        "type": "academia-industry",
        "status": "completed",
        "start": "2012-08",
        "end": "2019-09",
        "summary": "An alliance for CAR-T.",
        "featured": True,
        "tags": ["car-t", "oncology"],
        "statements": [
            edge("partner", "penn", "originator", ["source-1", "source-2"]),
            edge("partner", "novartis", "licensee", ["source-1"]),
            edge("partner", "oldco", "partner", start="2012", end="2014"),
            edge("therapy", "kymriah", sources=["source-2"]),
            edge("disease", "leukaemia", sources=["source-2"]),
            {
                "predicate": "milestone",
                "start": "2012-08-06",
                "text": "The alliance is announced.",
                "sources": ["source-1"],
            },
            {
                "predicate": "value",
                "amount": 20000000,
                "currency": "USD",
                "text": "For a centre",
                "sources": ["source-2"],
            },
            {"predicate": "country", "country": "JP"},
        ],
    },
    {
        "slug": "licence-2020",
        "kind": "collaboration",
        "name": "Novartis–Penn licence",
        "type": "licensing",
        "status": "active",
        "start": "2020-05",
        "tags": ["licensing", "car-t"],
        "statements": [
            edge("partner", "novartis", "licensor", ["source-2"]),
            edge("partner", "penn", "licensee", ["source-2"]),
        ],
    },
    {
        "slug": "network",
        "kind": "consortium",
        "name": "Rare Network",
        "type": "network",
        "country": "FR",
        "start": "2015",
        "tags": ["oncology"],
        "statements": [
            edge("member", "penn", "founding-member", ["source-2"], start="2015"),
            edge("member", "novartis", "member", ["source-2"], start="2015", end="2018"),
            edge("funder", "fda", "", ["source-3"]),
        ],
    },
    {
        "slug": "fda",
        "kind": "regulatory_body",
        "name": "U.S. Food and Drug Administration",
        "type": "national-authority",
        "country": "US",
        "names": [{"text": "FDA", "type": "acronym"}],
    },
    {
        "slug": "ich",
        "kind": "regulatory_body",
        "name": "International Council for Harmonisation",
        "type": "harmonisation-council",
        "names": [{"text": "ICH", "type": "acronym"}],
        "statements": [edge("member", "fda", "founding-member", ["source-3"], start="1990")],
    },
    {
        "slug": "kymriah",
        "kind": "therapy",
        "name": "Kymriah",
        "type": "car-t",
        "status": "approved",
        "tags": ["car-t"],
        "names": [{"text": "tisagenlecleucel", "type": "generic"}],
        "statements": [
            edge("developer", "penn", sources=["source-1"]),
            edge("developer", "novartis", sources=["source-1"]),
            edge("approval", "fda", sources=["source-3"], start="2017-08-30", text="B-cell ALL to 25 years"),
            edge("indication", "leukaemia", sources=["source-3"]),
        ],
    },
    {
        "slug": "q5a",
        "kind": "guideline",
        "name": "ICH Q5A: Viral Safety",
        "type": "quality",
        "status": "in-force",
        "identifiers": [{"scheme": "reference", "value": "ICH Q5A(R2)"}],
        "statements": [edge("issuer", "ich", sources=["source-3"])],
    },
    {"slug": "leukaemia", "kind": "disease", "name": "Leukaemia", "type": "oncology", "tags": ["oncology"]},
    {
        "slug": "draftco",
        "kind": "institution",
        "name": "Draftco Secret",
        "type": "company",
        "country": "AT",
        "state": "draft",
        "tags": ["car-t"],
        "statements": [{"predicate": "fact", "text": "Hidden words of Draftco.", "sources": ["source-4"]}],
    },
    {
        "slug": "gone",
        "kind": "institution",
        "name": "Gone Secret",
        "type": "company",
        "country": "AT",
        "state": "withdrawn",
        "reason": "It never existed.",
        "statements": [{"predicate": "fact", "text": "Hidden words of Gone."}],
    },
    {
        "slug": "doubled",
        "kind": "institution",
        "name": "Doubled Secret",
        "type": "university",
        "country": "AT",
        "state": "merged",
        "merged_into": "penn",
        "old_slugs": ["doubled-before"],
    },
    {
        "slug": "secret-deal",
        "kind": "collaboration",
        "name": "Secret deal",
        "type": "licensing",
        "status": "planned",
        "state": "draft",
        "tags": ["car-t"],
        "statements": [
            edge("partner", "penn", "licensor", ["source-4"]),
            edge("partner", "draftco", "licensee", ["source-4"]),
        ],
    },
]
STORY = """# From Penn

In 2012 Novartis and **Penn** made an alliance
with a third.

| Therapy | Approved by |
| --- | --- |
| Kymriah | FDA |

The third is not named, and the [FDA](https://example.org/) is linked already.
"""


def mention(slug, text, state="confirmed"):
    return {"entity": slug, "text": text, "position": STORY.index(text), "state": state}


ARTICLES = [
    {
        "slug": "essay",
        "title": "How an alliance began",
        "authors": "Ada Lovelace; Bo Li",
        "publisher": "Example Weekly",
        "published": "2019",
        "url": "https://weekly.example/essay",
        "mentions": [
            {"entity": "penn", "text": "Penn", "state": "confirmed"},
            {"entity": "alliance", "text": "the alliance", "state": "confirmed"},
            {"entity": "doubled", "text": "the university", "state": "confirmed"},
            {"entity": "draftco", "text": "Draftco", "state": "confirmed"},
            {"entity": "fda", "text": "the agency"},
        ],
    },
    {
        "slug": "hidden-essay",
        "title": "Hidden essay",
        "url": "https://weekly.example/hidden",
        "state": "draft",
        "mentions": [{"entity": "penn", "text": "Penn", "state": "confirmed"}],
    },
    {
        "slug": "story",
        "title": "A story",
        "authors": "An author",
        "published": "2024-05",
        "body": STORY,
        "mentions": [
            mention("novartis", "Novartis"),
            mention("kymriah", "Kymriah"),
            mention("penn", "In 2012", "refused"),
            mention("draftco", "a third"),
        ],
    },
    {"slug": "rumour", "title": "Hidden words of a draft", "body": "Text.", "state": "draft"},
]
#: words that no public page may hold
HIDDEN = (
    "Draftco",
    "Hidden words",
    "Gone Secret",
    "Doubled Secret",
    "Secret deal",
    "Hidden Herald",
    "Hidden essay",
    "draftco",
    "secret-deal",
)


def records():
    """{section: records} of the whole world, as data of one's own to change."""
    return copy.deepcopy({"tags": TAGS, "sources": SOURCES, "entities": ENTITIES, "articles": ARTICLES})


def load(sections, **options):
    """Load plain data as a file would; gives the Report."""
    batch = Batch()
    for section, items in sections.items():
        batch.add_section("world.yaml", section, items, 1)
    return batch.load(**options)


def build():
    """The world in the database; gives {slug: entity}."""
    load(records())
    return {entity.slug: entity for entity in Entity.objects.all()}


def save_as_editor(entity, moment=None, **values):
    """Save an entry as the desk does, at a moment or now: with its version, and the slug that it had kept."""
    old = entity.slug
    for name, value in values.items():
        setattr(entity, name, value)
    entity.save()
    if entity.slug != old:
        entity.old_slugs.create(slug=old)
    save_revision(entity, now=moment)
    return entity

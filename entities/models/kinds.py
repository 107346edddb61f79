"""The kinds of entity, their types, and the predicates that join them: plain data.

It stands before Entity because the check constraints of Entity and Statement are made of it (a constraint in a proxy's
Meta is ignored by Django). A type or a predicate is added here, with a migration.
"""

from typing import NamedTuple


class Kind(NamedTuple):
    """One kind: its words, the types within it, the states of activity it may have."""

    label: str
    plural: str
    path: str
    about: str
    types: dict
    statuses: dict = {}

    @property
    def admin_list(self):
        """The name of the address of its list at the desk."""
        return f"admin:entities_{self.label.replace(' ', '').lower()}_changelist"


KINDS = {
    "collaboration": Kind(
        "Collaboration",
        "Collaborations",
        "collaborations",
        "Alliances, licences, grants and networks: who, in which role, since when.",
        {
            "academia-industry": "Academia and industry",
            "industry-industry": "Industry and industry",
            "licensing": "Licence",
            "acquisition": "Acquisition",
            "research-alliance": "Research alliance",
            "public-private-partnership": "Public–private partnership",
            "funding": "Funding",
            "clinical-network": "Clinical network",
            "manufacturing-network": "Manufacturing network",
            "regulatory-cooperation": "Regulatory cooperation",
        },
        {
            "planned": "Planned",
            "active": "Active",
            "completed": "Completed",
            "terminated": "Terminated",
            "unknown": "Status unknown",
        },
    ),
    "institution": Kind(
        "Institution",
        "Institutions",
        "institutions",
        "Universities, hospitals, companies, agencies and foundations.",
        {
            "university": "University",
            "hospital": "Hospital",
            "research-institute": "Research institute",
            "company": "Company",
            "government": "Government body",
            "funder": "Funding agency",
            "foundation": "Foundation",
            "charity": "Charity",
            "nonprofit": "Non-profit organisation",
        },
    ),
    "consortium": Kind(
        "Consortium",
        "Consortia",
        "consortia",
        "Bodies with members of their own, from research networks to professional societies.",
        {
            "research-consortium": "Research consortium",
            "network": "Network",
            "infrastructure": "Research infrastructure",
            "public-private-partnership": "Public–private partnership",
            "professional-society": "Professional society",
            "trade-association": "Trade association",
            "patient-alliance": "Patient alliance",
        },
    ),
    "regulatory_body": Kind(
        "Regulatory body",
        "Regulatory bodies",
        "regulatory-bodies",
        "Authorities that approve and inspect, and the bodies in which they agree on rules.",
        {
            "national-authority": "National competent authority",
            "regional-authority": "Regional authority",
            "harmonisation-council": "Harmonisation body",
            "cooperation-forum": "Forum of cooperation",
            "international-organisation": "International organisation",
        },
    ),
    "therapy": Kind(
        "Therapy",
        "Therapies",
        "therapies",
        "Cell and gene therapies, with their developers, indications and approvals.",
        {
            "car-t": "CAR-T",
            "tcr-t": "TCR-T",
            "til": "Tumour-infiltrating lymphocytes",
            "cell-therapy": "Cell therapy",
            "tissue-engineered": "Tissue-engineered product",
            "in-vivo-gene-therapy": "In vivo gene therapy",
            "ex-vivo-gene-therapy": "Ex vivo gene therapy",
            "gene-editing": "Gene editing",
            "oncolytic-virus": "Oncolytic virus",
            "other": "Other",
        },
        {
            "investigational": "Investigational",
            "approved": "Approved",
            "withdrawn": "Withdrawn from the market",
        },
    ),
    "guideline": Kind(
        "Guideline",
        "Guidelines",
        "guidelines",
        "What regulators and standards bodies ask for, and since when.",
        {
            "quality": "Quality",
            "safety": "Safety",
            "efficacy": "Efficacy",
            "multidisciplinary": "Multidisciplinary",
            "considerations": "Considerations",
            "regional-guidance": "Regional guidance",
            "pharmacopoeia": "Pharmacopoeial text",
            "who-guideline": "WHO guideline",
            "standard": "Standard",
        },
        {"draft": "Draft", "in-force": "In force", "superseded": "Superseded", "withdrawn": "Withdrawn"},
    ),
    "disease": Kind(
        "Disease",
        "Diseases",
        "diseases",
        "What the therapies and collaborations are for.",
        {
            "oncology": "Cancer",
            "haematology": "Blood",
            "immunology": "Immune system",
            "metabolic": "Metabolism",
            "neurology": "Nervous system",
            "neuromuscular": "Nerve and muscle",
            "ophthalmology": "Eye",
            "cardiovascular": "Heart and vessels",
            "dermatology": "Skin",
            "respiratory": "Lung and airways",
            "gastroenterology": "Digestive system",
            "endocrinology": "Hormones",
            "musculoskeletal": "Bones and joints",
            "infectious-disease": "Infection",
            "general": "Several fields",
        },
    ),
}

#: activities with which a missing end date does not mean “still”
NOT_GOING_ON = ("completed", "terminated", "withdrawn", "superseded", "planned", "unknown")

ORGANISATIONS = ("institution", "consortium", "regulatory_body")

ROLES = {
    "lead": "Lead",
    "partner": "Partner",
    "sponsor": "Sponsor",
    "originator": "Originator",
    "developer": "Developer",
    "licensor": "Licensor",
    "licensee": "Licensee",
    "acquirer": "Acquirer",
    "acquired": "Acquired company",
    "manufacturer": "Manufacturer",
    "funder": "Funder",
    "regulator": "Regulator",
    "founding-member": "Founding member",
    "member": "Member",
    "observer": "Observer",
    "host": "Host",
    "secretariat": "Secretariat",
}


class Predicate(NamedTuple):
    """What a statement says of its subject: the kinds it may join, the roles it may have, what it must hold.

    `singular` names one such statement. A predicate with `objects` is an
    edge: it needs an object. `needs` names the other fields without which it says nothing.
    """

    singular: str
    subjects: tuple
    objects: tuple = ()
    roles: tuple = ()
    needs: tuple = ()

    @property
    def is_edge(self):
        return bool(self.objects)


EVERY = tuple(KINDS)
PREDICATES = {
    "partner": Predicate(
        "Partner",
        ("collaboration",),
        ORGANISATIONS,
        tuple(role for role in ROLES if role not in ("founding-member", "observer", "host", "secretariat")),
    ),
    "member": Predicate(
        "Member",
        ORGANISATIONS,
        ORGANISATIONS,
        ("founding-member", "member", "observer", "funder", "host", "secretariat"),
    ),
    "host": Predicate("Host", ORGANISATIONS, ORGANISATIONS),
    "secretariat": Predicate("Secretariat", ORGANISATIONS, ORGANISATIONS),
    "funder": Predicate("Funder", (*ORGANISATIONS, "collaboration"), ORGANISATIONS),
    "parent": Predicate("Part of", ORGANISATIONS, ORGANISATIONS),
    "successor": Predicate("Succeeded by", EVERY, EVERY),
    "developer": Predicate("Developer", ("therapy",), ORGANISATIONS, ("originator", "developer", "licensee")),
    "approval": Predicate("Approval", ("therapy",), ("regulatory_body",), (), ("start",)),
    "indication": Predicate("Indication", ("therapy",), ("disease",)),
    "issuer": Predicate("Issuer", ("guideline",), ORGANISATIONS),
    "therapy": Predicate("Therapy", ("collaboration", "consortium", "guideline"), ("therapy",)),
    "disease": Predicate("Disease", ("collaboration", "consortium", "guideline"), ("disease",)),
    "milestone": Predicate("Milestone", EVERY, (), (), ("start", "text")),
    "fact": Predicate("Fact", EVERY, (), (), ("text",)),
    "value": Predicate("Value", ("collaboration", "consortium", "institution"), (), (), ("text",)),
    "country": Predicate("Country", ("collaboration", "consortium"), (), (), ("country",)),
}

EDGES = tuple(name for name, predicate in PREDICATES.items() if predicate.is_edge)
#: edges by which an organisation takes part in its subject; their capacity is the role, or else the predicate
PARTICIPATION = ("partner", "member", "host", "secretariat", "funder", "developer", "issuer", "approval")
CAPACITIES = ROLES | {"issuer": "Issuer", "approval": "Approving body"}

STATES = {"draft": "Draft", "published": "Published", "withdrawn": "Withdrawn", "merged": "Merged"}

NAME_TYPES = {
    "acronym": "Acronym",
    "alias": "Also known as",
    "former": "Former name",
    "brand": "Brand name",
    "generic": "Generic name",
    "translation": "In another language",
}

SOURCE_KINDS = {
    "press-release": "Press release",
    "paper": "Paper",
    "regulator": "Regulator",
    "registry": "Registry",
    "news": "News",
    "organisation-page": "Organisation’s page",
    "database": "Database",
}

LINK_STATES = {"alive": "Answers", "dead": "No longer there"}
ARTICLE_STATES = {"draft": "Draft", "published": "Published"}
MENTION_STATES = {"found": "Found", "confirmed": "Confirmed", "refused": "Refused", "gone": "No longer there"}
WEBMENTION_STATES = {
    "received": "Not looked at yet",
    "verified": "Links to us",
    "refused": "Does not link to us",
    "gone": "No longer links to us",
}
APPROVALS = {"open": "To be decided", "approved": "Approved", "refused": "Refused"}


def type_label(kind, value):
    return KINDS[kind].types.get(value, value) if kind in KINDS else value


def status_label(kind, value):
    return KINDS[kind].statuses.get(value, value) if kind in KINDS else value

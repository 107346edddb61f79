"""A second reading of the records: which entries a list holds and what its facets count, in plain Python.

It knows nothing of querysets, and the tests hold every list against it.
"""

from calendar import monthrange
from collections import Counter
from urllib.parse import urlencode

from entities.models.kinds import KINDS
from entities.records import entity_records
from entities.text import fold
from tests.reading import Page, data_of, words

FACETS = ("kind", "type", "status", "tag", "country", "partner", "role", "therapy", "disease", "sourced")
PARTICIPATION = ("partner", "member", "host", "secretariat", "funder", "developer", "issuer", "approval")
OVER = {"completed", "terminated", "withdrawn", "superseded"}
#: {the address of a list: its kind}
PATHS = {"/entities/": "", **{f"/{kind.path}/": key for key, kind in KINDS.items()}}
#: of longer lists only the number of rows is compared
MOST_ROWS = 150
#: the filters that have one value
SINGLE = ("q", "year", "from", "to")


class Reading:
    """The published records of the base, and which of them a query asks for."""

    def __init__(self):
        self.records = {row["slug"]: row for row in entity_records().values() if "state" not in row}
        self.entries = [self.entry(record) for record in self.records.values()]

    def entry(self, record):
        """What a record says to each filter, as sets of values."""
        statements = [row for row in record.get("statements", []) if row.get("object", record["slug"]) in self.records]
        names = [record["name"], *(row["text"] for row in record.get("names", []))]
        names += [row["value"] for row in record.get("identifiers", [])]
        places = {record.get("country")}
        if record["kind"] in ("collaboration", "consortium"):
            for row in statements:
                if row["predicate"] in ("partner", "member"):
                    places.add(self.records[row["object"]].get("country"))
                places.add(row.get("country"))
        return {
            "slug": record["slug"],
            "names": "\n".join(map(fold, names)),
            "kind": {record["kind"]},
            "type": {record["type"]},
            "status": {record.get("status")} - {None},
            "tag": set(record.get("tags", [])),
            "country": places - {None},
            "joins": {
                (row["object"], row.get("role", row["predicate"]))
                for row in statements
                if row["predicate"] in PARTICIPATION
            },
            "therapy": {row["object"] for row in statements if row["predicate"] == "therapy"},
            "disease": {row["object"] for row in statements if row["predicate"] in ("disease", "indication")},
            "sourced": {"yes" if all(row.get("sources") for row in statements) else "no"} if statements else set(),
            "start": record.get("start", ""),
            "end": record.get("end", ""),
        }

    def fitting(self, kind, query):
        """The entries of a kind, or of all, that a query asks for: {parameter: [values]}."""
        return [entry for entry in self.entries if (not kind or kind in entry["kind"]) and fits(entry, query)]

    def counts(self, kind, query, facet):
        """{value: number} of a facet, by trying each value alone in its place."""
        others = self.fitting(kind, {name: values for name, values in query.items() if name != facet})
        place = {"partner": 0, "role": 1}.get(facet)
        if place is None:
            return Counter(value for entry in others for value in entry[facet])
        given = query.get("role" if facet == "partner" else "partner")
        return Counter(
            value
            for entry in others
            for value in {join[place] for join in entry["joins"] if not given or join[1 - place] in given}
        )


def fits(entry, query):
    for name, values in query.items():
        if name == "q":
            ok = all(word in entry["names"] for word in fold(values[0]).split())
        elif name == "tag_all":
            ok = set(values) <= entry["tag"]
        elif name in ("partner", "role"):
            ok = any(
                partner in query.get("partner", [partner]) and role in query.get("role", [role])
                for partner, role in entry["joins"]
            )
        elif name == "year":
            ok = active(entry, values[0])
        elif name == "from":
            ok = bool(entry["start"]) and first_day(entry["start"]) >= first_day(values[0])
        elif name == "to":
            ok = bool(entry["start"]) and last_day(entry["start"]) <= last_day(values[0])
        else:
            ok = bool(entry[name] & set(values))
        if not ok:
            return False
    return True


def active(entry, year):
    if not entry["start"] or entry["start"][:4] > year:
        return False
    over = entry["end"] or (entry["start"] if entry["status"] & OVER else "9999")
    return over[:4] >= year


def first_day(date):
    return (date + "-01-01")[:10]


def last_day(date):
    year, month = int(date[:4]), int(date[5:7] or 12)
    return date if len(date) == 10 else f"{year}-{month:02}-{monthrange(year, month)[1]}"


def address_of(path, query):
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


def check_counts(client, reading, path, query):
    """The list, its total and every count of every facet are those of the second reading."""
    kind, data = PATHS[path], data_of(client, address_of(path, query))
    expected = reading.fitting(kind, query)
    assert data["total"] == len(expected), (path, query)
    if data["total"] <= MOST_ROWS:
        assert set(rows_of(client, path, query, data)) == {entry["slug"] for entry in expected}
    for facet in FACETS:
        shown = {row["value"]: row for row in data["facets"].get(facet, [])}
        if facet == "kind" and kind:
            assert shown == {}
            continue
        counts = reading.counts(kind, query, facet)
        chosen = query.get(facet, [])
        assert {value: row["count"] for value, row in shown.items()} == dict.fromkeys(chosen, 0) | counts
        assert sorted(value for value, row in shown.items() if row["selected"]) == sorted(chosen)
    return data


def rows_of(client, path, query, data):
    """The slugs of all rows of a list, over its pages."""
    rows, number = [row["slug"] for row in data["rows"]], 1
    while number < data["pages"]:
        number += 1
        rows += [row["slug"] for row in data_of(client, address_of(path, {**query, "page": str(number)}))["rows"]]
    assert len(rows) == len(set(rows)) == data["total"]
    return rows


def check_clicks(client, path, query, data, choose):
    """Choosing one value in place of a facet's selection gives as many as its count says."""
    for facet, values in data["facets"].items():
        for value in choose(values):
            clicked = data_of(client, address_of(path, {**query, facet: [value["value"]]}))
            assert clicked["total"] == value["count"], (path, query, facet, value)


def ways_out(client, address):
    """[(words, count, address)] of the ways that a page with no row offers."""
    results = Page(client.get(address, follow=True)).ids["results"]
    lines = results.findall(".//*[@class='empty']//li")
    return [(words(line), int(words(line).split()[-1]), line.find(".//a").get("href")) for line in lines]


def check_ways_out(client, path, query):
    """Where nothing is found, each way out gives what it says, and every filter that alone stands in the way is one."""
    ways = ways_out(client, address_of(path, query))
    for sentence, count, address in ways:
        assert count == data_of(client, address)["total"] > 0, sentence
    fruitful = 0
    for name in query:
        without = {key: values for key, values in query.items() if key != name}
        fruitful += data_of(client, address_of(path, without))["total"] > 0
    assert len(ways) == fruitful
    assert [count for _, count, _ in ways] == sorted((count for _, count, _ in ways), reverse=True)

"""What the browser tests watch for, and the small world made large enough to fold, to turn pages and to overflow."""

from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT

from entities.models import Entity
from tests import world

WIDTHS = (360, 768, 1440)
THEMES = ("light", "dark")
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
LONG_URL = "https://example.org/" + "a-very-long-path-without-any-white-space-" * 11


def build():
    """The world of tests/world.py with a crowded alliance, thirty institutions more, and texts too long for a line."""
    data = world.records()
    by_slug = {entity["slug"]: entity for entity in data["entities"]}
    data["tags"].append({"slug": "long", "name": LONG[:100], "description": f"{LONG} and more."})
    data["sources"].append(
        {
            "key": "long",
            "title": LONG,
            "publisher": LONG[:150],
            "url": LONG_URL,
            "archived_url": LONG_URL,
            "kind": "paper",
            "published": "2020-01-02",
            "accessed": "2024-02-03",
            "consulted": False,
        }
    )
    members = [
        {
            "slug": f"member-{number}",
            "kind": "institution",
            "name": f"Member number {number}",
            "type": "hospital",
            "country": code,
        }
        for number, code in enumerate(
            "AR AU AT BE BR CA CL CN CZ DK FI FR DE HU IN IE IL IT JP KR MX NL NO PL PT".split()
        )
    ]
    by_slug["alliance"]["statements"] += [
        *[world.edge("partner", member["slug"], "partner", ["source-1", "source-2"]) for member in members],
        *[
            {
                "predicate": "milestone",
                "start": f"{2013 + number // 12}-{1 + number % 12:02}",
                "text": f"Step {number}.",
            }
            for number in range(20)
        ],
        {"predicate": "fact", "text": f"{LONG} {LONG_URL}", "sources": ["long", "source-1", "source-2", "source-3"]},
        {"predicate": "value", "amount": 123_456_789_012_345, "currency": "USD", "text": LONG, "sources": ["long"]},
    ]
    by_slug["network"]["statements"] += [world.edge("member", member["slug"], "member") for member in members]
    by_slug["kymriah"]["statements"].append(
        world.edge("approval", "fda", sources=["long"], start="2018-05", text=f"For {LONG}")
    )
    long = {
        "slug": "long",
        "kind": "institution",
        "name": LONG,
        "type": "company",
        "country": "GB",
        "city": LONG[:100],
        "website": LONG_URL,
        "summary": f"{LONG} {LONG_URL}",
        "tags": ["long"],
        "names": [
            {"text": (LONG * 2)[:300], "type": "former"},
            {"text": "日本遺伝子細胞治療研究機構", "type": "translation", "language": "ja"},
            {"text": "معهد العلاج الجيني", "type": "translation", "language": "ar"},
        ],
        "identifiers": [
            {"scheme": "doi", "value": "10.1000/" + "x" * 190},
            {"scheme": "reference", "value": "R" * 100},
        ],
        "statements": [{"predicate": "fact", "text": f"{LONG} {LONG_URL}", "sources": ["long"]}],
    }
    deal = {
        "slug": "long-deal",
        "kind": "collaboration",
        "name": f"{LONG} deal",
        "type": "licensing",
        "statements": [world.edge("partner", "long", "licensor", ["long"])],
    }
    data["entities"] += [*members, long, deal]
    world.load(data)
    return {entity.slug: entity for entity in Entity.objects.all()}


@contextmanager
def watched(page, origin):
    """Gives a list that fills with everything a page should not do: speak, fail, or ask for something elsewhere."""
    found = []

    def spoken(message):
        place = message.location.get("url", "")
        if place != page.url or "the server responded with a status of" not in message.text:
            found.append(f"console: {message.type}: {message.text} ({place})")

    def asked(request):
        if not request.url.startswith((f"{origin}/", "data:")):
            found.append(f"foreign: {request.url}")

    def answered(response):
        if response.status >= 400 and not response.request.is_navigation_request():
            found.append(f"{response.status}: {response.url}")

    listeners = {
        "console": spoken,
        "pageerror": lambda error: found.append(f"error: {error}"),
        "request": asked,
        "requestfailed": lambda request: found.append(f"failed: {request.url} {request.failure}"),
        "response": answered,
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    yield found
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


def show(page, width, theme):
    """Look at the page through another window, and wait until every colour has changed."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.wait_for_function("() => document.getAnimations().every((change) => change.playState === 'finished')")


SHIFT = """() => new Promise((answer) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => sum += entry.hadRecentInput ? 0 : entry.value))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => answer(sum), 100));
})"""


def shift(page):
    """How much of what was shown has moved since the page began to load: the cumulative layout shift, 0 for none."""
    return page.evaluate(SHIFT)


OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const clipped = (node) => {
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const word = (node) => node.tagName.toLowerCase() + (node.id ? "#" + node.id : "") +
    [...node.classList].map((name) => "." + name).join("");
  const path = (node, steps = 4) => node === document.body || !steps ? "" :
    path(node.parentElement, steps - 1) + " > " + word(node);
  return [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > width + 1 && !clipped(node))
    .filter((node, _, all) => !all.some((other) => other !== node && node.contains(other)))
    .slice(0, 5)
    .map((node) => `${path(node)} ends at ${Math.round(node.getBoundingClientRect().right)}`)
    .concat(`the page is ${document.documentElement.scrollWidth} wide`);
}"""


def overflow(page):
    """What is wider than the window, as sentences; empty where nothing is."""
    return page.evaluate(OVERFLOW)


def faults(page, rules=()):
    """The serious and critical findings of axe on what is shown, one line for each element; of `rules`, or of all."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        f"{rule['impact']} {rule['id']}: {' '.join(map(str, node['target']))}: {reason(node)}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def reason(node):
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])[:200]

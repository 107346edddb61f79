// Previews of our entries, and links to them, on any site: docs/linking.md
(() => {
const script = document.currentScript;
if (!script?.src || self.collabsPreview) return;
const site = self.collabsPreview = new URL(script.dataset.site || script.src).origin;
const ID = "collabs-preview", DESCRIBED = "aria-describedby", WAIT = 300, EDGE = 16, GAP = 6, LONGEST = 1e5; // ms, px, px, characters

// The kinds: hue, chroma; what of the mark is filled, what is drawn, how wide
const rings = (r, ...centres) => centres.map(([x, y]) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0 ${r} ${r} 0 1 0 ${-2 * r} 0`).join("");
const KINDS = {
  collaborations: [34, .15, "M8 4.4a4.5 4.5 0 0 1 0 7.2 4.5 4.5 0 0 1 0-7.2z", rings(4.5, [5.25, 8], [10.75, 8]), 1.5],
  institutions: [256, .13, "M2.5 2.5h11v11h-11z"],
  consortia: [192, .085, rings(1.75, [8, 1.9], [13.3, 4.95], [13.3, 11.05], [8, 14.1], [2.7, 11.05], [2.7, 4.95])],
  "regulatory-bodies": [303, .13, "M8 .6 15.4 8 8 15.4.6 8zM8 4.6 4.6 8 8 11.4 11.4 8z"],
  therapies: [356, .15, rings(2.6, [9.7, 9.2]), rings(6.2, [8, 8]), 1.6],
  guidelines: [76, .1, "M2 2h12v2.2H2zM2 6.9h12v2.2H2zM2 11.8h7v2.2H2z"],
  diseases: [138, .11, "", "M8 1v14M2 4.5l12 7M14 4.5l-12 7", 2.1],
};
const ENTRY = new RegExp(`^/(e|${Object.keys(KINDS).join("|")})/[^/.]+(?=/?$|/s/\\d+$)`);
const entryOf = ({ localName, origin, pathname }) => localName === "a" && origin === site
  && origin + pathname !== location.origin + location.pathname && pathname.match(ENTRY)?.[0];
const linkIn = (event) => event.composedPath().find(entryOf);
const asked = {};
const ask = (path, more) => fetch(site + path, { credentials: "omit", referrerPolicy: "no-referrer", ...more })
  .then((answer) => answer.ok && answer.json()).catch(() => null);

// The card: a tooltip, so nothing in it takes the focus; it describes the link
const make = (name, values, ...within) => {
  const made = document.createElementNS(`http://www.w3.org/${/svg|path/.test(name) ? "2000/svg" : "1999/xhtml"}`, name);
  for (const key in values) made.setAttribute(key, values[key]);
  made.append(...within);
  return made;
};
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host { all: initial !important; position: fixed !important }
div {
  --kind: light-dark(oklch(48% var(--c) var(--h)), oklch(79% .1 var(--h)));
  position: fixed; box-sizing: border-box; width: min(25em, 100vw - 32px); max-height: calc(100vh - 32px); overflow: auto; padding: .75em 1em;
  border: 1px solid #7b8590; background: light-dark(#fbfbf8, #13181f); color: light-dark(#1b2029, #e7e6e1); overflow-wrap: anywhere;
  font: .9375em/1.45 "Source Sans 3", "Segoe UI", system-ui, sans-serif;
}
p { margin: 0 }
b { color: var(--kind) }
svg { width: 1.05em; margin-right: .45em; vertical-align: -.13em; fill: var(--kind); fill-rule: evenodd }
path + path { fill: none; stroke: var(--kind); stroke-width: var(--w) }
.kind, .from { color: light-dark(#48505c, #b2bac3) }
.name, .sentence { font: 1.07em/1.4 Charter, "Iowan Old Style", "Sitka Text", Georgia, "Noto Serif", serif }
.name { margin: .2em 0; font-size: 1.4em; line-height: 1.2 }
.summary { margin: .5em 0; padding-top: .5em; border-top: 1px solid #7b859066 }
.from { font-size: .8667em }`);
const host = make(ID, { id: ID, role: "tooltip", popover: "manual" });
const root = host.attachShadow({ mode: "open" });
root.adoptedStyleSheets = [sheet];

const cardOf = (entry) => {
  const [hue, chroma, fill, stroke = "", width] = KINDS[entry.url.split("/").at(-3)] ?? [250, .02, ""];
  const mark = make("svg", { viewBox: "0 0 16 16" }, make("path", { d: fill }), make("path", { d: stroke }));
  const card = make("div", { lang: "en", dir: "ltr" }, make("p", { class: "kind" }, mark, make("b", {}, entry.kind_label), `, ${entry.type_label}`));
  entry.from = `${new URL(entry.permalink).host}, version ${entry.version}`;
  for (const key of ["name", "sentence", "summary", "from"]) if (entry[key]) card.append(make("p", { class: key, dir: "auto" }, entry[key]));
  card.style = `--h: ${hue}; --c: ${chroma}; --w: ${width}`;
  return card;
};

// Under its link, or over it where more room is; within the window
let shown, described, dismissed, opening, closing;
const settle = () => {
  if (!shown) return;
  const { offsetWidth: width, offsetHeight: height, style } = root.lastChild;
  const box = shown.getBoundingClientRect(), room = innerHeight - box.bottom;
  const top = height + GAP + EDGE > room && box.top > room ? box.top - GAP - height : box.bottom + GAP;
  const left = getComputedStyle(shown).direction === "rtl" ? box.right - width : box.left;
  const within = (at, most) => `${Math.max(EDGE, Math.min(at, most - EDGE))}px`;
  style.left = within(left, innerWidth - width);
  style.top = within(top, innerHeight - height);
};
const show = (link, entry) => {
  hide();
  const card = cardOf(entry);
  card.style.colorScheme = getComputedStyle(link).colorScheme;
  root.replaceChildren(card);
  (link.closest("dialog[open]") ?? document.body).append(host);
  host.showPopover?.();
  shown = link;
  described = link.getAttribute(DESCRIBED) ?? "";
  link.setAttribute(DESCRIBED, `${described} ${ID}`);
  settle();
};
const hide = () => {
  host.remove();
  shown?.setAttribute(DESCRIBED, described);
  if (!described) shown?.removeAttribute(DESCRIBED);
  shown = null;
};

const wanted = (node) => node?.matches(":hover, :focus-visible");
const open = (link) => {
  clearTimeout(opening);
  if (link !== dismissed) dismissed = null;
  if (!link || link === shown || dismissed) return;
  const entry = entryOf(link);
  opening = setTimeout(async () => {
    const preview = await (asked[entry] ??= ask(`${entry}/preview.json`));
    if (preview && link !== dismissed && wanted(link)) show(link, preview);
  }, WAIT);
};
const leave = () => {
  clearTimeout(opening);
  clearTimeout(closing);
  closing = setTimeout(() => [shown, host].some(wanted) || hide(), WAIT);
};
const on = (types, act) => types.split(" ").forEach((type) => addEventListener(type, act, true));
on("pointerover", (event) => event.pointerType !== "touch" && open(linkIn(event)));
on("focusin", (event) => event.target.matches?.(":focus-visible") && open(linkIn(event)));
on("pointerout focusout", leave);
on("scroll resize", settle);
on("keydown", (event) => {
  if (event.key !== "Escape") return;
  clearTimeout(opening);
  if (!shown) return;
  dismissed = shown;
  hide();
  event.preventDefault();
  event.stopPropagation();
});

// The links of a text: none crosses two text nodes, so each is a paragraph. We count code points, browsers units of
// UTF-16: what takes two goes as two spaces
const linkText = async (holder) => {
  const walk = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT), nodes = [];
  let sent = "";
  for (let node; (node = walk.nextNode()) && sent.length + node.length < LONGEST;) {
    if (!node.data.trim() || node.parentElement.closest("a, button, code, pre, script, select, style, svg, textarea")) continue;
    nodes.push([node, sent.length]);
    sent += `${node.data.replace(/[^\0-\uffff]/gu, "  ")}\n\n`;
  }
  const { collabsKinds: kinds, collabsFirst: first } = holder.dataset;
  const body = JSON.stringify({ text: sent, first: first !== "false", kinds: kinds?.match(/\S+/g) ?? [] });
  const found = sent && await ask("/api/link", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  for (const { start, text, linked, entity } of found?.mentions?.reverse() ?? []) {
    const [node, at] = nodes.findLast(([, at]) => at <= start), from = start - at;
    if (!linked || node.data.slice(from, from + text.length) !== text) continue;
    const name = node.splitText(from), anchor = make("a", { class: "collabs-link", href: `${site}/e/${entity.uid}` });
    name.splitText(text.length);
    name.replaceWith(anchor);
    anchor.append(name);
  }
};
const begin = () => document.querySelectorAll("[data-collabs-autolink]").forEach(linkText);
document.readyState === "loading" ? on("DOMContentLoaded", begin) : begin();
})();

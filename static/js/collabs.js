// What the pages do besides. Everything works without it.

// Names that fit what is being typed, for text fields with data-suggest (kinds, separated by spaces) and a datalist.
// The server understands a whole name as well as a slug.
let asked = "";
document.addEventListener("input", async ({ target: field }) => {
  if (!field.matches("input[data-suggest][list]")) return;
  const text = field.value.trim();
  if (text.length < 2 || text === asked) return;
  asked = text;
  const query = new URLSearchParams({ q: text });
  for (const kind of field.dataset.suggest.split(" ").filter(Boolean)) query.append("kind", kind);
  const answer = await fetch(`/suggest.json?${query}`).catch(() => null);
  if (!answer?.ok || asked !== text) return;
  const { suggestions } = await answer.json();
  field.list.replaceChildren(...suggestions.map(({ name, place, kind_label: kind }) => {
    const option = document.createElement("option");
    option.value = name;
    option.label = place ? `${name}, ${place}` : `${name} (${kind.toLowerCase()})`;
    return option;
  }));
});

// When a choice changes, htmx puts new filters, or a new result of the linker, in place of the old ones: keep the focus
// and what was unfolded.
let kept = null;
const changing = () => document.querySelector("#filters, #result");
const describe = (field) => field?.name && `[name="${CSS.escape(field.name)}"]${field.type === "checkbox" ? `[value="${CSS.escape(field.value)}"]` : ""}`;
document.addEventListener("htmx:beforeSwap", () => {
  const choices = changing();
  if (!choices) return;
  kept = {
    focus: choices.contains(document.activeElement) ? describe(document.activeElement) : null,
    open: [...choices.querySelectorAll("details[open]")].map((fold) => fold.closest("fieldset")?.dataset.facet),
  };
});
document.addEventListener("htmx:afterSettle", () => {
  if (!kept) return;
  const choices = changing();
  for (const facet of kept.open) choices?.querySelector(`[data-facet="${facet}"] details`)?.setAttribute("open", "");
  if (kept.focus) choices?.querySelector(kept.focus)?.focus({ preventScroll: true });
  kept = null;
});

// What is there to be copied gets a button that copies it.
const offerCopies = () => document.querySelectorAll(".copy:not(:has(+ .btn))").forEach((field) => {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Copy" });
  field.labels[0].id = `${field.id}-label`;
  button.setAttribute("aria-describedby", field.labels[0].id);
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    if (!copied) {
      field.focus();
      field.select();
    }
    const done = copied || document.execCommand("copy");
    button.textContent = done ? "Copied" : "Press Ctrl and C";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  field.after(button);
});
offerCopies();
document.addEventListener("htmx:afterSettle", offerCopies);

// What the desk does besides; every part of it works without, by posting the form.

// Opening a row, or adding one: the server makes it, and it is put in place here.
document.addEventListener("click", async (event) => {
  const button = event.target.closest('button[name="_open"], button[name="_add"]');
  if (!button) return;
  event.preventDefault();
  const form = button.form;
  button.disabled = true;
  const data = new FormData(form);
  data.set(button.name, button.value);
  const answer = await fetch(form.action || location.href, { method: "POST", body: data }).catch(() => null);
  button.disabled = false;
  if (!answer?.ok) return form.requestSubmit(button);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const prefix = button.value;
  const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
  const id = button.name === "_open" ? `row-${prefix}` : `row-${prefix}-${total.value}`;
  const row = page.getElementById(id);
  if (!row) return form.requestSubmit(button);
  document.adoptNode(row);
  for (const plain of row.querySelectorAll("noscript")) plain.remove();
  if (button.name === "_open") document.getElementById(id).replaceWith(row);
  else {
    document.querySelector(`#${prefix}-group .slips`).append(row);
    total.value = Number(total.value) + 1;
  }
  row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: prefix } }));
  row.querySelector(".fields :is(select, textarea, input:not([type=hidden]))")?.focus();
});

// Django's completing fields have no name of their own: give them that of their label.
function nameFields(within) {
  for (const select of within.querySelectorAll("select.select2-hidden-accessible")) {
    const box = select.nextElementSibling;
    const label = select.labels?.[0]?.textContent.trim() ?? "";
    box?.querySelector(".select2-selection")?.setAttribute("aria-label", label);
    box?.querySelector(".select2-search__field")?.setAttribute("aria-label", label);
    if (!select.multiple) box?.querySelector(".select2-selection__rendered")?.setAttribute("aria-label", label);
    for (const item of box?.querySelectorAll(".select2-selection__rendered, .select2-selection__rendered > li") ?? [])
      if (select.multiple) item.setAttribute("role", "presentation");
  }
}
const later = (within) => setTimeout(() => nameFields(within), 100);
window.addEventListener("load", () => { nameFields(document); later(document); });
document.addEventListener("formset:added", ({ target }) => later(target));
document.addEventListener("focusin", ({ target }) => target.closest?.(".select2-container") && later(document));

// What a date is understood as, while it is typed. The server reads the same forms.
const MONTHS = "January February March April May June July August September October November December".split(" ");
function understood(text) {
  const plain = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
  const words = /^(?:(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,9})\.?,?\s+)(\d{4})$/.exec(text);
  let [year, month, day] = plain ? plain.slice(1).map(Number) : [];
  if (words) {
    const fits = MONTHS.filter((name) => name.toLowerCase().startsWith(words[2].toLowerCase().replace(/^sept$/, "sep")));
    if (fits.length !== 1) return "";
    [year, month, day] = [Number(words[3]), MONTHS.indexOf(fits[0]) + 1, Number(words[1])];
  }
  if (!year || month > 12) return "";
  if (day && new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) return "";
  return [day || "", month ? MONTHS[month - 1] : "", year].filter(Boolean).join(" ");
}
document.addEventListener("input", ({ target }) => {
  if (!/(^|-)(start|end|published)$/.test(target.name ?? "")) return;
  let heard = target.nextElementSibling;
  if (!heard?.classList.contains("heard")) {
    heard = document.createElement("small");
    heard.className = "heard";
    heard.setAttribute("role", "status");
    target.after(heard);
  }
  const text = target.value.trim();
  heard.textContent = !text ? "" : understood(text) ? `Understood as ${understood(text)}` : "Write 2012, Aug 2012 or 6 August 2012";
});

// Subjects complete one after another: the list is made anew for the word behind the last comma.
const tags = document.getElementById("id_tags");
const subjects = document.getElementById("subjects");
if (tags && subjects) {
  const names = [...subjects.options].map((option) => option.value);
  tags.setAttribute("list", "subjects");
  tags.setAttribute("autocomplete", "off");
  tags.addEventListener("input", () => {
    const [, before, word] = /^(.*,\s*)?(.*)$/.exec(tags.value);
    const there = (before ?? "").split(",").map((name) => name.trim());
    const fits = names.filter((name) => name.toLowerCase().includes(word.toLowerCase()) && !there.includes(name));
    subjects.replaceChildren(...fits.map((name) => new Option(name, (before ?? "") + name)));
  });
}

document.getElementById("mistakes")?.focus();

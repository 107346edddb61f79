// Names that fit what is being typed, for text fields with data-suggest (kinds, separated by spaces) and a datalist.
// Without it the fields work all the same: a whole name or a slug is understood by the server.
for (const field of document.querySelectorAll("input[data-suggest][list]")) {
  let asked = "";
  field.addEventListener("input", async () => {
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
}

// The inputs of one question of a section's form: read as they would be sent, and filled in again.

function owner(name) {
  return name.split(":", 1)[0].split("!", 1)[0];
}

export function readFields(form, id) {
  return [...new FormData(form)].filter(([name, value]) => owner(name) === id && typeof value === "string");
}

// Rows are numbered as they were added; what counts is their order.
function numbers(fields, id) {
  const found = fields.map(([name]) => name.split(":")).filter((parts) => parts.length === 3);
  return [...new Set(found.map((parts) => parts[1]))].filter((part) => /^\d+$/.test(part))
    .map(Number).sort((one, other) => one - other);
}

// As many rows as are needed, added by the table's own button; then the fields under their numbers.
function inRowsOf(element, id, fields) {
  const list = element.querySelector("[data-rows]");
  if (!list) return fields;
  const rows = () => [...list.querySelectorAll("[data-row]")].map((row) => Number(row.dataset.row.split(":").pop()));
  const wanted = numbers(fields, id);
  const adder = element.querySelector("button[name='add_rows']");
  for (let before = -1; rows().length < wanted.length && rows().length > before && adder;) {
    before = rows().length;
    adder.click();
  }
  const present = rows();
  return fields.map(([name, value]) => {
    const [question, number, column] = name.split(":");
    const place = column === undefined ? -1 : wanted.indexOf(Number(number));
    return [place in present ? `${question}:${present[place]}:${column}` : name, value];
  });
}

function setControl(control, values) {
  if (control.type === "hidden") return;
  if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
  else control.value = values[0] ?? "";
}

// A field that the page has no control for is sent along unseen rather than lost.
export function fillFields(form, element, id, fields) {
  const focused = document.activeElement;
  const wanted = new Map();
  for (const [name, value] of inRowsOf(element, id, fields)) {
    wanted.set(name, [...(wanted.get(name) ?? []), value]);
  }
  const names = new Set();
  for (const control of [...form.elements].filter((each) => each.name && owner(each.name) === id)) {
    names.add(control.name);
    setControl(control, wanted.get(control.name) ?? []);
  }
  for (const [name, values] of wanted) {
    if (names.has(name) || name.includes("!") || !values[0]) continue;
    const unseen = Object.assign(document.createElement("input"), { type: "hidden", name, value: values[0] });
    element.append(unseen);
  }
  // Cells that depend on others of their row are shown anew.
  for (const row of element.querySelectorAll("[data-row]")) row.dispatchEvent(new Event("change", { bubbles: true }));
  for (const details of element.querySelectorAll("details")) {
    if ([...details.querySelectorAll("textarea, input:not([type])")].some((each) => each.value)) details.open = true;
  }
  focused?.focus?.({ preventScroll: true });
}

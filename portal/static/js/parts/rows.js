// Rows of a table: added and removed in place, and cells shown only where the row's others ask for
// them. A browser without scripts sends the form for the same, and sees every cell.

const NUMBERED = ["id", "name", "for", "aria-describedby", "data-aria-controls", "data-row"];
const NUMBER_IN_WORDS = /\d+/;

function rowsOf(list) {
  return [...list.querySelectorAll("[data-row]")];
}

function numberOf(row) {
  return Number(row.dataset.row.split(":").pop());
}

// Field names hold the number of their row, and ids are made of the names.
function renumber(row, from, to) {
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of NUMBERED) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.replaceAll(from, to));
    }
  }
}

function empty(row) {
  for (const control of row.querySelectorAll("input, textarea, select")) {
    if (control.type === "checkbox" || control.type === "radio") control.checked = false;
    else control.value = "";
  }
  for (const message of row.querySelectorAll(".govuk-error-message")) message.remove();
  for (const wrong of row.querySelectorAll("[class*='--error']")) {
    wrong.classList.remove("govuk-form-group--error", "govuk-input--error", "govuk-select--error");
  }
  const summary = row.querySelector(".parley-row__summary");
  if (summary) summary.textContent = "";
}

function retitle(list) {
  if ("keepsTitles" in list.dataset) return;
  rowsOf(list).forEach((row, index) => {
    const words = row.querySelectorAll("legend, .parley-row__title > span:first-child, [data-row-title]");
    for (const title of words) {
      const text = [...title.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
      if (text) text.textContent = text.textContent.replace(NUMBER_IN_WORDS, String(index + 1));
    }
  });
}

function add(list) {
  const rows = rowsOf(list);
  const last = rows.at(-1);
  const copy = last.cloneNode(true);
  const next = Math.max(...rows.map(numberOf)) + 1;
  renumber(copy, last.dataset.row, `${list.dataset.rows}:${next}`);
  empty(copy);
  if (copy.tagName === "DETAILS") copy.open = true;
  last.after(copy);
  retitle(list);
  showCells(copy);
  copy.querySelector("input, select, textarea").focus();
}

function remove(list, row) {
  const rows = rowsOf(list);
  const neighbour = rows[rows.indexOf(row) - 1] ?? rows[rows.indexOf(row) + 1];
  if (neighbour) {
    row.remove();
    retitle(list);
    (neighbour.querySelector("summary") ?? neighbour.querySelector("input, select, textarea")).focus();
  } else {
    empty(row);
  }
  list.dispatchEvent(new Event("change", { bubbles: true }));
}

// What a cell holds, as conditions compare it; undefined if it is empty.
function valueOf(cell) {
  const boxes = [...cell.querySelectorAll("input[type='checkbox']")];
  if (boxes.length) {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    return chosen.length ? chosen : undefined;
  }
  const control = cell.querySelector("input, select, textarea");
  const text = control.value.trim();
  if (!text) return undefined;
  if (control.inputMode === "decimal") return Number(text.replace(",", "."));
  if (!control.list) return text;
  const offer = [...control.list.options].find((each) => each.value.toLowerCase() === text.toLowerCase());
  return offer ? offer.dataset.code : text.toUpperCase();
}

function reaches(value, least, cell) {
  if (typeof least === "number") return typeof value === "number" && value >= least;
  const order = [...(cell?.querySelectorAll("option") ?? [])].map((option) => option.value);
  return order.includes(value) && order.includes(least) && order.indexOf(value) >= order.indexOf(least);
}

function holds(condition, values, cells) {
  if (condition.all) return condition.all.every((part) => holds(part, values, cells));
  if (condition.any) return condition.any.some((part) => holds(part, values, cells));
  if (condition.not) return !holds(condition.not, values, cells);
  const value = values[condition.column];
  if (value === undefined) return false;
  if (condition.has) return Array.isArray(value) && condition.has.some((option) => value.includes(option));
  if (condition.in) return condition.in.includes(value);
  if (condition[">="] !== undefined) return reaches(value, condition[">="], cells[condition.column]);
  if (condition["!="] !== undefined) return value !== condition["!="];
  return value === condition["=="];
}

// From the first cell to the last: a hidden cell opens no later one. One with a fault is shown.
function showCells(row) {
  const values = {};
  const cells = {};
  for (const cell of row.querySelectorAll(".parley-row__cells > .parley-cell")) {
    const column = cell.querySelector("[name]").name.split(":").pop();
    cells[column] = cell;
    const isAsked = !cell.dataset.when || holds(JSON.parse(cell.dataset.when), values, cells);
    cell.hidden = !isAsked && !cell.classList.contains("govuk-form-group--error");
    if (isAsked) values[column] = valueOf(cell);
  }
}

function startConditions(list) {
  if (!list.querySelector("[data-when]")) return;
  rowsOf(list).forEach(showCells);
  for (const kind of ["input", "change"]) {
    list.addEventListener(kind, (event) => {
      const row = event.target.closest("[data-row]");
      if (row) showCells(row);
    });
  }
}

function startRows(list) {
  for (const button of list.querySelectorAll("[data-remove-row]")) button.hidden = false;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-row]");
    if (button) remove(list, button.closest("[data-row]"));
  });
  const adder = list.parentElement.querySelector("button[name='add_rows'], button[data-add-row]");
  adder?.addEventListener("click", (event) => {
    event.preventDefault();
    add(list);
  });
}

export function startTables() {
  document.querySelectorAll("[data-rows]").forEach(startRows);
  document.querySelectorAll("[data-rows], [data-conditions]").forEach(startConditions);
}

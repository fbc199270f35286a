// Everything works without this file. It starts GOV.UK Frontend's components and adds and removes
// rows of tables in place, where a browser without scripts sends the form for the same.

import {
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
  createAll,
} from "govuk-frontend";

import { startLanguages } from "./parts/languages.js";

const COMPONENTS = [
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
];

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

function startRows(list) {
  for (const button of list.querySelectorAll("[data-remove-row]")) button.hidden = false;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-row]");
    if (button) remove(list, button.closest("[data-row]"));
  });
  const adder = list.parentElement.querySelector("button[name='add_rows']");
  adder?.addEventListener("click", (event) => {
    event.preventDefault();
    add(list);
  });
}

for (const component of COMPONENTS) createAll(component);
document.querySelectorAll("[data-rows]").forEach(startRows);
document.querySelectorAll("[data-languages]").forEach(startLanguages);

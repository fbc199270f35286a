// The switch of languages is a form of its own: what is typed elsewhere on the page is not sent
// with it. Before that would be lost, it asks.

// Without a default, a list to choose one of shows its first entry.
function isChosenAnew(list) {
  const options = [...list.options];
  if (list.multiple) return options.some((option) => option.selected !== option.defaultSelected);
  return list.selectedIndex !== Math.max(0, options.findIndex((option) => option.defaultSelected));
}

function isChanged(control) {
  if (control.type === "hidden") return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.options) return isChosenAnew(control);
  return "defaultValue" in control && control.value !== control.defaultValue;
}

// A form that came back with errors holds what was typed as if it had been there from the start.
function isUnsaved(languages) {
  const others = [...document.forms].filter((form) => form !== languages);
  return Boolean(document.querySelector(".govuk-error-summary"))
    || others.some((form) => [...form.elements].some(isChanged));
}

export function startLanguages(languages) {
  languages.addEventListener("submit", (event) => {
    if (isUnsaved(languages) && !window.confirm(languages.dataset.languages)) event.preventDefault();
  });
}

// One question of a section that saves itself: what stands in it, and what is known of it.
//
// States: clean (as the portal has it), dirty (typed on since), sending, wrong (cannot be stored as
// it is), contested (somebody else changed it meanwhile: waits for a choice).

import { fillFields, readFields } from "./question-form.js";
import { forget, keep } from "./unsent.js";

const PAUSE_MS = 1500;
const KEEP_MS = 250;
const WRONG_CLASSES = ["govuk-form-group--error", "govuk-input--error", "govuk-select--error", "govuk-textarea--error"];

export class Question {
  constructor(page, element) {
    this.page = page;
    this.element = element;
    this.id = element.dataset.question;
    this.version = page.form.elements[`${this.id}!version`];
    this.told = element.querySelector("[data-told]");
    this.state = element.dataset.cameBack ?? "clean";
    // Null while it is not sure what the portal has.
    this.acknowledged = this.state === "clean" ? this.text() : null;
    this.isKept = true;
    this.tab = page.tab;
  }

  fields() {
    return readFields(this.page.form, this.id).filter(([name]) => name !== `${this.id}!version`);
  }

  text() {
    return JSON.stringify(this.fields());
  }

  get isUnsent() {
    return this.state === "dirty" || this.state === "sending";
  }

  get needsSomebody() {
    return this.state === "wrong" || this.state === "contested";
  }

  // While a choice is open, a kept text names a version that lets a later visit ask again.
  keep() {
    const version = this.state === "contested" ? (this.seen ?? 0) : Number(this.version.value);
    const draft = { version, tab: this.tab, fields: this.fields() };
    this.isKept = !this.page.isOver && keep(this.page.person, this.page.path, this.id, draft);
  }

  changed(isDone) {
    clearTimeout(this.keeping);
    clearTimeout(this.waiting);
    this.keeping = setTimeout(() => this.keep(), KEEP_MS);
    if (this.state === "contested") return;
    this.state = "dirty";
    this.waiting = setTimeout(() => this.page.due(this), isDone ? 0 : PAUSE_MS);
    this.page.show();
  }

  settle() {
    clearTimeout(this.keeping);
    clearTimeout(this.waiting);
    this.state = "clean";
    this.isKept = true;
    forget(this.page.person, this.page.path, this.id);
    this.say();
    this.element.classList.remove("parley-question--error", "parley-question--conflict");
    this.element.querySelectorAll(".govuk-error-message, .parley-conflict").forEach((part) => part.remove());
    for (const part of this.element.querySelectorAll("[class*='--error']")) part.classList.remove(...WRONG_CLASSES);
  }

  // One place at the question for what has to be said of it; without nodes, nothing is said.
  say(...nodes) {
    this.told.replaceChildren(...nodes);
    this.told.hidden = nodes.length === 0;
    for (const control of this.element.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  }

  // A suggestion that was changed is an answer now, and needs no confirming any more.
  stored(version, sent) {
    this.version.value = version;
    this.acknowledged = sent;
    this.tab = this.page.tab;
    const shown = JSON.parse(sent).some(([name]) => name === `${this.id}!suggested`);
    if (this.text() === sent) this.settle();
    else this.state = "dirty";
    if (shown) this.confirmed();
  }

  confirmed() {
    const marks = `[name="${CSS.escape(this.id)}!suggested"], .parley-carried__confirm, .parley-carried__why .govuk-tag`;
    this.element.querySelectorAll(marks).forEach((part) => part.remove());
    this.acknowledged = this.state === "clean" ? this.text() : this.acknowledged;
  }

  wrong(faults) {
    this.state = "wrong";
    this.keep();
    this.say(...Object.values(faults).map((sentence) => this.page.paragraph("error", sentence)));
    for (const name of Object.keys(faults)) {
      const control = document.getElementById(name);
      if (control?.matches("input, select, textarea")) control.setAttribute("aria-invalid", "true");
    }
    this.element.classList.add("parley-question--error");
  }

  contested({ conflict, theirs }) {
    this.seen = Number(this.version.value);
    this.state = "contested";
    this.keep();
    this.say(document.createRange().createContextualFragment(conflict));
    this.element.classList.add("parley-question--error", "parley-question--conflict");
    this.told.querySelector("[data-keep-mine]").addEventListener("click", () => {
      this.version.value = theirs;
      this.acknowledged = null;
      this.state = "clean";
      this.changed(true);
      this.element.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
  }

  // True if the text of an earlier visit is not what the portal has.
  restore(draft) {
    fillFields(this.page.form, this.element, this.id, draft.fields);
    if (this.text() === this.acknowledged) {
      this.settle();
      return false;
    }
    this.version.value = draft.version;
    this.tab = draft.tab || this.page.tab;
    this.acknowledged = null;
    this.state = "dirty";
    this.say(this.page.paragraph("restored"));
    return true;
  }
}

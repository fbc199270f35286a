// The note that several people take together: saved when somebody stops typing, joined by the
// server with what others wrote, and put back into the field without moving the cursor.

const PAUSE_MS = 1_200;
const RETRY_MS = 5_000;

const plain = (text) => text.replaceAll("\r\n", "\n").trim();

// Where the cursor is in a text of which parts before or after it have changed.
function moved(place, before, after) {
  let start = 0;
  while (start < place && before[start] === after[start]) start += 1;
  return start === place ? place : Math.max(0, after.length - (before.length - place));
}

class Note {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("textarea");
    this.base = form.querySelector("[name$='-base']");
    this.known = plain(this.field.defaultValue);
    this.field.addEventListener("input", () => this.later(PAUSE_MS));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.flush();
    });
    addEventListener("beforeunload", (event) => {
      if (this.isUnsaved) event.preventDefault();
    });
  }

  get isUnsaved() {
    return plain(this.field.value) !== this.known;
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  // One save at a time; what is typed meanwhile goes with the next one.
  async flush() {
    clearTimeout(this.timer);
    this.saving ??= this.saveAll().finally(() => {
      this.saving = undefined;
    });
    return this.saving;
  }

  async saveAll() {
    while (this.isUnsaved) {
      this.show("saving");
      if (!(await this.save())) return;
    }
  }

  async save() {
    const sent = this.field.value;
    const body = new FormData(this.form);
    try {
      const answer = await fetch(this.form.action, { method: "POST", headers: { Accept: "application/json" }, body });
      const reply = await answer.json();
      if (answer.ok) this.take(sent, reply);
      else if (answer.status === 422) this.show("trouble", reply.reason);
      else throw new Error(answer.status);
      return answer.ok;
    } catch {
      this.show("trouble");
      this.later(RETRY_MS);
      return false;
    }
  }

  take(sent, { text, base, version, saved }) {
    this.known = plain(sent);
    if (this.field.value === sent) this.put(text, String(version));
    // Typed on meanwhile: the next save goes over what was sent, and is joined with the others'.
    else this.base.value = base;
    this.show("saved", saved);
  }

  put(text, base) {
    const { field } = this;
    this.base.value = base;
    this.known = plain(text);
    if (plain(field.value) === this.known) return;
    const isOwnLine = field.value.slice(0, field.selectionStart).endsWith("\n");
    const ends = [field.selectionStart, field.selectionEnd].map((place) => moved(place, field.value, text));
    field.value = text;
    if (document.activeElement !== field) return;
    // Whoever had begun a line of their own does not find others' words on it.
    if (isOwnLine && text[ends[0] - 1] === "\n" && text[ends[0]] !== "\n") {
      field.value = `${text.slice(0, ends[0])}\n${text.slice(ends[0])}`;
      this.known = plain(field.value);
    }
    field.setSelectionRange(...ends);
  }

  // The page has a newer note: taken unless something here is not saved, which is joined by saving.
  async news(part) {
    if (!part) return;
    if (part.dataset.item !== this.form.dataset.item) {
      await this.flush();
      if (this.isUnsaved) return;
      this.form.dataset.item = part.dataset.item;
      this.form.action = part.dataset.action;
      this.put(part.querySelector("[data-note-text]").textContent, part.dataset.base);
      this.show("");
    } else if (!this.isUnsaved && !this.saving && Number(part.dataset.base) > Number.parseInt(this.base.value, 10)) {
      this.put(part.querySelector("[data-note-text]").textContent, part.dataset.base);
    }
  }

  show(name, words = "") {
    for (const each of ["saving", "saved", "trouble"]) {
      this.form.querySelector(`[data-note-${each}]`).hidden = each !== name;
    }
    const trouble = this.form.querySelector("[data-note-trouble]");
    trouble.dataset.words ??= trouble.textContent;
    if (name === "saved") this.form.querySelector("[data-time]").textContent = words;
    if (name === "trouble") trouble.textContent = words || trouble.dataset.words;
  }

  // Whether nothing else of the page is typed in.
  isOnly(box) {
    const fields = [...box.querySelectorAll("textarea")].filter((field) => field !== this.field);
    return !this.isUnsaved && fields.every((field) => field.value === field.defaultValue);
  }
}

export function startRoomNote(box) {
  const form = box.querySelector("[data-room-note]");
  return form ? new Note(form) : null;
}

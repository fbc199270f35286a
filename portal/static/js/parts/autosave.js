// Saves each question of a section by itself, shortly after somebody stops typing. What is typed
// is kept in this browser until the portal has acknowledged it, and sent again by itself after a
// lost connection, the end of a session or a closed page. Without this file the form's buttons
// save all of it.

import { Question } from "./autosave-question.js";
import { SESSION, askSession } from "./session.js";
import { steady } from "./steady.js";
import { keptOn } from "./unsent.js";

const PATIENCE_MS = 20_000;
const FLUSH_MS = 8000;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;
const KEEPALIVE_BYTES = 60_000;
const STATUS = { stale: 400, signedOut: 401, conflict: 409, tooLarge: 413, wrong: 422, tooMany: 429, ourFault: 500 };

class Page {
  constructor(form) {
    this.form = form;
    this.path = new URL(form.action).pathname;
    this.person = document.body.dataset.person;
    this.tab = form.elements.tab.value;
    this.number = 0;
    this.retry = FIRST_RETRY_MS;
    this.trouble = "";
    this.queue = new Set();
    this.box = form.querySelector("[data-state]");
    const elements = [...form.querySelectorAll("[data-question]")];
    this.questions = new Map(elements.map((element) => [element.dataset.question, new Question(this, element)]));
  }

  get all() {
    return [...this.questions.values()];
  }

  start() {
    this.takeUp(new Map(keptOn(this.person, this.path)));
    this.form.addEventListener("input", (event) => this.questionOf(event)?.changed(false));
    this.form.addEventListener("change", (event) => this.questionOf(event)?.changed(true));
    this.form.addEventListener("click", (event) => this.choose(event));
    this.form.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener(SESSION, ({ detail }) => this.heard(detail));
    document.addEventListener("visibilitychange", () => document.hidden && this.hurry());
    addEventListener("online", () => this.again());
    addEventListener("pageshow", () => { this.isLeaving = false; });
    addEventListener("beforeunload", (event) => this.warn(event));
    this.show();
  }

  // What came back with the page stands in it already; the rest of an earlier visit is put back.
  takeUp(kept) {
    for (const question of this.all) {
      const draft = kept.get(question.id);
      if (question.state === "wrong") question.keep();
      else if (question.state === "contested") question.seen = draft?.version;
      else if (draft && question.restore(draft)) this.due(question);
    }
  }

  questionOf({ target }) {
    return this.questions.get(target.closest("[data-question]")?.dataset.question);
  }

  // Sending -------------------------------------------------------------------------------

  due(question) {
    this.queue.add(question);
    this.pump();
  }

  // Nothing waits for a pause in typing: the page is being left, or can send again.
  hurry() {
    for (const question of this.all.filter((each) => each.isUnsent)) {
      question.keep();
      this.queue.add(question);
    }
    return this.pump();
  }

  again() {
    clearTimeout(this.retrying);
    if (this.trouble === "offline") this.trouble = "";
    return this.hurry();
  }

  // One at a time: a later text of a question must not overtake an earlier one.
  pump() {
    this.pumping ??= this.sendAll().finally(() => {
      this.pumping = undefined;
      this.show();
    });
    return this.pumping;
  }

  async sendAll() {
    // Whoever asked is told that this is under way before it begins.
    await undefined;
    while (this.queue.size && !this.trouble) {
      const [question] = this.queue;
      this.queue.delete(question);
      if (question.state !== "dirty") continue;
      if (question.text() === question.acknowledged) steady(() => question.settle());
      else await this.send(question);
    }
  }

  async send(question) {
    clearTimeout(question.waiting);
    question.keep();
    question.state = "sending";
    question.acknowledged = null;
    this.show();
    const sent = question.text();
    const response = await this.post(question);
    const reply = (await response?.json().catch(() => null)) ?? {};
    question.state = "dirty";
    if (response?.status === STATUS.stale) await this.renew(question);
    else steady(() => this.take(question, response?.status ?? 0, reply, sent));
    if (question.state === "dirty" && !this.trouble) question.changed(false);
  }

  async post(question) {
    this.number = Math.max(this.number + 1, Date.now());
    const body = new URLSearchParams(question.fields());
    body.append(`${question.id}!version`, question.version.value);
    body.append("csrf_token", this.form.elements.csrf_token.value);
    body.append("tab", `${question.tab}.${this.number}`);
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      return await fetch(`${this.path}/questions/${encodeURIComponent(question.id)}`, {
        method: "POST",
        headers: { Accept: "application/json" },
        body,
        signal: stop.signal,
        keepalive: String(body).length < KEEPALIVE_BYTES,
      });
    } catch {
      return null;
    } finally {
      clearTimeout(patience);
    }
  }

  take(question, status, reply, sent) {
    if (status === 200 && "version" in reply) this.acknowledge(question, reply, sent);
    else if (!status || status >= STATUS.ourFault || status === STATUS.tooMany) this.wait();
    else if (status === STATUS.signedOut) this.trouble = "ended";
    else if (status === STATUS.wrong && reply.faults) question.wrong(reply.faults);
    else if (status === STATUS.conflict && reply.conflict) question.contested(reply);
    else if (status === STATUS.conflict && reply.reason) [this.trouble, this.reason] = ["refused", reply.reason];
    else {
      question.state = "wrong";
      question.say(this.paragraph(status === STATUS.tooLarge ? "large" : "lost"));
    }
  }

  acknowledge(question, reply, sent) {
    question.stored(reply.version, sent);
    if (reply.reroutes) this.reroutes(question);
    this.retry = FIRST_RETRY_MS;
    this.isRenewed = false;
    this.time = reply.saved;
    const detail = { question: question.id, version: reply.version };
    document.dispatchEvent(new CustomEvent("parley:saved", { detail }));
  }

  wait() {
    this.trouble = "offline";
    clearTimeout(this.retrying);
    this.retrying = setTimeout(() => this.again(), this.retry);
    this.retry = Math.min(this.retry * 2, LONGEST_RETRY_MS);
  }

  // The session may have begun anew in another tab. Then the token of this page is out of date,
  // and the server, asked for the present one, says whether it is the same person's.
  async renew(question) {
    const state = this.isRenewed ? {} : await askSession();
    this.isRenewed = true;
    if (!state) this.wait();
    else if (state.person === this.person) {
      this.form.elements.csrf_token.value = state.token;
      this.queue.add(question);
    } else if (!this.trouble) this.trouble = "stale";
  }

  heard({ person }) {
    if (this.isOver) return;
    if (!person) this.trouble = "ended";
    // What one person typed is not kept in a browser that is another's now.
    else if (person !== this.person) Object.assign(this, { trouble: "another", isOver: true });
    else if (this.trouble === "ended") {
      this.trouble = "";
      this.isRenewed = false;
      this.hurry();
    }
    this.show();
  }

  // Leaving -------------------------------------------------------------------------------

  // A button of the form is pressed: what waits goes first. If the portal cannot be reached, the
  // page stays, with everything on it.
  async submit(event) {
    if (this.isLeaving) return;
    const waiting = this.all.some((question) => question.isUnsent);
    if (waiting) {
      event.preventDefault();
      const { submitter } = event;
      await Promise.race([this.again(), new Promise((done) => { setTimeout(done, FLUSH_MS); })]);
      // A form does not take a second request to submit before the first one is over, and nothing
      // may have had to be waited for.
      await new Promise((done) => { setTimeout(done); });
      if (this.trouble || this.all.some((question) => question.isUnsent)) {
        this.show();
        return;
      }
      this.leave();
      this.form.requestSubmit(submitter);
    } else this.leave();
  }

  leave() {
    this.isLeaving = true;
    this.form.elements.tab.value = `${this.tab}.${Math.max(this.number + 1, Date.now())}`;
    for (const question of this.all.filter((each) => each.state === "contested")) {
      question.seen = Number(question.version.value);
      question.keep();
    }
  }

  warn(event) {
    if (this.isLeaving) return;
    for (const question of this.all.filter((each) => each.isUnsent)) {
      question.keep();
      if (!question.isKept) event.preventDefault();
    }
  }

  // Somebody else's text stays: the page is loaded again with it.
  choose({ target }) {
    if (target.closest("[data-keep-theirs]")) this.questionOf({ target })?.settle();
  }

  // Telling -------------------------------------------------------------------------------

  reroutes(question) {
    if (this.form.querySelector("[data-rerouted]")) return;
    const note = this.paragraph("reroutes");
    note.dataset.rerouted = "";
    note.querySelector("[data-here]").value = question.id;
    question.told.after(note);
    this.announce(note.textContent);
  }

  paragraph(name, gap = "") {
    const paragraph = document.createElement("p");
    paragraph.className = ["restored", "reroutes"].includes(name) ? "parley-told__note" : "govuk-error-message";
    paragraph.append(this.words(name, gap));
    return paragraph;
  }

  words(name, gap) {
    const content = this.box.querySelector(`template[data-words="${name}"]`).content.cloneNode(true);
    for (const place of content.querySelectorAll("[data-gap]")) place.textContent = gap;
    return content;
  }

  present() {
    const unsent = this.all.filter((question) => question.isUnsent);
    const needing = this.all.filter((question) => question.needsSomebody);
    if (this.trouble === "refused") return ["refused", this.reason];
    if (this.trouble === "offline") return [unsent.every((question) => question.isKept) ? "offline" : "unkept"];
    if (this.trouble) return [this.trouble];
    if (unsent.length) return ["saving"];
    if (needing.length) return [needing.length === 1 ? "one" : "many", String(needing.length), needing[0]];
    return this.time ? ["saved", this.time] : [""];
  }

  show() {
    const [name, gap, first] = this.present();
    const shown = [name, gap, first?.id].join(" ");
    // A link that is replaced between press and release is not followed.
    if (!name || shown === this.shown) return;
    this.shown = shown;
    const line = this.box.querySelector("[data-line]");
    line.replaceChildren(this.words(name, gap));
    line.querySelector("[data-first]")?.setAttribute("href", `#q/${first.id}`);
    this.box.hidden = false;
    this.box.classList.toggle("parley-state--trouble", !["saved", "saving"].includes(name));
    // Said aloud when it turns good or bad, not with every save.
    if (name === "saving" || name === this.said) return;
    this.said = name;
    this.announce(line.textContent);
  }

  announce(text) {
    this.box.querySelector("[data-said]").textContent = text.trim();
  }
}

let open = null;

export function startAutosave(form) {
  if (!document.body.dataset.person) return;
  open = new Page(form);
  open.start();
}

// Somebody signs out: what waits is sent, if it can be.
export async function sendWhatWaits() {
  await open?.hurry();
}

// Nothing is kept or sent from here on.
export function stopAutosave() {
  if (open) Object.assign(open, { isOver: true, isLeaving: true, trouble: "ended" });
}

// Keeps the room of a session up to date: asks every few seconds whether anything is new, and
// replaces the parts of the page that look otherwise now. Buttons act without leaving the page.

import { startRoomNote } from "./room-note.js";

const EVERY_MS = 4_000;
const SPREAD_MS = 1_000;
const LONGEST_MS = 30_000;

function isTyped(part) {
  const field = document.activeElement;
  return part.contains(field) && field.matches("textarea, input[type='text']");
}

class Live {
  constructor(box) {
    this.box = box;
    this.stamp = box.dataset.stamp;
    this.wait = EVERY_MS;
    this.note = startRoomNote(box);
  }

  start() {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.ask();
    });
    addEventListener("online", () => this.ask());
    document.addEventListener("submit", (event) => this.send(event));
    setInterval(() => this.tick(), 1_000);
    this.measure();
    this.tell(false);
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    if (!this.isOver) this.timer = setTimeout(() => this.ask(), this.wait + Math.random() * SPREAD_MS);
  }

  address() {
    const url = new URL(this.box.dataset.room, location.href);
    url.searchParams.set("stamp", this.stamp);
    url.searchParams.set("item", this.part("item")?.dataset.key ?? "");
    return url;
  }

  // One question at a time; another that is wanted meanwhile is asked after it.
  async ask() {
    if (this.isOver || document.hidden) return;
    this.isWanted = true;
    if (this.isAsking) return;
    clearTimeout(this.timer);
    this.isAsking = true;
    while (this.isWanted && !this.isOver) {
      this.isWanted = false;
      await this.once();
    }
    this.isAsking = false;
    this.later();
  }

  async once() {
    try {
      const answer = await fetch(this.address(), { headers: { Accept: "text/html" } });
      // Somewhere else than asked for: signed out, or out of the room.
      this.isOver = answer.redirected || [401, 403, 404].includes(answer.status);
      if (answer.status === 200 && !this.isOver) this.take(await answer.text());
      this.tell(this.isOver || !answer.ok);
      this.wait = answer.ok ? EVERY_MS : Math.min(this.wait * 2, LONGEST_MS);
    } catch {
      this.tell(true);
      this.wait = Math.min(this.wait * 2, LONGEST_MS);
    }
  }

  take(html) {
    const news = new DOMParser().parseFromString(html, "text/html").querySelector("[data-stamp]");
    if (!news) return;
    // The room was opened, closed, or the agenda begun: other forms are on the page then.
    if (news.dataset.shape !== this.box.dataset.shape) {
      this.reload();
      return;
    }
    let isWhole = true;
    for (const part of news.querySelectorAll("[data-part]")) isWhole = this.replace(part) && isWhole;
    if (isWhole) this.stamp = news.dataset.stamp;
    this.note?.news(this.box.querySelector("[data-note]"));
  }

  replace(part) {
    const old = this.part(part.dataset.part);
    if (!old || old.dataset.key === part.dataset.key) return true;
    if (isTyped(old)) return false;
    const kept = [...old.querySelectorAll("input:checked")].map((input) => input.id);
    const opened = [...old.querySelectorAll("details")].map((each) => each.open);
    const focus = old.contains(document.activeElement) ? document.activeElement.id : "";
    const token = document.querySelector("#sign-out [name='csrf_token']")?.value;
    old.replaceChildren(...part.childNodes);
    old.dataset.key = part.dataset.key;
    for (const id of kept) {
      const input = document.getElementById(id);
      if (input) input.checked = true;
    }
    for (const [place, each] of [...old.querySelectorAll("details")].entries()) each.open = opened[place] ?? false;
    if (token) for (const field of old.querySelectorAll("[name='csrf_token']")) field.value = token;
    if (focus) document.getElementById(focus)?.focus();
    this.announce(old);
    if (part.dataset.part === "time") this.measure();
    return true;
  }

  announce(part) {
    const said = part.querySelector("[data-say], .parley-room__item")?.textContent.trim();
    if (said) this.box.querySelector("[data-room-said]").textContent = said;
  }

  part(name) {
    return this.box.querySelector(`[data-part="${name}"]`);
  }

  async reload() {
    this.isOver = true;
    await this.note?.flush();
    const isTyping = [...this.box.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
    if (!isTyping || this.note?.isOnly(this.box)) location.reload();
    else this.tell(true);
  }

  // Acts ------------------------------------------------------------------------------------

  async send(event) {
    const form = event.target;
    if (!form.matches("[data-room-form]") || event.defaultPrevented) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", headers, body }).catch(() => null);
    if (!answer) this.tell(true);
    // What was there when the page was last brought up to date may be gone.
    else if (answer.status === 404) await this.ask();
    // The page itself says what is wrong, with what was typed.
    else if (answer.status !== 204) form.submit();
    else {
      form.reset();
      await this.ask();
    }
  }

  // Time ------------------------------------------------------------------------------------

  measure() {
    const line = this.box.querySelector("[data-ends]");
    if (line) this.ahead = Number(line.dataset.clock) * 1000 - Date.now();
  }

  tick() {
    const line = this.box.querySelector("[data-ends]");
    if (!line) return;
    const seconds = Math.round(Number(line.dataset.ends) - (Date.now() + this.ahead) / 1000);
    line.classList.toggle("parley-room__time--over", seconds <= 0);
    const time = (unit, value) =>
      new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(value);
    const left = seconds > 60 ? time("minute", Math.ceil(seconds / 60)) : time("second", seconds);
    const words = seconds > 0 ? line.dataset.left.replace("{time}", left) : line.dataset.over;
    if (line.textContent !== words) line.textContent = words;
  }

  tell(isLost) {
    this.box.querySelector("[data-room-lost]").hidden = !isLost;
    this.box.querySelector("[data-room-now]").hidden = isLost;
  }
}

export function startRoom(box) {
  new Live(box).start();
}

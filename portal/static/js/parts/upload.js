// Sends the files of a form one by one, shows how far it is, and can be told to stop. What is typed
// and chosen stays if something goes wrong. Without this file the browser sends the form itself.

import { askSession } from "./session.js";

const MEBIBYTE = 1024 * 1024;
const STATUS = { ok: 200, stale: 400, signedOut: 401, tooLarge: 413, wrong: 422 };

function filled(sentence, values) {
  return sentence.replaceAll(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
}

class Upload {
  constructor(form) {
    this.form = form;
    this.said = form.dataset;
    this.input = form.querySelector("input[type='file']");
    this.box = form.querySelector("[data-sending]");
    this.text = this.box.querySelector("[data-text]");
    this.bar = this.box.querySelector("progress");
    this.fault = form.querySelector("[data-fault]");
    this.told = form.querySelector("[data-told]");
    this.button = form.querySelector("button[type='submit']");
    this.label = this.button.textContent;
    this.waiting = [];
    form.addEventListener("submit", (event) => this.submit(event));
    this.input.addEventListener("change", () => this.chosen());
    this.box.querySelector("[data-cancel]").addEventListener("click", () => this.request?.abort());
  }

  chosen() {
    this.waiting = [];
    this.showFault("");
    this.button.textContent = this.label;
    const large = [...this.input.files].find((file) => file.size > this.limit);
    if (large) this.showFault(this.sentence("tooLarge", large));
  }

  get limit() {
    return Number(this.said.limit) * MEBIBYTE;
  }

  sentence(name, file, values = {}) {
    return filled(this.said[name], { name: file?.name ?? "", ...values });
  }

  submit(event) {
    if (!this.input.files.length || this.form.elements.url?.value) return;
    event.preventDefault();
    if (this.request) return;
    if (!this.waiting.length) this.waiting = [...this.input.files];
    this.sendAll();
  }

  async sendAll() {
    const large = this.waiting.find((file) => file.size > this.limit);
    if (large) {
      this.showFault(this.sentence("tooLarge", large));
      return;
    }
    this.showFault("");
    this.box.hidden = false;
    this.button.hidden = true;
    this.box.querySelector("[data-cancel]").focus();
    const problem = await this.sendWaiting();
    this.request = undefined;
    this.box.hidden = true;
    this.button.hidden = false;
    if (problem) this.showFault(problem);
  }

  // An empty sentence once everything is sent.
  async sendWaiting() {
    let location = "";
    while (this.waiting.length) {
      const [file] = this.waiting;
      const answer = await this.send(file);
      if (answer.problem) return answer.problem;
      ({ location } = answer);
      this.waiting.shift();
    }
    this.told.textContent = this.said.done;
    window.location.assign(location);
    return "";
  }

  send(file) {
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "application/json");
    this.progress(file, 0);
    request.upload.addEventListener("progress", ({ loaded, total }) => this.progress(file, loaded / total));
    request.upload.addEventListener("load", () => { this.text.textContent = this.sentence("checking", file); });
    return new Promise((done) => {
      const end = (problem) => done({ problem });
      request.addEventListener("error", () => end(this.sentence("lost", file)));
      request.addEventListener("abort", () => end(this.sentence("cancelled", file)));
      request.addEventListener("load", async () => done(await this.take(request, file)));
      request.send(this.content(file));
    });
  }

  content(file) {
    const content = new FormData(this.form);
    const { name } = this.input;
    content.delete(name);
    content.append(name, file);
    const title = this.form.elements.title?.value;
    if (title && this.input.files.length > 1) content.set("title", `${title} – ${file.name}`);
    return content;
  }

  async take(request, file) {
    let reply = {};
    try {
      reply = JSON.parse(request.responseText);
    } catch {
      // A page instead of an answer: what it means, its status says.
    }
    if (request.status === STATUS.ok && reply.location) return reply;
    if (request.status === STATUS.wrong && reply.faults) return { problem: reply.faults.join(" ") };
    if (request.status === STATUS.tooLarge) return { problem: this.sentence("tooLarge", file) };
    if ([STATUS.ok, STATUS.stale, STATUS.signedOut].includes(request.status)) {
      await askSession();
      return { problem: this.sentence("ended", file) };
    }
    return { problem: this.sentence("lost", file) };
  }

  progress(file, share) {
    const percent = Math.round(share * 100);
    const words = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
    this.bar.value = percent;
    this.text.textContent = this.sentence("sendingText", file, { percent: words.format(share) });
  }

  showFault(sentence) {
    this.fault.textContent = sentence;
    this.fault.hidden = !sentence;
    this.told.textContent = sentence;
    if (!sentence) return;
    if (this.waiting.length) this.button.textContent = this.said.again;
    this.button.focus();
  }
}

export function startUpload(form) {
  if (form.querySelector("input[type='file']") && window.FormData) new Upload(form);
}

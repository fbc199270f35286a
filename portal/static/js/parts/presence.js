// Tells colleagues where in a section I am, and shows where they are: every half minute while the
// page is in sight, and when I come to another question.

const EVERY = 30_000;
const SETTLED = 1_500;

function start(box, form) {
  let question = "";
  let said = null;
  let timer = 0;
  let over = false;

  async function tell() {
    clearTimeout(timer);
    if (over || document.visibilityState !== "visible") return;
    said = question;
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("section", box.dataset.section);
    body.set("question", question);
    try {
      const answer = await fetch(box.dataset.presence, { method: "POST", body });
      // Somewhere else than asked for: signed out, or off these answers.
      over = answer.redirected || [401, 403, 404].includes(answer.status);
      if (answer.ok && !over) box.innerHTML = await answer.text();
    } catch {
      // No connection: the next time will do.
    }
    if (!over) timer = setTimeout(tell, EVERY);
  }

  form.addEventListener("focusin", (event) => {
    question = event.target.closest("[data-question]")?.dataset.question ?? "";
    if (question === said) return;
    clearTimeout(timer);
    timer = setTimeout(tell, SETTLED);
  });
  document.addEventListener("visibilitychange", tell);
  tell();
}

export function startPresence(box) {
  const form = document.querySelector("form[data-autosave]");
  if (form) start(box, form);
}

// Signing out leaves nothing of what was typed in this browser. What can be sent is sent first, and
// whoever would lose something is asked.

import { sendWhatWaits, stopAutosave } from "./autosave.js";
import { forgetPerson, hasKept } from "./unsent.js";

const PATIENCE_MS = 3000;

export function startSignOut(form) {
  const { person } = document.body.dataset;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await Promise.race([sendWhatWaits(), new Promise((done) => { setTimeout(done, PATIENCE_MS); })]);
    if (hasKept(person) && !window.confirm(form.dataset.signOut)) return;
    stopAutosave();
    forgetPerson(person);
    form.submit();
  });
}

// Says that the session is about to end, and lets people stay. All pages of a browser ask the
// server how much time is left, so that they agree; asking does not make it longer.

const ASK_AGAIN_S = 15;
const LONGEST_WAIT_S = 15 * 60;

export const SESSION = "parley:session";

async function fetchState(address, options = {}) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" }, ...options });
    return response.ok || response.status === 401 ? await response.json() : null;
  } catch {
    return null;
  }
}

// Everybody on the page who sends something hears who is signed in, and gets the present token.
function tell(state) {
  if (state) document.dispatchEvent(new CustomEvent(SESSION, { detail: state }));
  return state;
}

function dialog() {
  return document.querySelector("#session-end");
}

export async function askSession() {
  const address = dialog()?.dataset.ask;
  return address ? tell(await fetchState(address)) : null;
}

function minutes(seconds) {
  const whole = Math.max(1, Math.ceil(seconds / 60));
  const words = { style: "unit", unit: "minute", unitDisplay: "long" };
  return new Intl.NumberFormat(document.documentElement.lang, words).format(whole);
}

export function startSession() {
  const box = dialog();
  if (!box?.showModal) return;
  const { person } = document.body.dataset;
  const warn = Number(box.dataset.warn);
  let timer;
  let isKnown = false;

  function wait(seconds) {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.min(Math.max(1, seconds), LONGEST_WAIT_S) * 1000);
  }

  function show(state) {
    if (state.left > warn) isKnown = false;
    if (state.person !== person || state.left > warn || isKnown) {
      box.close();
    } else {
      box.querySelector("[data-time]").textContent = minutes(state.left);
      if (!box.open) box.showModal();
    }
    if (state.person === person) wait(state.left > warn ? state.left - warn + 1 : ASK_AGAIN_S);
  }

  async function ask() {
    const state = await askSession();
    if (state) show(state);
    else wait(ASK_AGAIN_S);
  }

  async function stay() {
    const token = document.querySelector("#sign-out [name='csrf_token']").value;
    const options = { method: "POST", body: new URLSearchParams({ csrf_token: token }) };
    const state = tell(await fetchState(box.dataset.extend, options));
    if (!state) return ask();
    const isLast = state.person === person && state.left <= warn;
    for (const [part, hidden] of [["limit", !isLast], ["close", !isLast], ["stay", isLast]]) {
      box.querySelector(`[data-${part}]`).hidden = hidden;
    }
    return show(state);
  }

  box.querySelector("[data-stay]").addEventListener("click", stay);
  box.querySelector("[data-close]").addEventListener("click", () => {
    isKnown = true;
    box.close();
  });
  // Escape closes a dialog: whoever presses it is there.
  box.addEventListener("cancel", () => {
    if (box.querySelector("[data-stay]").hidden) isKnown = true;
    else stay();
  });
  document.addEventListener(SESSION, ({ detail }) => {
    if (detail.person !== person || !detail.token) return;
    for (const field of document.querySelectorAll("[name='csrf_token']")) field.value = detail.token;
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  addEventListener("focus", ask);
  wait(Number(box.dataset.left) - warn + 1);
}

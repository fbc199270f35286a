// Text that the portal has not acknowledged yet, kept in this browser: by person, by the form's
// path and by question. Nothing stays longer than a week, and nothing of one person for another.

const PREFIX = "parley-unsent";
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

function keyOf(person, path, question) {
  return [PREFIX, person, path, question].join(" ");
}

// A browser may forbid storage altogether: then nothing was kept.
function entries() {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(`${PREFIX} `))
      .map((key) => [key, key.split(" ")]);
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// A draft: {version, tab, fields: [[name, value], …]}. False if the browser cannot keep it.
export function keep(person, path, question, draft) {
  try {
    localStorage.setItem(keyOf(person, path, question), JSON.stringify({ ...draft, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function forget(person, path, question) {
  try {
    localStorage.removeItem(keyOf(person, path, question));
  } catch {
    // What cannot be reached is not there.
  }
}

export function keptOn(person, path) {
  return entries()
    .filter(([, [, owner, place]]) => owner === person && place === path)
    .map(([key, [, , , question]]) => [question, read(key)])
    .filter(([, draft]) => draft && Array.isArray(draft.fields));
}

export function hasKept(person) {
  return entries().some(([, [, owner]]) => owner === person);
}

export function forgetPerson(person) {
  for (const [key, [, owner]] of entries()) if (owner === person) localStorage.removeItem(key);
}

// On every page: what is too old goes, and what is somebody else's once a person is signed in.
export function tidy(person) {
  for (const [key, [, owner]] of entries()) {
    const age = Date.now() - (read(key)?.at ?? 0);
    if (age > WEEK_MS || (person && owner !== person)) localStorage.removeItem(key);
  }
}

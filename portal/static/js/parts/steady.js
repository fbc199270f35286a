// What somebody is at stays where it is: a remark that comes or goes above it must not push the next
// box, or the button that is being pressed, away from under the pointer.

let held = null;

// Leaving a box by pressing a button changes the page between press and release: rows show what the
// answer asks for. Without this the button would no longer be where it is released.
function hold({ target }) {
  held = { target, top: target.getBoundingClientRect().top };
}

function settle() {
  if (held?.target.isConnected) scrollBy(0, held.target.getBoundingClientRect().top - held.top);
  held = null;
}

export function holdPointer() {
  addEventListener("pointerdown", hold, { capture: true });
  addEventListener("focusin", settle, { capture: true });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { held = null; }, { capture: true });
}

export function steady(change) {
  const place = document.activeElement;
  const before = place.getBoundingClientRect().top;
  change();
  if (place !== document.body && place.isConnected) scrollBy(0, place.getBoundingClientRect().top - before);
}

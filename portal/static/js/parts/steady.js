// Changes a page without moving what somebody is at: a remark that comes or goes above it must not
// push the next box away from under the pointer.

export function steady(change) {
  const place = document.activeElement;
  const before = place.getBoundingClientRect().top;
  change();
  if (place !== document.body && place.isConnected) scrollBy(0, place.getBoundingClientRect().top - before);
}

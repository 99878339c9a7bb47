// Regions that refresh themselves (data-live) wait while somebody is about to use them: nothing
// may move under a pointer, a half-written note or an open menu. Without this file they do not wait.
const QUIET_MS = 1500;
let moved = 0;
let over = null;

document.addEventListener("pointermove", (event) => {
  moved = Date.now();
  over = event.target;
}, { passive: true });

const usable = "a, button, input, select, textarea, summary, label";

function inUse(region) {
  if (document.hidden) return true;
  if (region.querySelector("details.menu[open], dialog[open]")) return true;
  const focused = document.activeElement;
  if (focused?.matches("input, select, textarea") && region.contains(focused)) return true;
  const pointed = over instanceof Element && over.isConnected && region.contains(over);
  if (pointed && Date.now() - moved < QUIET_MS && over.closest(usable)) return true;
  const selection = getSelection();
  return Boolean(selection && !selection.isCollapsed && region.contains(selection.anchorNode));
}

document.addEventListener("htmx:before:request", (event) => {
  const region = event.target;
  if (region instanceof Element && region.matches("[data-live]") && inUse(region)) event.preventDefault();
}, true);

// Single keys. No map here: an element that says data-key="g i" is clicked by pressing g, then i.
// Off inside fields and open dialogs, and by the account's setting (<body data-keys="off">).
const WAIT_MS = 1500;
let begun = "";
let since = 0;

const all = () => [...document.querySelectorAll("[data-key]")].filter(
  (element) => !element.disabled && !element.closest("[hidden], dialog:not([open])"),
);
const named = (key) => all().find((element) => element.dataset.key === key);
const inField = (element) => element.matches?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const held = event.ctrlKey || event.metaKey;
  if (held && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    const target = named("Ctrl+K");
    if (!target) return;
    event.preventDefault();
    const open = document.querySelector("dialog[open]");
    if (!open) press(target);
    else if (open.id === target.dataset.dialogOpen) open.close();
    return;
  }
  // A field of a dialog that has just closed keeps the focus until the page is drawn anew.
  const writing = inField(event.target) && event.target.getClientRects().length;
  if (held || event.altKey || writing || document.querySelector("dialog[open]")) {
    begun = "";
    return;
  }
  if (event.key.startsWith("Arrow")) walkMenu(event);
  else if (event.key.length === 1 && document.body.dataset.keys !== "off") single(event);
});

function single(event) {
  const whole = begun && Date.now() - since < WAIT_MS ? `${begun} ${event.key}` : event.key;
  begun = "";
  const target = named(whole);
  if (target) {
    event.preventDefault();
    // A key that is held down moves through rows; it never presses a button twice.
    if (!event.repeat || target.dataset.row) press(target);
  } else if (all().some((element) => element.dataset.key.startsWith(`${whole} `))) {
    begun = whole;
    since = Date.now();
  }
}

function press(target) {
  if (inField(target)) {
    target.focus();
    target.select?.();
    return;
  }
  target.click();
  if (target.matches("summary")) menuItems(target.parentElement)[0]?.focus();
}

// -- menus: up and down walk through an open one -------------------------------------------------
const menuItems = (menu) => [...menu.querySelectorAll(".menu-list :is(a, button)")].filter(
  (item) => !item.closest("[hidden]"),
);

function walkMenu(event) {
  const menu = event.target.closest?.("details.menu[open]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step) return;
  event.preventDefault();
  const items = menuItems(menu);
  const at = items.indexOf(event.target);
  items.at((at + step + (at < 0 && step < 0 ? 1 : 0)) % items.length)?.focus();
}

// -- rows of a list: <button data-row="next|previous|select"> ------------------------------------
function moveRow(what) {
  const links = [...document.querySelectorAll("main .row-link")];
  const row = document.activeElement.closest("tr, li");
  const at = links.findIndex((link) => row?.contains(link));
  if (what === "select") row?.querySelector("input[type=checkbox]")?.click();
  else if (at < 0) links[0]?.focus();
  else links[Math.max(0, Math.min(links.length - 1, at + (what === "next" ? 1 : -1)))].focus();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-row], a[href^='#']") : null;
  if (!target) return;
  if (target.dataset.row) moveRow(target.dataset.row);
  else {
    const field = document.getElementById(target.hash.slice(1));
    if (field && inField(field)) {
      event.preventDefault();
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
  }
});

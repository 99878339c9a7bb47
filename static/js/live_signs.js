// What tells a reader that something changed: title, icon and voice for a page to them, "3 new
// updates" above a timeline they have scrolled into, and a banner while nothing can be known.

// -- a page to me waits ----------------------------------------------------------------------------
const title = document.title.replace(/^\(\d+\+?\) /, "");
const icon = document.querySelector('link[rel="icon"]');
const calm = icon?.href;
const voice = document.getElementById("announce");
const TOLD = "aire:told";

function remembered() {
  try { return sessionStorage.getItem(TOLD); } catch { return null; }
}

function remember(page) {
  try { sessionStorage.setItem(TOLD, page); } catch { /* then it is said once a page view */ }
}

function showPages() {
  const me = document.getElementById("me");
  if (!me?.dataset.tag) return;
  const { pages, severity, newest, say } = me.dataset;
  const prefix = pages === "0" ? "" : `(${pages}) ${severity ? `${severity.toUpperCase()} ` : ""}`;
  if (document.title !== prefix + title) document.title = prefix + title;
  const wanted = prefix ? icon?.dataset.paged : calm;
  if (icon && icon.href !== new URL(wanted, location).href) icon.href = wanted;
  if (!newest) voice.textContent = "";
  else if (newest !== remembered()) {
    voice.textContent = say;
    remember(newest);
  }
}

// -- new entries of a timeline that is being read ----------------------------------------------------
const held = new Set();
let seen = idsOf();
let reading = false;
let button = null;

function entries() {
  return [...document.querySelectorAll("#timeline > li[id]")];
}

function idsOf() {
  return new Set(entries().map((entry) => entry.id));
}

function scrolledInto() {
  const list = document.getElementById("timeline");
  return Boolean(list) && list.getBoundingClientRect().top < 0;
}

// The place is looked up before the swap: measuring after it would already move the page.
document.addEventListener("htmx:before:swap", () => { reading = scrolledInto(); });

function holdNew() {
  for (const entry of entries()) {
    if (reading && !seen.has(entry.id)) held.add(entry.id);
    if (held.has(entry.id)) entry.hidden = true;
  }
  seen = idsOf();
  showButton();
}

function release() {
  for (const entry of entries()) if (held.has(entry.id)) entry.hidden = false;
  held.clear();
  showButton();
}

function showButton() {
  if (!button) {
    if (!held.size) return;
    button = document.createElement("button");
    button.type = "button";
    button.className = "btn new-updates";
    button.addEventListener("click", () => {
      release();
      const list = document.getElementById("timeline");
      list?.scrollIntoView({ block: "start" });
      list?.setAttribute("tabindex", "-1");
      list?.focus({ preventScroll: true });
    });
    document.getElementById("main").append(button);
  }
  button.hidden = !held.size;
  button.textContent = `${held.size} new update${held.size === 1 ? "" : "s"}`;
}
addEventListener("scroll", () => { if (held.size && !scrolledInto()) release(); }, { passive: true });

// -- not connected ------------------------------------------------------------------------------------
const banner = document.getElementById("offline");
let known = Date.now();

function clockTime(moment) {
  const form = { hour: "2-digit", minute: "2-digit", timeZone: banner.dataset.zone || undefined };
  try {
    return new Intl.DateTimeFormat("en-GB", form).format(moment);
  } catch {
    return new Date(moment).toTimeString().slice(0, 5);
  }
}

document.addEventListener("aire:known", () => {
  known = Date.now();
  if (banner) banner.hidden = true;
});

document.addEventListener("aire:lost", (event) => {
  if (!banner) return;
  const { signIn } = event.detail ?? {};
  if (signIn) {
    const link = document.createElement("a");
    link.href = signIn;
    link.textContent = "Sign in again";
    banner.replaceChildren("You were signed out. ", link);
  } else if (banner.hidden) {
    banner.textContent = `Not connected since ${clockTime(known)}; showing what was known then`;
  }
  banner.hidden = false;
});

document.addEventListener("htmx:after:swap", () => { showPages(); holdNew(); });

// Keeps what is on screen true. A region is an element with data-live="incident:42 alerts" (its
// topics), hx-get and hx-trigger="live"; its data-tag names what it shows, so that one that has not
// changed is answered 304. One stream a tab says which topics changed; without it regions poll.
const GAP_MS = 1_000; // least time between two requests of one region
const POLL_MS = 20_000; // without a stream
const SAFETY_MS = 60_000; // with one, for what only time changes
const HIDDEN_MS = 30_000; // in a hidden tab, and there only for the title and the icon
const SPREAD_MS = 250; // a hundred pages do not ask in the same moment
const SILENT_MS = 40_000; // the server says something every 15 s
const QUIET_MS = 1_500;

const regions = () => [...document.querySelectorAll("[data-live][hx-get]")];
const isRegion = (element) => element instanceof Element && element.matches("[data-live][hx-get]");
const topicsOf = (region) => region.dataset.live.split(" ").filter(Boolean);
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const states = new WeakMap();

function stateOf(region) {
  let state = states.get(region);
  if (!state) states.set(region, (state = { due: 0, after: 0, began: 0, ended: Date.now() }));
  return state;
}

// -- who is about to use a region: nothing may move under a pointer or a half-written form --------
let moved = 0;
let over = null;
let down = false;
let active = Date.now();
const options = { passive: true, capture: true };
addEventListener("pointermove", (event) => { active = moved = Date.now(); over = event.target; }, options);
addEventListener("pointerdown", (event) => { down = true; active = moved = Date.now(); over = event.target; }, options);
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => { down = false; }, options);
addEventListener("keydown", () => { active = Date.now(); }, options);

function inUse(region) {
  if (region.id === "me") return false;
  if (document.hidden) return true;
  if (region.querySelector("details.menu[open], dialog[open]")) return true;
  const focused = document.activeElement;
  const field = focused?.matches("input, select, textarea") && region.contains(focused);
  if (field && !focused.closest("[hx-morph-skip]")) return true;
  const pointed = over instanceof Element && over.isConnected && region.contains(over);
  if (pointed && (down || Date.now() - moved < QUIET_MS)
    && over.closest("a, button, input, select, textarea, summary, label, tr")) return true;
  const selection = getSelection();
  return Boolean(selection && !selection.isCollapsed && region.contains(selection.anchorNode)
    && Date.now() - active < SAFETY_MS);
}

// -- asking ---------------------------------------------------------------------------------------
let timer = 0;

function want(region, delay = 0) {
  const state = stateOf(region);
  const at = Date.now() + delay;
  if (!state.due || at < state.due) state.due = at;
  pump();
}

function wantAll(spread) {
  for (const region of regions()) want(region, Math.random() * spread);
}

function pump() {
  clearTimeout(timer);
  const now = Date.now();
  let next = Infinity;
  for (const region of regions()) {
    const state = stateOf(region);
    if (!state.due || now - state.began < SAFETY_MS) continue; // under way: its end pumps again
    const at = Math.max(state.due, state.after);
    if (at > now) next = Math.min(next, at);
    else if (inUse(region)) next = Math.min(next, now + SPREAD_MS);
    else {
      state.due = 0;
      state.began = now;
      region.dispatchEvent(new CustomEvent("live"));
    }
  }
  if (next < Infinity) timer = setTimeout(pump, next - now);
}

document.addEventListener("htmx:config:request", (event) => {
  const { tag } = event.target.dataset ?? {};
  if (isRegion(event.target) && tag) event.detail.ctx.request.headers["If-None-Match"] = `"${tag}"`;
});

document.addEventListener("htmx:after:request", (event) => {
  if (!isRegion(event.target)) return;
  const { status, headers } = event.detail.ctx.response;
  if (headers.get("HX-Redirect")) {
    // Signed out. Going away by itself would take a half-written note along.
    event.preventDefault();
    stop();
    tell("aire:lost", { signIn: headers.get("HX-Redirect") });
  } else if (status >= 500) tell("aire:lost");
  else if ([401, 403, 404, 410].includes(status)) delete event.target.dataset.live;
  else tell("aire:known");
});

// Between asking and the answer somebody may have opened a menu: ask again when it is closed.
document.addEventListener("htmx:before:swap", (event) => {
  if (!isRegion(event.target) || event.detail.ctx.swap === "none" || !inUse(event.target)) return;
  event.preventDefault();
  want(event.target, SPREAD_MS);
});

document.addEventListener("htmx:error", (event) => {
  if (isRegion(event.target) && !event.detail?.ctx?.response) tell("aire:lost");
});

document.addEventListener("htmx:finally:request", (event) => {
  const state = states.get(event.target);
  if (!state?.began) return;
  const now = Date.now();
  // A server that takes long is asked less often.
  state.after = now + Math.max(GAP_MS, 5 * (now - state.began));
  state.ended = now;
  state.began = 0;
  pump();
});

// -- the stream -----------------------------------------------------------------------------------
let stream = null;
let tries = 0;
let heard = 0;
let again = 0;
let crowded = false; // too many pages of this person are open: this one polls
let stopped = false;

function connect() {
  clearTimeout(again);
  const topics = [...new Set(regions().flatMap(topicsOf))];
  if (stream || crowded || stopped || document.hidden || !topics.length || !window.EventSource) return;
  stream = new EventSource(`/live/?${topics.map((topic) => `t=${encodeURIComponent(topic)}`).join("&")}`);
  heard = Date.now();
  stream.onopen = () => {
    tries = 0;
    hear();
    wantAll(0); // what changed before anybody listened
  };
  stream.onerror = () => {
    disconnect();
    wantAll(2 * GAP_MS); // is the server there at all?
    again = setTimeout(connect, Math.min(30_000, 1_000 * 2 ** tries++) * (0.5 + Math.random()));
  };
  stream.addEventListener("ping", hear);
  stream.addEventListener("full", () => { crowded = true; disconnect(); });
  stream.addEventListener("tick", (event) => {
    hear();
    for (const region of regions()) {
      if (topicsOf(region).includes(event.data)) want(region, Math.random() * SPREAD_MS);
    }
  });
}

function hear() {
  heard = Date.now();
  tell("aire:known");
}

function disconnect() {
  clearTimeout(again);
  stream?.close();
  stream = null;
}

function stop() {
  stopped = true;
  disconnect();
}

function resume() {
  crowded = false;
  connect();
  if (!stopped) wantAll(0);
}

// -- the clock: polling, and what only time changes ------------------------------------------------
const own = 0.9 + 0.2 * Math.random();
setInterval(() => {
  if (stopped) return;
  const now = Date.now();
  if (stream && now - heard > SILENT_MS) { disconnect(); connect(); }
  const every = own * (document.hidden ? HIDDEN_MS : stream?.readyState === 1 ? SAFETY_MS : POLL_MS);
  for (const region of regions()) {
    if (document.hidden && region.id !== "me") continue;
    const state = stateOf(region);
    if (!state.due && now - state.ended > every) want(region);
  }
}, 2_500);

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : resume()));
addEventListener("pagehide", disconnect);
addEventListener("pageshow", (event) => { if (event.persisted) resume(); });
addEventListener("online", resume);
addEventListener("offline", () => { disconnect(); tell("aire:lost"); });
connect();
if (!stream) wantAll(SPREAD_MS);

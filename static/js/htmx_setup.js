// How htmx behaves in AIRE. The settings that must stand before it starts are in base.html's
// <meta name="htmx-config">; the CSRF token is on <body hx-headers:inherited>.
(() => {
  const htmx = window.htmx;
  if (!htmx) return;

  // The policy of the pages forbids eval; refuse early and say so instead of failing later.
  function Refused() {
    throw new Error("AIRE: scripts in attributes (hx-on, js:, trigger filters) are not used here");
  }
  htmx.registerExtension("aire-no-eval", {
    init: (api) => api.initSecurity(null, Refused, Refused),
  });

  const say = (text) => document.dispatchEvent(new CustomEvent("aire:toast", { detail: { text, tone: "error" } }));

  // Opening a <details> is the reader's doing; a fragment that comes anew does not close it.
  htmx.registerExtension("aire-keep-open", {
    htmx_before_morph_attr: (element, { attrName }) => !(attrName === "open" && element.matches("details, dialog")),
  });
  // What refreshes itself says nothing of its own tries: live_signs.js has a banner for that.
  const isLive = (element) => element instanceof Element && element.matches("[data-live]");

  document.addEventListener("htmx:response:error", (event) => {
    const status = event.detail?.ctx?.response?.raw?.status ?? 0;
    if (status === 401) window.location.reload();
    else if (status === 403) say("You may not do this, or your session is too old. Reload the page and try again.");
    else if (status === 404) say("This is no longer there. Reload the page.");
    else if (status === 429) say("Too many requests. Wait a moment and try again.");
    else if (status >= 500 && !isLive(event.target)) say("AIRE could not answer. Reload the page to see what was kept, then try again.");
  });
  document.addEventListener("htmx:error", (event) => {
    if (!event.detail?.ctx?.response && !isLive(event.target)) say("AIRE cannot be reached. What you see may be old.");
  });

  document.addEventListener("htmx:before:request", (event) => busy(event, true));
  document.addEventListener("htmx:finally:request", (event) => busy(event, false));
  function busy(event, on) {
    const element = event.detail?.ctx?.sourceElement;
    if (!(element instanceof Element) || isLive(element)) return;
    if (on) element.setAttribute("aria-busy", "true");
    else element.removeAttribute("aria-busy");
  }
})();

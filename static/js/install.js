// Makes the on-call home an app on a phone. The page is the same without this file.
const hint = document.getElementById("install");
const HIDDEN = "aire:install-hidden";
let offered = null;

function remembered() {
  try { return localStorage.getItem(HIDDEN); } catch { return null; }
}

function show(part) {
  if (!hint || remembered() || matchMedia("(display-mode: standalone)").matches) return;
  for (const element of hint.querySelectorAll("[data-install]")) element.hidden = element.dataset.install !== part;
  hint.hidden = false;
}

navigator.serviceWorker?.register("/sw.js").catch(() => {}); // a page without a worker still works

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offered = event;
  show("offer");
});
// Safari on a phone knows no such event: there the words say how.
if (navigator.standalone === false) show("words");
addEventListener("appinstalled", () => { if (hint) hint.hidden = true; });

hint?.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("button")) return;
  if (event.target.closest("[data-install=offer]")) offered?.prompt();
  else try { localStorage.setItem(HIDDEN, "1"); } catch { /* then it is asked again next time */ }
  hint.hidden = true;
});

// Small comforts. Every page works without this file.
const ready = (root) => {
  for (const element of root.querySelectorAll("[data-needs-js]")) element.hidden = false;
  showTheme();
};

// -- copy -------------------------------------------------------------------------------------
async function copy(button) {
  const source = button.dataset.copy
    ? button.dataset.copy
    : button.closest(".copy")?.querySelector("code")?.textContent ?? "";
  const word = button.querySelector("[data-copy-word]");
  try {
    await navigator.clipboard.writeText(source);
    if (word) word.textContent = "Copied";
    else toast("Copied");
  } catch {
    const code = button.closest(".copy")?.querySelector("code");
    if (code) getSelection().selectAllChildren(code);
    toast("Select and copy: the browser did not allow it here", "error");
  }
  setTimeout(() => { if (word) word.textContent = "Copy"; }, 2000);
}

// -- toasts -----------------------------------------------------------------------------------
const KEEP_MS = 10_000;

function toast(text, tone = "ok") {
  const region = document.getElementById("toasts");
  if (!region) return;
  const box = document.createElement("div");
  box.className = "toast";
  const mark = document.createElement("span");
  mark.className = tone === "error" ? "danger" : "ok";
  mark.textContent = tone === "error" ? "!" : "✓";
  mark.setAttribute("aria-hidden", "true");
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "link-button";
  close.dataset.dismiss = "";
  close.textContent = "Close";
  box.append(mark, words, close);
  region.append(box);
  setTimeout(() => box.remove(), KEEP_MS);
}
document.addEventListener("aire:toast", (event) => toast(event.detail.text, event.detail.tone));

// -- confirm: <form data-confirm="Pages 3 people now" data-confirm-title data-confirm-yes> -----
const confirmBox = document.getElementById("confirm");

function ask(source) {
  return new Promise((resolve) => {
    const { confirm, confirmTitle, confirmYes } = source.dataset;
    confirmBox.querySelector("h2").textContent = confirmTitle || "Please confirm";
    confirmBox.querySelector("[data-confirm-text]").textContent = confirm;
    const yes = confirmBox.querySelector("[data-confirm-yes]");
    yes.textContent = confirmYes || "Continue";
    yes.className = `btn ${source.hasAttribute("data-confirm-danger") ? "btn-page" : "btn-primary"}`;
    confirmBox.returnValue = "cancel";
    confirmBox.addEventListener("close", () => resolve(confirmBox.returnValue === "yes"), { once: true });
    confirmBox.showModal();
  });
}

const agreed = new WeakSet();
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const source = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!confirmBox || !source.dataset.confirm || agreed.has(form)) {
    agreed.delete(form);
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  if (!(await ask(source))) return;
  agreed.add(form);
  form.requestSubmit(submitter ?? undefined);
}, true);

// A second press of a button that has been pressed sends nothing.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  const button = event.submitter;
  if (!button) return;
  if (button.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  button.setAttribute("aria-busy", "true");
  // An answer that leaves the page standing (a download) must not leave the button dead.
  setTimeout(() => button.removeAttribute("aria-busy"), 5000);
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

// -- menus, dialogs and everything that is clicked ----------------------------------------------
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  closeMenus(target.closest("details.menu"));
  const button = target.closest("button, a");
  if (!button) return;
  if ("copy" in button.dataset) copy(button);
  if ("dismiss" in button.dataset) button.closest(".toast, .callout")?.remove();
  if (button.dataset.dialogOpen) document.getElementById(button.dataset.dialogOpen)?.showModal();
  if ("dialogClose" in button.dataset) button.closest("dialog")?.close();
  if (button.dataset.themeChoice) chooseTheme(button.dataset.themeChoice);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  closeMenus();
  open?.querySelector("summary").focus();
});

// -- theme: this browser's choice in a cookie, so that the server draws the page right at once ---
function chooseTheme(choice) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `aire_theme=${choice}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  showTheme();
}
function showTheme() {
  const current = document.documentElement.dataset.theme || "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current));
  }
}

// Values in <select data-submit> apply at once; without JavaScript the form has its own button.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
});
document.addEventListener("htmx:after:swap", () => ready(document));
ready(document);

// The palette: what the server finds, and every click target of this page as a command. And the
// list of shortcuts. Both are read off the page when they open; nothing is written down here.
const box = document.getElementById("palette");
const PLACES = ".mainnav a, .menu-item, .menu-list .nav-link, [data-key]";

function targets(selector) {
  return [...document.querySelectorAll(selector)].filter(
    (element) => !element.disabled && !element.closest("[hidden], dialog"),
  );
}

function label(element) {
  const named = element.getAttribute("aria-label");
  if (named) return named;
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll(".only-phone")) extra.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function keys(key) {
  const caps = document.createElement("span");
  caps.className = "keys";
  for (const part of key.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = part;
    caps.append(cap);
  }
  return caps;
}

if (box) {
  const input = box.querySelector("[role=combobox]");
  const list = box.querySelector("#palette-commands");
  const hits = box.querySelector("#palette-hits");
  const said = box.querySelector("[role=status]");
  const commands = new Map();

  // What was found for another text may not be chosen any more.
  const options = () => [...box.querySelectorAll("[role=option]")].filter(
    (option) => !option.closest("[aria-busy]"),
  );
  const active = () => options().find((option) => option.id === input.getAttribute("aria-activedescendant"));

  function activate(option) {
    for (const other of box.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function refresh() {
    const words = input.value.toLowerCase().split(/\s+/);
    activate(null);
    const seen = new Set();
    commands.clear();
    list.replaceChildren();
    const found = targets(PLACES).filter((one) => !one.matches("summary, [data-row], [data-dialog-open=palette]"));
    found.sort((a, b) => Boolean(b.closest("main")) - Boolean(a.closest("main")));
    for (const target of found) {
      const name = label(target);
      if (seen.has(name) || !words.every((word) => name.toLowerCase().includes(word))) continue;
      seen.add(name);
      const option = document.createElement("div");
      option.className = "option";
      option.role = "option";
      option.id = `palette-command-${seen.size}`;
      option.setAttribute("aria-selected", "false");
      const text = document.createElement("span");
      text.textContent = name;
      option.append(text);
      if (target.dataset.key) option.append(keys(target.dataset.key));
      commands.set(option.id, target);
      list.append(option);
    }
    list.parentElement.hidden = !seen.size;
    settle();
  }

  function settle() {
    activate(active() ?? options()[0]);
    said.textContent = `${options().length} results`;
  }

  function choose(option) {
    const target = commands.get(option.id);
    if (target && !target.isConnected) {
      refresh(); // the page has changed underneath
      return;
    }
    box.close();
    if (!target) option.click();
    else if (target.matches("input, textarea")) target.focus();
    else target.click();
  }

  input.addEventListener("input", () => {
    hits.setAttribute("aria-busy", "true");
    refresh();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || event.ctrlKey || event.metaKey || (!step && event.key !== "Enter")) return;
    const all = options();
    if (step) activate(all.at((all.indexOf(active()) + step) % all.length));
    else if (!active()) return; // the form asks the page of the search
    else choose(active());
    event.preventDefault();
  });
  box.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (event.target === box) box.close();
    else if (option && commands.has(option.id)) choose(option);
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!box.open) return;
    hits.removeAttribute("aria-busy");
    settle();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target instanceof Element ? event.target.closest("[data-dialog-open]") : null;
    if (opener?.dataset.dialogOpen === "palette") {
      input.value = "";
      hits.replaceChildren();
      hits.removeAttribute("aria-busy");
      refresh();
    } else if (opener?.dataset.dialogOpen === "shortcuts") listShortcuts();
  }, true);
}

function listShortcuts() {
  const lines = document.getElementById("shortcut-list");
  lines.replaceChildren();
  for (const target of targets("[data-key]")) {
    const line = document.createElement("div");
    line.className = "row spread";
    const [name, key] = [document.createElement("dt"), document.createElement("dd")];
    name.textContent = label(target);
    key.append(keys(target.dataset.key));
    line.append(name, key);
    lines.append(line);
  }
}

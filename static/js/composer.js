// The box for notes and commands: what can be written after a slash, offered while it is typed.
// The list comes from the registry of commands, once somebody types a slash. Works without it.
const FORMS = "form[data-completion]";
const known = new Map(); // address -> Promise of commands

function load(url) {
  if (!known.has(url)) {
    const asked = fetch(url, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : { commands: [] }))
      .then((answer) => answer.commands)
      .catch(() => {
        known.delete(url);
        return [];
      });
    known.set(url, asked);
  }
  return known.get(url);
}

function boxOf(area) {
  let box = area.parentElement.querySelector(".completion");
  if (!box) {
    box = document.createElement("div");
    box.className = "completion";
    box.id = `${area.id}-completion`;
    box.role = "listbox";
    box.setAttribute("aria-label", "Commands");
    box.hidden = true;
    area.after(box);
    area.setAttribute("aria-controls", box.id);
    area.setAttribute("aria-autocomplete", "list");
  }
  return box;
}

function line(command, id) {
  const option = document.createElement("div");
  option.className = "option";
  option.role = "option";
  option.id = id;
  option.dataset.name = command.name;
  const usage = document.createElement("span");
  usage.className = "mono";
  usage.textContent = command.usage;
  const does = document.createElement("span");
  does.className = "muted small";
  does.textContent = command.does;
  option.append(usage, does);
  return option;
}

const chosen = (box) => box.querySelector("[aria-selected=true]");

function choose(area, box, option) {
  chosen(box)?.setAttribute("aria-selected", "false");
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", option.id);
  } else area.removeAttribute("aria-activedescendant");
}

function close(area) {
  const box = boxOf(area);
  box.hidden = true;
  box.replaceChildren();
  choose(area, box, null);
}

async function offer(area) {
  const box = boxOf(area);
  const typed = /^\/([a-z]*)(\s[^]*)?$/i.exec(area.value);
  if (!typed) return close(area);
  const commands = await load(area.form.dataset.completion);
  if (!area.value.startsWith(`/${typed[1]}`)) return; // typed on meanwhile
  const word = typed[1].toLowerCase();
  // Behind the command its usage stays as a reminder; before, all that begin alike.
  const found = commands.filter((one) => (typed[2] === undefined ? one.name.startsWith(word) : one.name === word));
  box.replaceChildren(...found.map((one, number) => line(one, `${box.id}-${number}`)));
  box.hidden = !found.length;
  choose(area, box, typed[2] === undefined ? box.firstElementChild : null);
}

function take(area, option) {
  area.value = `/${option.dataset.name} `;
  area.focus();
  offer(area);
}

const areaOf = (event) => (event.target instanceof HTMLTextAreaElement && event.target.closest(FORMS) ? event.target : null);

document.addEventListener("input", (event) => {
  const area = areaOf(event);
  if (area) offer(area);
});

document.addEventListener("keydown", (event) => {
  const area = areaOf(event);
  const box = area && boxOf(area);
  if (!box || box.hidden) return;
  const now = chosen(box);
  if (event.key === "Escape") close(area);
  else if (!now) return;
  else if (event.key === "Tab" && !event.shiftKey) take(area, now);
  else if (event.key === "Enter" && area.value !== `/${now.dataset.name}`) take(area, now);
  else if (event.key === "ArrowDown") choose(area, box, now.nextElementSibling ?? box.firstElementChild);
  else if (event.key === "ArrowUp") choose(area, box, now.previousElementSibling ?? box.lastElementChild);
  else return;
  event.preventDefault();
  event.stopPropagation();
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".completion .option");
  if (!option) return;
  event.preventDefault();
  const area = option.closest(".completion").previousElementSibling;
  if (area instanceof HTMLTextAreaElement) take(area, option);
});

document.addEventListener("focusout", (event) => {
  const area = areaOf(event);
  if (area) close(area);
});

// Keeps <time data-age> and <time data-lasting> true while the page is open. Same words as core/durations.py: change both.
const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
const MONTH = 30 * 86400;

function ageWords(seconds) {
  const distance = Math.abs(seconds);
  if (distance < 5) return "just now";
  if (distance >= MONTH) return null;
  const [size, unit] = UNITS.find(([size]) => distance >= size);
  const count = Math.floor(distance / size);
  const word = unit === "d" ? (count === 1 ? "day" : "days") : unit;
  return seconds > 0 ? `${count} ${word} ago` : `in ${count} ${word}`;
}

// The two largest units: "4 min 10 s".
function spanWords(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const first = Math.max(0, UNITS.findIndex(([size]) => whole >= size || size === 1));
  const [size, unit] = UNITS[first];
  const [smaller, smallUnit] = UNITS[first + 1] ?? [];
  const rest = smaller ? Math.floor((whole % size) / smaller) : 0;
  return `${Math.floor(whole / size)} ${unit}${rest ? ` ${rest} ${smallUnit}` : ""}`;
}

function tick() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-age]")) {
    const words = ageWords((now - Date.parse(element.dateTime)) / 1000);
    if (words && element.textContent !== words) element.textContent = words;
  }
  for (const element of document.querySelectorAll("time[data-lasting]")) {
    element.textContent = spanWords((now - Date.parse(element.dateTime)) / 1000);
  }
}

let timer = 0;
function run() {
  clearInterval(timer);
  if (document.hidden) return;
  tick();
  timer = setInterval(tick, 5000);
}
document.addEventListener("visibilitychange", run);
document.addEventListener("htmx:after:swap", tick);
run();

// Runs before everything else on each page: notes what moved and what the policy refused.
let moved = 0;
const movers = [];
const refused = [];
const observer = new PerformanceObserver((list) => count(list.getEntries()));

function count(entries) {
  for (const entry of entries) {
    if (entry.hadRecentInput) continue;
    moved += entry.value;
    for (const { node, previousRect, currentRect } of entry.sources) {
      const words = (node?.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 60);
      movers.push(`${node?.nodeName}.${node?.className} “${words}” ${previousRect.y}+${previousRect.height} to ${currentRect.y}+${currentRect.height}`);
    }
  }
}
observer.observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", (event) => {
  refused.push(`${event.violatedDirective} ${event.blockedURI}`);
});

// Boxes that are cut off at the edge of the screen or of the card they stand in.
window.stickingOut = () => {
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const found = [];
  for (const box of document.querySelectorAll("main :is(table, .card, .btn, .badge, input, select, textarea)")) {
    const { left, right, width } = box.getBoundingClientRect();
    let limit = document.documentElement.clientWidth;
    let above = box.parentElement;
    for (; above && !scrolls(above); above = above.parentElement) {
      if (above.matches(".card-flush")) limit = Math.min(limit, above.getBoundingClientRect().right);
    }
    const hidden = box.closest(".sr-only, [hidden], dialog:not([open])");
    if (!above && width > 1 && !hidden && (left < -1 || right > limit + 1)) {
      found.push(`${box.tagName} .${box.className} from ${Math.round(left)} to ${Math.round(right)}`);
    }
  }
  return found;
};

// Drawn twice and a moment later, what was to move has moved.
window.settledPage = async () => {
  const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await drawn();
  await drawn();
  await new Promise((resolve) => setTimeout(resolve, 60));
  count(observer.takeRecords());
  return [refused, moved, movers];
};

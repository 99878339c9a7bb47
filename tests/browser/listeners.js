// Runs before everything else on each page: notes what moved and what the policy refused.
let moved = 0;
const refused = [];
const observer = new PerformanceObserver((list) => count(list.getEntries()));

function count(entries) {
  for (const entry of entries) if (!entry.hadRecentInput) moved += entry.value;
}
observer.observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", (event) => {
  refused.push(`${event.violatedDirective} ${event.blockedURI}`);
});

// Drawn twice and a moment later, what was to move has moved.
window.settledPage = async () => {
  const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await drawn();
  await drawn();
  await new Promise((resolve) => setTimeout(resolve, 60));
  count(observer.takeRecords());
  return [refused, moved];
};

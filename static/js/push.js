// Switches push on for this browser: asks, subscribes, and sends what it got as an ordinary form.
const form = document.querySelector("form[data-push-key]");
const button = form?.querySelector("[data-push-ask]");
const said = form?.querySelector("[data-push-said]");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

async function subscribe() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    said.textContent = "This browser knows no push. On an iPhone put AIRE on the Home Screen and try there.";
    return;
  }
  if ((await Notification.requestPermission()) !== "granted") {
    said.textContent = "The browser does not allow notifications from here. Allow them in its settings for this site.";
    return;
  }
  await navigator.serviceWorker.register("/sw.js");
  const worker = await navigator.serviceWorker.ready;
  const known = await worker.pushManager.getSubscription();
  const found = known ?? (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.pushKey) }));
  form.elements.namedItem("subscription").value = JSON.stringify(found);
  form.submit();
}

button?.addEventListener("click", () => {
  subscribe().catch((error) => { said.textContent = `It could not be switched on: ${error.message}`; });
});

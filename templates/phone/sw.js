// What a phone needs to open AIRE without a network: the offline page, what it is drawn with, and
// when AIRE last answered. Nothing of a signed-in page is ever kept.
const CACHE = "aire-{{ release }}";
const KEPT = {{ kept|safe }};
const OFFLINE = KEPT[0];
const SEEN = `${OFFLINE}seen`;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // Without cookies: whatever is kept was made for nobody.
    await cache.addAll(KEPT.map((url) => new Request(url, { credentials: "omit", cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const seen = await caches.match(SEEN);
    if (seen) await (await caches.open(CACHE)).put(SEEN, seen);
    for (const name of await caches.keys()) {
      if (name.startsWith("aire-") && name !== CACHE) await caches.delete(name);
    }
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (request.method === "GET" && KEPT.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(url.pathname)) ?? Response.error()));
  }
});

async function page(event) {
  const sends = event.request.method !== "GET";
  try {
    const answer = (!sends && (await event.preloadResponse)) || (await fetch(event.request));
    if (answer.status < 500) event.waitUntil(note());
    return answer;
  } catch {
    return offline(sends);
  }
}

async function note() {
  await (await caches.open(CACHE)).put(SEEN, new Response(new Date().toISOString()));
}

async function offline(sends) {
  const kept = await caches.match(OFFLINE);
  if (!kept) return Response.error();
  const seen = await (await caches.match(SEEN))?.text();
  let text = await kept.text();
  if (seen) text = text.replace("an unknown time", words(new Date(seen)));
  if (sends) text = text.replace(" hidden>", ">");
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  const policy = kept.headers.get("Content-Security-Policy");
  if (policy) headers["Content-Security-Policy"] = policy;
  return new Response(text, { status: 503, headers });
}

function words(moment) {
  return moment.toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data?.json() ?? {}; } catch { /* shown all the same: a browser insists on it */ }
  const actions = told.acknowledge ? [{ action: "acknowledge", title: "Acknowledge" }] : [];
  event.waitUntil(self.registration.showNotification(told.title || "AIRE", {
    body: told.body || "",
    tag: told.tag || "aire",
    renotify: Boolean(told.tag),
    requireInteraction: Boolean(told.page),
    icon: "{{ icon }}",
    data: { url: told.url, acknowledge: told.acknowledge },
    actions,
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url, acknowledge } = event.notification.data ?? {};
  // Acknowledging opens the page that asks; a tap in a pocket changes nothing.
  const wanted = event.action === "acknowledge" && acknowledge ? acknowledge : url;
  const target = wanted && new URL(wanted, location.origin).origin === location.origin ? wanted : "/on-call/";
  event.waitUntil(self.clients.openWindow(target));
});

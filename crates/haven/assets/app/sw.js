// Keeps the app's files on the device and answers from them, so that the app opens without a network. The list of files, its
// version and `send` stand above: the server writes them there. The law is not among them: pages keep it in the database
// with the day on which it was confirmed.

const CACHE = `haven-app-${VERSION}`;
const OURS = /^haven-app-/;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      // All of them or none: half an app would fail when there is no network.
      await cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => OURS.test(name) && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || !FILES.includes(pathname)) return;
  event.respondWith(
    (async () => (await (await caches.open(CACHE)).match(pathname, { ignoreVary: true })) ?? (await fetch(event.request)))(),
  );
});

// Where the browser offers it, what waits is sent also when no page is open.
self.addEventListener("sync", (event) => {
  event.waitUntil(
    (async () => {
      // An error asks the browser to try again.
      if (await send()) throw new Error("not sent yet");
    })(),
  );
});

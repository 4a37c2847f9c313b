// Stands between pages and network: pages come from the network as long as there is one, and
// from what was kept of this build otherwise. Nothing of a person is kept here; that is in
// IndexedDB (field/kept.mjs). Built by scripts/charts.mjs; the server puts the build in.

/** `{ version, hashed, files }`. */
const build = '__BUILD__';
const CACHE = `weir-${build.version}`;

self.addEventListener('install', event => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // All, or this build is not installed: half a page is none.
    // Not those of another build that the browser still keeps.
    await cache.addAll(['/offline', ...build.files].map(file => new Request(file, { cache: 'reload' })));
  })());
});

self.addEventListener('activate', event => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('weir-') && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener('message', event => {
  if (event.data === 'take over') self.skipWaiting();
});

/** From the network, or what was kept. */
async function networkFirst(request, fallback) {
  try {
    return await fetch(request);
  } catch (problem) {
    const kept = await (await caches.open(CACHE)).match(fallback ?? request, { ignoreVary: true });
    if (kept) return kept;
    throw problem;
  }
}

/** Named by its content: what is kept is right for ever. */
async function cacheFirst(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener('fetch', event => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(networkFirst(request, '/offline'));
  else if (build.hashed && /^\/(pkg|texts)\//.test(address.pathname)) event.respondWith(cacheFirst(request));
  else if (build.files.includes(address.pathname)) event.respondWith(networkFirst(request));
});

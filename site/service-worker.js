// The site without a network: every file of a build is fetched once and kept.
// The build fills in the files, and a version that changes with any of them.
const FILES = __FILES__;
const PREFIX = `tilewise ${registration.scope} `;
const CACHE = PREFIX + '__VERSION__';

self.addEventListener('install', (event) => {
  const fetched = caches.open(CACHE).then((cache) => cache.addAll(FILES));
  event.waitUntil(fetched.then(() => self.skipWaiting()));
});

// Pages that are open stay as they were loaded: the next ones come from what is kept.
self.addEventListener('activate', (event) => {
  const isOld = (name) => name.startsWith(PREFIX) && name !== CACHE;
  const dropped = (names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(dropped));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(registration.scope)) return;
  event.respondWith(request.mode === 'navigate' ? newest(request) : kept(request));
});

/** A page as the site has it now; without a network, as it was. */
async function newest(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const page = await caches.match(request, { cacheName: CACHE, ignoreSearch: true });
    if (page === undefined) throw error;
    return page;
  }
}

/** The names of scripts and styles change with what they hold, so that what is kept is never old. */
async function kept(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

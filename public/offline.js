// A classic script of built pages: once the page is there, the whole site is kept for use without a network.
const site = new URL('.', document.currentScript.src);
addEventListener('load', () => {
  // Some contexts have no service workers; the page works without them.
  navigator.serviceWorker
    ?.register(new URL('service-worker.js', site), { scope: site.pathname })
    .catch(() => undefined);
});

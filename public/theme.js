// A classic script in the head: it runs before the first paint, so that no theme flashes.
let saved;
try {
  saved = localStorage.getItem('tilewise-theme');
} catch {
  // Storage may be forbidden: then as the system says.
}
const dark = saved === 'dark' || (saved !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.classList.toggle('wa-dark', dark);

/** `npm ci` downloads no browser: `bench/browser` finds or installs one when it is needed. */
module.exports = { skipDownload: true };

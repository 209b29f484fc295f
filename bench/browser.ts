/** The one way to a browser, for the command line and the tests alike. */
export { NoBrowserError } from './browser/errors.ts';
export { findBrowser, type FindOptions, type FoundBrowser } from './browser/find.ts';
export { launchBrowser, type LaunchOptions } from './browser/launch.ts';

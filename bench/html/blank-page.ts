import { parseHTML } from 'linkedom';

/** A document without a browser, in which charts are drawn. */
export const blankPage = (): Document => parseHTML('<!doctype html><html><body></body></html>').document;

import { parseHTML } from 'linkedom';

/** Where charts are made. */
export const blankPage = (): Document => parseHTML('<!doctype html><html><body></body></html>').document;

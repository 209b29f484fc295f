import type { OwnData } from '../../core/operation.ts';
import { retrieveFiles } from '../retrieve/files.ts';

/** Tokens of queries and of documents. */
export const lateFiles: OwnData = {
  files: retrieveFiles.files.map((file) => ({
    ...file,
    about: file.argument === 'query' ? '[queries, tokens, dim]' : '[documents, tokens, dim]',
  })),
};

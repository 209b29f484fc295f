/** The first line of every body that a preset makes: `// preset softcap {"cap":30}`. */
export const presetLabel = (id: string, params: object): string =>
  `// preset ${id} ${JSON.stringify(params)}\n`;

const LABEL = /^\/\/ preset ((\S+) (\{.*\}))\n/;

/** Reads the label of a body; `undefined` if no preset made it. `words` is id and parameters as written. */
export function readPresetLabel(body: string): { id: string; params: string; words: string } | undefined {
  const [, words, id, params] = LABEL.exec(body) ?? [];
  return words === undefined || id === undefined || params === undefined ? undefined : { id, params, words };
}

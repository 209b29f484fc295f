import { RecordResolver } from 'wesl';

/** Characters of text whose syntax trees are kept: a tree takes some 50 bytes for each of them. */
const MAX_CHARACTERS = 1e6;

/**
 * Modules as the linker has read them, the latest used last. Reading is half of linking, and shaders share most of their
 * modules: those of one tile differ in conditions alone, which are looked at later.
 */
const parsed = new Map<string, RecordResolver>();
let characters = 0;

/** A resolver of one module, as the linker wants it. @param path with its ending, as linking is told it */
export function parsedModule(path: string, text: string): RecordResolver {
  const key = `${path}\n${text}`;
  const found = parsed.get(key);
  const module = found ?? new RecordResolver({ [path]: text });
  parsed.delete(key);
  parsed.set(key, module);
  if (!found) characters += key.length;
  for (const oldest of parsed.keys()) {
    if (characters <= MAX_CHARACTERS || oldest === key) break;
    parsed.delete(oldest);
    characters -= oldest.length;
  }
  return module;
}

import type { CodeFault, Compiled, SourceFile } from '../../../../worker/api.ts';
import type { Modifiable } from '../../../../core/modifiers.ts';
import type { Pane } from '../setup.ts';

/** A text of a pane that can be edited. */
export interface PaneText {
  /** A path below `shaders/`, or the name of a modifier. */
  readonly path: string;
  readonly text: string;
  readonly isEdited: boolean;
}

/** Shaders have paths with an ending, modifiers plain names. */
const isModifier = (path: string): boolean => !path.endsWith('.wesl');

/** All texts of a pane: its shaders as they are edited, then its modifiers. */
export function textsOf(pane: Pane, files: readonly SourceFile[], { signatures }: Modifiable): PaneText[] {
  const shipped = new Map(files.map(({ path, text }) => [path, text]));
  // An edit may reach files that the variant did not use before.
  const paths = [...new Set([...shipped.keys(), ...Object.keys(pane.sources)])];
  return [
    ...paths.map((path) => ({
      path,
      text: pane.sources[path] ?? shipped.get(path) ?? '',
      isEdited: path in pane.sources,
    })),
    ...Object.keys(signatures).map((name) => ({
      path: name,
      text: pane.modifiers[name] ?? '',
      isEdited: pane.modifiers[name] !== undefined,
    })),
  ];
}

/** The pane with one text changed; a text as shipped, and a modifier left empty, is no edit. */
export function withText(pane: Pane, files: readonly SourceFile[], path: string, text: string): Pane {
  if (isModifier(path)) {
    const { [path]: _, ...others } = pane.modifiers;
    return { ...pane, modifiers: text.trim() === '' ? others : { ...others, [path]: text } };
  }
  const { [path]: _, ...others } = pane.sources;
  const shipped = files.find((file) => file.path === path)?.text;
  return { ...pane, sources: text === shipped ? others : { ...others, [path]: text } };
}

/** The pane with one text as it was shipped. */
export const reverted = (pane: Pane, files: readonly SourceFile[], path: string): Pane =>
  withText(pane, files, path, files.find((file) => file.path === path)?.text ?? '');

export const faultsIn = (errors: readonly CodeFault[], path: string): CodeFault[] =>
  errors.filter(({ file }) => file === path);

/** The edited texts of a pane, and in their place the shipped ones, each under its path. */
export function editsOf(texts: readonly PaneText[], files: readonly SourceFile[]) {
  const edited = texts.filter(({ isEdited }) => isEdited);
  const shippedText = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  const joined = (textOf: (text: PaneText) => string) =>
    edited.map((text) => `// ${text.path}\n\n${textOf(text)}`).join('\n\n');
  return { shipped: joined(({ path }) => shippedText(path)), edited: joined(({ text }) => text) };
}

/** Everything that the compiler gets, pass after pass. */
export const linkedText = (compiled: Compiled | undefined): string =>
  (compiled?.passes ?? []).map(({ label, wgsl }) => `// Pass: ${label}\n\n${wgsl}`).join('\n\n');

/** Where each line of `linkedText` was written, `attention/naive_softmax.wesl:12`; empty for those of no file. */
export const linkedOrigins = ({ passes }: Compiled): string[] =>
  passes.flatMap(({ origins }, index) => [...(index === 0 ? [] : ['']), '', '', ...origins]);

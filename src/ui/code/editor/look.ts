import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colors = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: tags.keyword, color: 'var(--code-keyword)' },
  { tag: tags.typeName, color: 'var(--code-type)' },
  { tag: [tags.number, tags.atom], color: 'var(--code-number)' },
  { tag: tags.meta, color: 'var(--code-meta)' },
  { tag: tags.constant(tags.variableName), color: 'var(--code-number)' },
  { tag: tags.function(tags.variableName), color: 'var(--code-function)' },
]);

const theme = EditorView.theme({
  '&': {
    height: '100%',
    color: 'var(--wa-color-text-normal)',
    backgroundColor: 'var(--wa-color-surface-default)',
    fontSize: '0.8125rem',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--wa-font-family-code)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--wa-color-text-normal)' },
  '.cm-cursor': { borderLeftColor: 'var(--wa-color-text-normal)' },
  '.cm-gutters': {
    backgroundColor: 'var(--wa-color-surface-lowered)',
    color: 'var(--wa-color-text-quiet)',
    border: 'none',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--wa-color-text-normal) 5%, transparent)',
  },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--wa-color-brand-fill-loud) 28%, transparent) !important',
  },
  '.cm-tooltip': {
    border: '1px solid var(--wa-color-surface-border)',
    borderRadius: 'var(--wa-border-radius-m)',
    backgroundColor: 'var(--wa-color-surface-raised)',
    color: 'var(--wa-color-text-normal)',
  },
  '.cm-diagnostic': { fontFamily: 'var(--wa-font-family-code)', whiteSpace: 'pre-wrap' },
  '.cm-collapsedLines': {
    background: 'var(--wa-color-surface-lowered)',
    color: 'var(--wa-color-text-quiet)',
  },
});

/** The colours of code, on the page’s own surfaces, light or dark. */
export const look = [theme, syntaxHighlighting(colors)];

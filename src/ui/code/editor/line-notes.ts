import { StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state';
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view';

/** Words that stand behind a line, and are no part of the text. */
export interface LineNote {
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

/** Puts these notes in the place of those that are shown. */
export const setLineNotes = StateEffect.define<readonly LineNote[]>();

class Note extends WidgetType {
  constructor(private readonly text: string) {
    super();
  }

  override eq(other: Note): boolean {
    return other.text === this.text;
  }

  toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.className = 'cm-lineNote';
    element.textContent = this.text;
    return element;
  }
}

/** A text that is being edited may have fewer lines by now. */
const decorationsOf = ({ doc }: EditorState, notes: readonly LineNote[]): DecorationSet =>
  Decoration.set(
    notes
      .filter(({ line }) => line >= 1 && line <= doc.lines)
      .map(({ line, text }) =>
        Decoration.widget({ widget: new Note(text), side: 1 }).range(doc.line(line).to),
      ),
    true,
  );

const shownNotes = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, { changes, effects, state }) {
    const set = effects.find((effect) => effect.is(setLineNotes));
    return set === undefined ? shown.map(changes) : decorationsOf(state, set.value);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const theme = EditorView.theme({
  '.cm-lineNote': {
    marginLeft: '1.5em',
    padding: '0 0.4em',
    borderRadius: 'var(--wa-border-radius-s)',
    backgroundColor: 'var(--wa-color-brand-fill-quiet)',
    color: 'var(--wa-color-brand-on-quiet)',
  },
});

/** Notes behind lines, which move with them. */
export const lineNotes: Extension = [shownNotes, theme];

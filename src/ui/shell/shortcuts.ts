import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** A key of the page, what it does, and doing it. */
export interface Shortcut {
  /** Names of `KeyboardEvent.key`, and `Space`; `Ctrl+Enter` where Ctrl (or ⌘) is held too. */
  readonly keys: readonly string[];
  readonly does: string;
  readonly run: () => void;
}

const groups = new Set<Shortcuts>();

/** Every shortcut of the page as it stands, in the order in which elements brought them. */
export const shortcutsOfPage = (): readonly Shortcut[] => [...groups].flatMap(({ list }) => list);

/** Listens for an element's shortcuts while it is in the page, and lists them in the help. */
export class Shortcuts implements ReactiveController {
  constructor(
    host: ReactiveControllerHost,
    readonly list: readonly Shortcut[],
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    groups.add(this);
    addEventListener('keydown', this.press);
  }

  hostDisconnected(): void {
    groups.delete(this);
    removeEventListener('keydown', this.press);
  }

  private readonly press = (event: KeyboardEvent): void => {
    const name = nameOf(event);
    const shortcut = this.list.find(({ keys }) => keys.includes(name));
    if (!shortcut || event.defaultPrevented || isMeantForControl(event)) return;
    event.preventDefault();
    shortcut.run();
  };
}

const nameOf = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string =>
  `${altKey ? 'Alt+' : ''}${ctrlKey || metaKey ? 'Ctrl+' : ''}${key === ' ' ? 'Space' : key}`;

/** Whether what has the focus takes the key itself: an open dialog and text take all, a button Space and Enter. */
function isMeantForControl(event: KeyboardEvent): boolean {
  const path = event.composedPath();
  if (path.some((it) => it instanceof HTMLDialogElement && it.open)) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  // Through open shadow roots, the first is what has the focus.
  const [target] = path;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('input, textarea, select, [role=combobox], [role=slider]')) {
    return !(target.matches('input[type=range]') && event.key === '?');
  }
  const isPressing = event.key === ' ' || event.key === 'Enter';
  return isPressing && target.matches('button, a, summary, [role=button], [role=radio], [role=option]');
}

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { FIRST_OPERATION, type OperationId } from '../../../operations/index.ts';
import type { DeviceReport } from '../../../measure/report.ts';
import { BadLinkError, isLink } from '../../form/link-codec.ts';
import { defaultSetup } from './default-setup.ts';
import { isOwnCode, rememberCode } from './code/own-code.ts';
import {
  areAlike,
  isEdited,
  MOST_PANES,
  setupSchema,
  shippedPane,
  withLetters,
  type Setup,
} from './setup.ts';
import { readLink, writeLink } from './share.ts';

/** Owns the setup and keeps the page's address telling it. */
export class SetupController implements ReactiveController {
  setup: Setup = defaultSetup(FIRST_OPERATION);
  /** The part of the link that could not be read, in words. */
  notice: string | undefined;
  /** Whether the panes' code is the reader's own, or was allowed, now or before. */
  trusted = true;
  private chosen = false;
  /** The fragment of the setup; the page's own address once somebody has chosen. */
  private written = '';

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  /** The address of the setup, whether or not the page's own tells it yet. */
  get link(): string {
    return location.origin + location.pathname + this.written;
  }

  hostConnected(): void {
    this.follow();
    void this.write();
    addEventListener('hashchange', this.follow);
  }

  hostDisconnected(): void {
    removeEventListener('hashchange', this.follow);
  }

  /** A link or the reader's own choice stands; the device only picks the defaults. */
  adaptTo(device: DeviceReport): void {
    if (!this.chosen) this.become(defaultSetup(this.setup.operation, device));
  }

  change(changes: Partial<Setup>): void {
    this.chosen = true;
    this.notice = undefined;
    this.become({ ...this.setup, ...changes });
  }

  /** Sets a value that is no field of the problem. Another operation has other fields and variants; a bad number is left out. */
  setOther(name: string, value: string, device: DeviceReport | undefined): void {
    if (name === 'operation') {
      const { seed, yardstick } = this.setup;
      this.trusted = true;
      this.change({ ...defaultSetup(value as OperationId, device), seed, yardstick });
      return;
    }
    const changed = { ...this.setup, [name]: name === 'yardstick' ? value === 'on' : Number(value) };
    if (setupSchema.safeParse(changed).success) this.change(changed);
  }

  trust(): void {
    this.trusted = true;
    this.host.requestUpdate();
    void rememberCode(this.setup.panes);
  }

  /**
   * Makes the unedited original of an edited pane the baseline: the one that is there, or a new one.
   * @returns where the edited pane is then
   */
  againstOriginal(index: number): number {
    const { panes } = this.setup;
    const edited = panes[index];
    if (edited === undefined || !isEdited(edited)) return index;
    const original = { ...shippedPane(edited.variant), params: edited.params };
    const at = panes.findIndex((pane) => areAlike(pane, original));
    if (at === 0 || (at < 0 && panes.length === MOST_PANES)) return index;
    const named = withLetters(panes);
    const others = named.filter((_, other) => other !== at);
    this.change({ panes: [named[at] ?? original, ...others] });
    return at < 0 || index < at ? index + 1 : index;
  }

  private become(setup: Setup): void {
    this.setup = setup;
    this.host.requestUpdate();
    void this.write();
  }

  private readonly follow = (): void => {
    void this.read();
  };

  private async read(): Promise<void> {
    const { hash, search } = location;
    if (!isLink(hash) && search !== '') {
      this.notice = 'This page reads no settings from the part of its address behind the question mark.';
      this.host.requestUpdate();
    }
    if (!isLink(hash) || hash === this.written) return;
    try {
      const setup = readLink(hash);
      this.chosen = true;
      this.notice = undefined;
      this.trusted = await isOwnCode(setup.panes);
      this.become(setup);
    } catch (error) {
      if (!(error instanceof BadLinkError)) throw error;
      this.notice = error.message;
      this.host.requestUpdate();
    }
  }

  private async write(): Promise<void> {
    const { setup } = this;
    // A reload of what the address tells must find its code known.
    if (this.trusted) await rememberCode(setup.panes);
    // Meanwhile more may have changed.
    if (setup !== this.setup) return;
    const link = (this.written = writeLink(setup));
    // A link that carries results stays as it is while its setup does.
    if (this.chosen && !location.hash.startsWith(`${link}.`)) history.replaceState(null, '', link);
    this.host.requestUpdate();
  }
}

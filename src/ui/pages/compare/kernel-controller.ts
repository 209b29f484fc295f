import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { AbortError, DeviceLostError, messageOf } from '../../../core/errors.ts';
import type { Compiled, KernelArgs, LabClient, SourceFile } from '../../../worker/api.ts';

/** Typing pauses for so long before what was typed is compiled. */
const PAUSE_MS = 300;

/** The outcome of compiling a kernel's code; both fields are absent while it is not known. */
export interface KernelState {
  readonly compiled?: Compiled;
  /** Why it cannot be compiled at all: a problem, variant or parameter that does not go. */
  readonly refused?: string;
}

/** Compiles kernels as they change, in the worker, and keeps what came of it by what they are. */
export class KernelController implements ReactiveController {
  private readonly states = new Map<string, KernelState>();
  private readonly files = new Map<string, readonly SourceFile[]>();
  private wanted: readonly KernelArgs[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private abort: AbortController | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  /** The outcome of the last attempt to compile it. */
  state(kernel: KernelArgs): KernelState {
    return this.states.get(keyOf(kernel)) ?? {};
  }

  /** The shipped files of its variant. */
  sources(kernel: KernelArgs): readonly SourceFile[] {
    return this.files.get(keyOf(shipped(kernel))) ?? [];
  }

  /** Says which kernels matter now; the ones not known yet are compiled after a pause. */
  want(lab: LabClient | undefined, kernels: readonly KernelArgs[]): void {
    const unknown = kernels.filter((kernel) => !this.states.has(keyOf(kernel)));
    if (lab === undefined || sameKernels(unknown, this.wanted)) return;
    this.wanted = unknown;
    clearTimeout(this.timer);
    this.abort?.abort();
    if (unknown.length === 0) return;
    const { signal } = (this.abort = new AbortController());
    this.timer = setTimeout(() => void this.compile(lab, unknown, signal), PAUSE_MS);
  }

  private async compile(lab: LabClient, kernels: readonly KernelArgs[], signal: AbortSignal): Promise<void> {
    for (const kernel of kernels) {
      const state = await compiled(lab, kernel, signal);
      if (signal.aborted) return;
      if (state === undefined) break;
      this.states.set(keyOf(kernel), state);
      const own = shipped(kernel);
      if (state.refused === undefined && !this.files.has(keyOf(own))) {
        this.files.set(keyOf(own), await lab.sources(own).catch(() => []));
      }
      this.host.requestUpdate();
    }
    this.wanted = [];
  }
}

/** The compiled kernel; `undefined` if compiling was aborted, or the device was lost. */
async function compiled(
  lab: LabClient,
  kernel: KernelArgs,
  signal: AbortSignal,
): Promise<KernelState | undefined> {
  try {
    return { compiled: await lab.compile(kernel, { signal }) };
  } catch (error) {
    // Neither says anything about the kernel, which is compiled again when it is next asked for.
    const isOfTheCall = error instanceof AbortError || error instanceof DeviceLostError;
    return isOfTheCall ? undefined : { refused: messageOf(error) };
  }
}

/** A kernel without its edits: its files do not change while one types. */
const shipped = ({ sources: _, modifiers: __, ...kernel }: KernelArgs): KernelArgs => kernel;

const keyOf = (kernel: KernelArgs): string => JSON.stringify(kernel);

const sameKernels = (a: readonly KernelArgs[], b: readonly KernelArgs[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

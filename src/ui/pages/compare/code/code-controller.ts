import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { requireOperation } from '../../../../operations/index.ts';
import type { KernelArgs, LabClient, SourceFile } from '../../../../worker/api.ts';
import type { CodeRequest } from './code-request.ts';
import type { KernelState } from '../kernel-controller.ts';
import type { SetupController } from '../setup-controller.ts';

/** The pane whose code is open, if one is. The editor is large, so it is loaded when code is first opened. */
export class CodeController {
  private shown: number | undefined;
  private loading: Promise<unknown> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost & { readonly renderRoot: HTMLElement | DocumentFragment },
    private readonly accept: (request: CodeRequest) => void,
  ) {}

  /** Shows a pane's code to somebody who was looking elsewhere. */
  open(index: number): void {
    this.show(index);
    this.loading ??= import('./compare-code.ts');
    void Promise.all([this.loading, this.host.updateComplete]).then(() => {
      this.host.renderRoot.querySelector('tw-compare-code')?.scrollIntoView({ block: 'start' });
    });
  }

  show(index: number): void {
    this.shown = index;
    this.host.requestUpdate();
  }

  close(): void {
    this.shown = undefined;
    this.host.requestUpdate();
  }

  /** @param states and @param files and the kernels of each pane */
  template(
    { setup, trusted }: SetupController,
    states: readonly KernelState[],
    files: readonly (readonly SourceFile[])[],
    { lab, kernels }: { readonly lab: LabClient | undefined; readonly kernels: readonly KernelArgs[] },
  ): TemplateResult | typeof nothing {
    if (this.shown === undefined) return nothing;
    return html`
      <tw-compare-code
        .shown=${this.shown}
        .panes=${setup.panes}
        .trusted=${trusted}
        .modifiable=${requireOperation(setup.operation).modifiers}
        .states=${states}
        .files=${files}
        .lab=${lab}
        .kernels=${kernels}
        @code-request=${({ detail }: CustomEvent<CodeRequest>) => {
          this.accept(detail);
        }}
      ></tw-compare-code>
    `;
  }
}

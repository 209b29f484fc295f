import { html, nothing, type TemplateResult } from 'lit';
import type { Words } from '../../core/operation.ts';

/** The meaning of each figure, and its limits, in results of these operations. */
export const howToRead = (operations: readonly { readonly words: Words }[]): TemplateResult => html`
  <details class="panel read">
    <summary>How to read the numbers</summary>
    <dl>
      <dt>Correct</dt>
      <dd>
        The output is compared with a float64 reference first: relative L2 error against a stated bound, over
        as many rows as the reference can afford. A result outside its bound is shown as wrong and compared
        with nothing.
      </dd>
      <dt>Time</dt>
      <dd>
        The median, with a 95 % interval below it. Compiling and warm-up stay outside; variants take turns,
        round by round, so that a hot device slows all of them alike; short kernels are repeated inside one
        timed span.
      </dd>
      <dt>Versus baseline</dt>
      <dd>
        Baseline time divided by this time. <em>Cannot tell</em> is an honest answer: the interval is too
        wide. A longer budget narrows it.
      </dd>
      <dt>GFLOP/s</dt>
      <dd>
        Useful operations, counted from the problem: what a variant recomputes earns it nothing, what a mask
        hides is not counted.
      </dd>
      ${operations.map(({ words: { work } }) =>
        work === undefined
          ? nothing
          : html`<dt>Work in U</dt>
              <dd>${work.about}</dd>`,
      )}
      <dt>% of matmul</dt>
      <dd>
        Beside the best plain matrix product of the same run: how much of what this device gives a WGSL kernel
        is used.
      </dd>
      <dt>Workspace</dt>
      <dd>
        Bytes beyond inputs and outputs. The naive variant’s matrix is in here; tiled ones keep a few sums for
        each row, or nothing.
      </dd>
    </dl>
  </details>
`;

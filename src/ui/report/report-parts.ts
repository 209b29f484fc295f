import { html, nothing, type TemplateResult } from 'lit';
import type { BenchController } from './bench-controller.ts';
import type { NamedReport } from './history/history.ts';
import { defaultName } from './report-name.ts';
import type { LabState } from '../lab/lab-controller.ts';
import '../lab/device-card.ts';

/** The part of the page about the baseline report; nothing while there is none. */
export function baselinePart(bench: BenchController): TemplateResult {
  return html`
    <tw-baseline
      .report=${bench.report}
      .baseline=${bench.baseline}
      @baseline-drop=${() => {
        bench.compareWith(undefined);
      }}
    ></tw-baseline>
  `;
}

/** The runs that this browser keeps. @param shown called with the name of the one that was opened */
export function historyPart(bench: BenchController, shown: (name: string) => void): TemplateResult {
  return html`
    <tw-history
      ?disabled=${bench.run.kind === 'running'}
      @history-open=${({ detail }: CustomEvent<NamedReport>) => {
        bench.show(detail.report, detail.name);
        shown(detail.name);
      }}
      @history-baseline=${({ detail }: CustomEvent<NamedReport>) => {
        bench.compareWith(detail);
      }}
    ></tw-history>
  `;
}

/** Saving, opening, copying, in the slot `actions`. @param name what files are named after; @param shown as above */
export function actionsPart(
  bench: BenchController,
  name: string,
  link: string,
  shown: (name: string) => void,
): TemplateResult {
  return html`
    <tw-report-actions
      slot="actions"
      .report=${bench.report}
      .operation=${name}
      .link=${link}
      ?disabled=${bench.run.kind === 'running'}
      @report-open=${({ detail }: CustomEvent<NamedReport>) => {
        bench.show(detail.report, detail.name);
        shown(detail.name);
      }}
      @report-baseline=${() => {
        const { report, source } = bench;
        if (report) bench.compareWith({ report, name: source ?? defaultName(report) });
      }}
    ></tw-report-actions>
  `;
}

/** The device that the results shown were measured on, or that the next will be. */
export function devicePart(
  { report, source }: BenchController,
  lab: LabState,
): TemplateResult | typeof nothing {
  const device = report?.device ?? (lab.kind === 'ready' ? lab.lab.device : undefined);
  if (device === undefined && lab.kind !== 'opening') return nothing;
  return html`
    <tw-device-card
      .device=${device}
      heading=${source === undefined ? 'This device' : 'Measured on'}
    ></tw-device-card>
  `;
}

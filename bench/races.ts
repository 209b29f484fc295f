import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { placeOf } from '../src/core/finding.ts';
import { MOST_PROBED, proberText, valuesText, type ProbedInvocations } from '../src/core/probe.ts';
import type * as ExamineModule from './races/examine.ts';
import { idList, understood } from './arguments.ts';
import { sourceServer } from './backends/lab-from-source.ts';
import { isNamed, UsageError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

const SCOPES = ['shaders', 'conditions', 'all'] as const satisfies readonly ExamineModule.Scope[];

type Examined = ExamineModule.Examined;

interface Options {
  readonly variants?: readonly string[];
  readonly scope: ExamineModule.Scope;
  readonly json?: string;
  readonly probed?: ProbedInvocations;
}

const NOTES =
  'Kernels ran in an interpreter, on problems of some rows. What is found there is a fault, but for reads that make no difference, such as those ' +
  'of a row past the end: with other values in their place, the results have the same bits. What is not found may be there on other problems.';

/**
 * `bench races attention --variants flash`: runs kernels in an interpreter, and tells races, indices out of bounds and the like. It
 * needs no GPU and no browser.
 * @returns the exit code: 1 if something was found @throws UsageError
 */
export async function racesCommand(args: readonly string[], log: (line: string) => void): Promise<number> {
  const command = new Command('bench races')
    .description(
      'Runs kernels in an interpreter on small problems, and finds races, indices out of bounds, reads of what nothing has written, ' +
        'barriers that not all invocations reach, and loops that do not end.',
    )
    .argument('[operation]', 'an operation; by default all')
    .option('--variants <ids>', 'separated by commas; by default all', idList('--variants'))
    .addOption(
      new Option(
        '--scope <name>',
        'as few problems as have every shader with every module, as have every condition of each, too, or all that kernels are tested on',
      )
        .choices(SCOPES)
        .default('conditions'),
    )
    .option(
      '--probed <workgroup:invocations>',
      'whose values that the code passes to probe(slot, value) are told, such as 0:0,5; by default 0:0',
      probedOf,
    )
    .option('--json <file>', 'write what was found')
    .helpOption('-h, --help', 'show this');
  if (!understood(command, args)) return EXIT.ok;
  const { variants, scope, json, probed } = command.opts<Options>();
  const wanted = { operation: command.args[0], variants, scope, probed };
  const server = await sourceServer();
  try {
    const { examineKernels, requireKnown } = (await server.ssrLoadModule(
      '/bench/races/examine.ts',
    )) as typeof ExamineModule;
    requireKnown(wanted);
    const examined: Examined[] = [];
    for await (const { plan: _plan, ...one } of examineKernels(wanted)) {
      examined.push(one);
      const what = `${one.operation} ${one.variant}, ${one.problem}`;
      log(`${what}: ${one.passes} passes, ${(one.ms / 1000).toFixed(1)} s`);
    }
    console.log(rendered(examined));
    console.log(NOTES);
    if (json !== undefined) {
      const report = { format: 'tilewise-races', version: 1, examined };
      writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
      console.log(`Report: ${json}`);
    }
    return examined.some(isFaulty) ? EXIT.bad : EXIT.ok;
  } catch (error) {
    throw isNamed(error, 'UnsupportedError') ? new UsageError(error.message) : error;
  } finally {
    await server.close();
  }
}

/** @throws InvalidArgumentError */
function probedOf(text: string): ProbedInvocations {
  const [, workgroup, list = ''] = /^(\d{1,9}):(\d{1,9}(?:,\d{1,9})*)$/.exec(text) ?? [];
  const invocations = list.split(',').map(Number);
  if (workgroup === undefined || invocations.length > MOST_PROBED) {
    throw new InvalidArgumentError(
      `It is a workgroup and 1 to ${MOST_PROBED} of its invocations, such as 0:0,5.`,
    );
  }
  return { workgroup: Number(workgroup), invocations };
}

const isFaulty = ({ findings, correct, stopped }: Examined): boolean =>
  correct === false || stopped !== undefined || findings.some(({ harmless }) => !harmless);

/** The report of `bench races`: each finding once, what `probe` was passed, then one line that says which kernels were examined. */
export function rendered(examined: readonly Examined[]): string {
  const lines = examined.flatMap((one) => {
    const title = `${one.operation} ${one.variant}, ${one.problem}`;
    const wrong = one.correct === false ? [`wrong: its error is ${one.relL2?.toExponential(1)}`] : [];
    const stopped = one.stopped === undefined ? [] : [`not examined to its end: ${one.stopped}`];
    const faults = one.findings
      .filter(({ harmless }) => !harmless)
      .map(({ pass, message }) => `${pass}: ${message}`);
    const values = (one.probes ?? []).map(
      (probed) =>
        `${placeOf(probed)} ${probed.pass}, ${proberText(probed)}, ${probed.type}: ${valuesText(probed)}`,
    );
    const told = [...new Set([...faults, ...stopped, ...wrong, ...values])];
    return told.length === 0 ? [] : [title, ...told.map((line) => `  ${line}`)];
  });
  const passes = examined.reduce((sum, one) => sum + one.passes, 0);
  const harmless = examined.flatMap(({ findings }) => findings.filter((one) => one.harmless)).length;
  const faulty = examined.filter(isFaulty).length;
  return [
    ...lines,
    `${examined.length} kernels, ${passes} passes: ${faulty === 0 ? 'nothing found' : `faults in ${faulty}`}; ` +
      `${harmless} reads make no difference.`,
  ].join('\n');
}

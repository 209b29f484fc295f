import type { Command } from 'commander';
import { OPERATIONS } from '../src/operations/index.ts';
import { helpWidth } from './arguments.ts';
import { hanging } from './wrap.ts';

export const USAGE = [
  '[operation|all] [options]',
  'bench tune [operation|all] [options]',
  'bench compare <before> <after>',
  'bench ring [options]',
  'bench races [operation] [options]',
  'bench cache [options]',
  'bench recipes [recipe …] [options]',
  'bench train [options]',
].join('\n       ');

export const ABOUT =
  'Checks every kernel variant against a float64 reference, measures it on this machine, and prints a table.';

const EPILOGUE = `
Without --json and --html, the report goes to tilewise-report.json and
tilewise-report.html in this folder.

Exit code: 0 all correct; 1 a wrong or failed result, or slower than the
baseline with --fail-on slower; 2 bad usage; 3 no browser or no WebGPU.
Out of memory and unsupported are findings, not failures. Ctrl-C stops a run,
keeps what is final by then in a report marked as partial, and ends with 130.

Examples:
  npm run bench -- all --quick
  npm run bench -- attention --help
  npm run bench -- attention --variants naive,flash --sizes 256,1024
  npm run bench -- attention --kv-heads 2 --window 128 --sizes 1024
  npm run bench -- attention --preset slidingWindow:left=128,right=0
  npm run bench -- contrastive --loss siglip --logit-bias -10
  npm run bench -- all --baseline yesterday.json --fail-on slower
  npm run bench -- compare yesterday.json today.json
  npm run bench -- tune attention --variants flash --sizes 512
  npm run bench -- attention --sweep --variants flash --sizes 512
  npm run bench -- attention --io --sizes 1024
  npm run bench -- cache --methods kivi-2,knorm --budget 0.2
  npm run bench -- recipes poly-view --mean arithmetic
  npm run bench -- train --steps 200 --loss siglip`;

/** Adds the operations and examples, and lets descriptions stand as they are written: they name choices and defaults. */
export function describeFully(command: Command): Command {
  return command
    .configureHelp({
      optionDescription: ({ description }) => description,
      argumentDescription: ({ description }) => description,
    })
    .addHelpText('after', () => `\n${operationWords()}\n${EPILOGUE}`);
}

/** Every operation with its variants. */
function operationWords(): string {
  const width = Math.max(...OPERATIONS.map(({ id }) => id.length));
  return [
    'Operations and their variants, of which the first is the baseline:',
    ...OPERATIONS.map(({ id, variants }) => {
      const ids = variants.map((variant) => variant.id).join(', ');
      return `  ${id.padEnd(width)}  ${hanging(ids, helpWidth(), width + 4)}`;
    }),
  ].join('\n');
}

/** `node tilewise-dawn/test.js`: the source tree's GPU tests on this machine's GPU, kernels against float64 and all. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { openDevice } from '../../src/gpu/device.ts';
import { adapterOption, type AdapterId } from '../args.ts';
import { understood } from '../arguments.ts';
import { NO_DRIVER, openDawn } from '../backends/dawn.ts';
import { cpuWarning, deviceName } from '../device.ts';
import { isNamed, NoWebGPUError, UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { explain } from '../explain.ts';
import { paintFor } from '../paint.ts';
import { runFile } from './runner.ts';

/** Set when the folder is packed. */
declare const LEFT_OUT: string;

interface TestOptions {
  readonly files: readonly string[];
  readonly pattern?: RegExp;
  readonly adapter: AdapterId;
}

const ENDING = '.test.js';
const FOLDER = path.join(import.meta.dirname, 'tests');

const log = (line: string): void => void process.stderr.write(`${line}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parse(args);
    return options === undefined ? EXIT.ok : await runTests(options);
  } catch (error) {
    return explain(error, log, paintFor(process.stderr, process.env), ['dawn']);
  }
}

/** @throws UsageError on anything that is not understood */
function parse(args: readonly string[]): TestOptions | undefined {
  const known = readdirSync(FOLDER)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => path.basename(name, ENDING));
  const command = new Command('test')
    .usage('[files...] [options]')
    .description('Runs the GPU tests: every kernel against float64, at every corner.')
    .argument('[files...]', `only these (${known.join(', ')})`)
    .option('-t, --name <pattern>', 'only tests whose name has this regular expression', regExp)
    .addOption(adapterOption())
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', '\nExit code: 0 all passed; 1 some failed; 2 bad usage; 3 no WebGPU.');
  if (!understood(command, args)) return undefined;
  const unknown = command.args.find((file) => !known.includes(file));
  if (unknown !== undefined) throw new UsageError(`unknown file '${unknown}'; there are ${known.join(', ')}`);
  const { name, adapter } = command.opts<{ name?: RegExp; adapter: AdapterId }>();
  return {
    files: command.args.length === 0 ? known : command.args,
    ...(name && { pattern: name }),
    adapter,
  };
}

function regExp(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new UsageError(`--name '${text}': expected a regular expression`);
  }
}

async function runTests({ files, pattern, adapter }: TestOptions): Promise<number> {
  await useDawn(adapter);
  const total = { passed: 0, skipped: 0, failed: 0 };
  for (const file of files) {
    const start = performance.now();
    const { passed, skipped, failed } = await runFile(path.join(FOLDER, file + ENDING), pattern);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${failed.length === 0 ? '✓' : '✗'} ${file}: ${passed} passed, ${seconds} s`);
    for (const line of skipped) console.log(`  skipped ${line}`);
    for (const line of failed) console.log(`  FAILED ${line}`);
    total.passed += passed;
    total.skipped += skipped.length;
    total.failed += failed.length;
  }
  console.log(LEFT_OUT);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 && total.passed > 0 ? EXIT.ok : EXIT.bad;
}

/**
 * Puts Dawn where a page has its GPU, and says which GPU that is.
 * @throws NoWebGPUError if it has no adapter
 */
async function useDawn(adapter: AdapterId): Promise<void> {
  const gpu = openDawn({ adapter, log });
  // Node has one of its own from version 21, without a GPU.
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  try {
    const { device, identity } = await openDevice(gpu, 'high-performance');
    device.destroy();
    const report = { ...identity, features: [...identity.features] };
    console.log(`Adapter: ${deviceName(report)}`);
    const warning = cpuWarning(report);
    if (warning !== undefined) console.log(`Warning: ${warning}`);
  } catch (error) {
    throw isNamed(error, 'UnsupportedError') ? new NoWebGPUError(NO_DRIVER) : error;
  }
}

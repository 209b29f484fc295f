/**
 * `npm run bench:compiled`: keeps what offline compilers of GPUs say of the default kernels, a file for each GPU, and writes the tables of
 * docs/ladder/compiled.md from all files that are kept: docs/command-line.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { format, resolveConfig } from 'prettier';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../errors.ts';
import { keptFrom } from './from-lab.ts';
import { compiledPage, keptFiles, PAGE } from './page.ts';

const command = new Command('bench:compiled')
  .description('Keeps what offline compilers of GPUs say of the default kernels.')
  .option('--from <files...>', "the compilers' findings, JSON")
  .option('--compiler <version>', 'version of the compilers, as in 26.2.6')
  .option('--date <day>', 'the day on which they compiled', new Date().toISOString().slice(0, 10))
  .exitOverride();

try {
  const options = command
    .parse()
    .opts<{ readonly from?: readonly string[]; readonly compiler?: string; readonly date: string }>();
  for (const file of options.from ?? []) {
    if (options.compiler === undefined)
      throw new UsageError('--from needs --compiler, the version of the compilers');
    for (const [name, kept] of keptFrom(file, readFileSync(file, 'utf8'), {
      ...options,
      version: options.compiler,
    })) {
      await write(path.join(import.meta.dirname, `${name}.json`), JSON.stringify(kept));
    }
  }
  await write(PAGE, compiledPage(keptFiles()));
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else if (error instanceof UsageError) {
    console.error(error.message);
    process.exitCode = EXIT.usage;
  } else throw error;
}

async function write(file: string, text: string): Promise<void> {
  const style = await resolveConfig(file);
  writeFileSync(file, await format(text, { ...style, filepath: file }));
  console.log(path.relative(process.cwd(), file));
}

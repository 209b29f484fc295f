/**
 * `npm run test:dawn`: the GPU tests in Node, on whatever GPU Dawn finds. What follows goes to Vitest; `TILEWISE_ADAPTER=swiftshader`
 * puts them on the CPU.
 */
import { NO_DRIVER } from '../bench/backends/dawn.ts';
import { EXIT } from '../bench/exit-codes.ts';
import './support/dawn-gpu.ts';
import { dawnSuite, leftOutWords } from './support/dawn-suite.ts';
import { vitest } from './support/vitest.ts';

if ((await navigator.gpu.requestAdapter()) === null) {
  console.error(NO_DRIVER);
  process.exitCode = EXIT.noWebGPU;
} else {
  console.log(leftOutWords(dawnSuite().leftOut));
  const { status } = vitest(['--project', 'gpu', ...process.argv.slice(2)], { TILEWISE_BACKEND: 'dawn' });
  process.exitCode = status === 0 ? EXIT.ok : EXIT.bad;
}

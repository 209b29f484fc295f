import type { Deviation } from './deviation.ts';
import type { DeviceProfile } from './device-profile.ts';
import type { Modifiable } from './modifiers.ts';
import type { Option } from './option.ts';
import type { FileRole } from './option-kernel.ts';
import type { Run } from './run.ts';
import type { ResidentInput } from './device-tensor.ts';
import type { DataArray } from './dtype.ts';
import type { Arrays, Inputs, Variant } from './variant.ts';

/** A problem as reports hold it: plain data, perhaps of an older or newer version. */
export type ProblemFields = Readonly<Record<string, unknown>>;

/** How reports describe a problem of an operation. */
export interface Words {
  /** The field that charts and tables vary, and what it counts: `seqLenKV`, `tokens`. */
  readonly size: { readonly field: string; readonly title: string; readonly unit: string };
  /** Extents down and across: queries and keys, rows and columns. Equal ones are written once. */
  extents(problem: ProblemFields): readonly [number, number];
  /** The extent in words: `1024 tokens`, `1 query × 4096 keys`. */
  extent(problem: ProblemFields): string;
  /** All but the extent: `8 heads`, `headDim 64`, `causal`. Problems that differ in nothing else share a chart. */
  family(problem: ProblemFields): readonly string[];
  /** Facts of a problem that follow from its options, in sentences: what pages of a cache waste. */
  notes?(problem: ProblemFields): readonly string[];
  /** Where variants count whole products (`Pass.work`). */
  readonly work?: {
    /** The unit U of work, in words and symbols. */
    readonly unit: string;
    /** The figure in a sentence or two, with a problem that everybody knows. */
    readonly about: string;
    /** The work of others, as they have published it. */
    published(problem: ProblemFields): readonly string[];
  };
}

/** A class of device that benchmark cases are chosen for. */
export interface Scale {
  /** `cpu`: a fallback adapter, some hundred times slower. */
  readonly device: 'cpu' | 'gpu';
  /** A minute or so for everything. */
  readonly quick: boolean;
}

/** One problem to be measured. */
export interface BenchCase<Problem> {
  readonly problem: Partial<Problem>;
  /** Options given on the command line reshape this case; others are then left out. */
  readonly takesOptions: boolean;
  /** Which variants run; by default all. */
  variants?(problem: Problem): readonly string[];
  /** In place of the plan's: 1 for problems that take minutes. */
  readonly minSamples?: number;
}

/** Problems that go to the memory wall: the size at which the first variant asks for a larger buffer than there is. */
export interface WallSeries<Problem> {
  readonly problem: (size: number) => Partial<Problem>;
  /** Sizes before the wall, as shares of the last power of two before it. */
  readonly fractions: readonly number[];
  readonly takesOptions: boolean;
}

/** The problems that the benchmark measures. */
export interface Bench<Problem> {
  /** The problem of one size, as `--sizes` asks for it. */
  sized(size: number): Partial<Problem>;
  /** The usual cases. */
  cases(scale: Scale): readonly BenchCase<Problem>[];
  /** A series that goes to the memory wall. */
  wall?(scale: Scale): WallSeries<Problem> | undefined;
  /** Cases after the wall, which take minutes. */
  large?(scale: Scale): readonly BenchCase<Problem>[];
  /** Too large to run: planned only, to show what each variant would need. */
  readonly planned?: Partial<Problem>;
}

/** The outcome of one problem of a call. */
export interface Ran {
  readonly outputs: Arrays;
  readonly run: Run;
}

/** Reads facts and values of tensors that are on the device. */
export interface DeviceReader {
  /** The largest norm of the rows, but for those with a NaN or an infinity. */
  largestNorm(tensor: ResidentInput, width: number): Promise<number>;
  read(tensor: ResidentInput): Promise<DataArray>;
}

/** One problem of a call, with its data. */
export interface Part<Problem> {
  readonly problem: Problem;
  readonly inputs: Inputs;
  /** The fields of the problem that depend on values which are on the device. */
  readonly settle?: ((device: DeviceReader) => Promise<Partial<Problem>>) | undefined;
  /** Outputs that do not become tensors of the result: they are read back even if the result stays on the device. */
  readonly readBack?: readonly string[];
}

/** A call's arguments, checked and split. */
export interface Call<Problem, Result> {
  /** The problems to run. One, but for losses over several prefixes of the embeddings. */
  readonly parts: readonly Part<Problem>[];
  /** The result from what each part gave. */
  result(ran: readonly Ran[]): Result;
}

/** The part of a call that arrays of files and a page's form can make. */
export interface OwnData {
  /** The arguments that arrays of files may be, beside those of options. */
  readonly files: readonly FileRole[];
  /** Fields of the problem that suit data of any size, beside those of options that say so. */
  readonly fields?: readonly string[];
}

/** An operation: *what* is computed, and everything particular to it. Args and Result are those of `lab.call`. */
export interface Operation<
  Problem extends object,
  Args = never,
  Result = unknown,
  Id extends string = string,
> {
  readonly id: Id;
  readonly title: string;
  /** Operations of a family share their options, and one word on the command line. */
  readonly family: string;
  /** The id of the operation of its family whose gradients it computes. */
  readonly backwardOf?: string;
  /** In teaching order; the first is the naive baseline. */
  readonly variants: readonly Variant<Problem>[];
  /**
   * Ids of the variants to run where none is named, the best first; the first that is supported runs.
   * Left out, it is the list from its end, but for variants that need something of the device.
   */
  readonly preferred?: (problem: Problem, device: DeviceProfile) => readonly string[];
  /** Every way to shape a problem, in the order in which they do: flags, forms and links derive from it. */
  readonly options: readonly Option<Problem>[];
  /** Fills in defaults and checks. @throws ShapeError, UnsupportedError */
  problem(partial: Partial<Problem>): Problem;
  /** A small problem, to ask a device what it can run. */
  readonly example: Partial<Problem>;
  /** The functions of the user's own that it takes. Left out, it takes none. */
  readonly modifiers?: Modifiable;
  /** Useful floating-point operations. */
  flops(problem: Problem): number;
  /** Bytes of the matrix that the naive variant keeps and tiled ones do not. */
  matrixBytes(problem: Problem): number;
  /** The facts of a problem that decide which parameters are fast: problems that share them share tuned parameters. */
  tuningClass(problem: Problem): readonly string[];
  /** Seeded random inputs. */
  inputs(problem: Problem, seed: number): Arrays;
  /**
   * Compares outputs with the float64 reference. Large problems are checked on a sample of rows
   * whose reference costs about `flopBudget`.
   */
  verify(problem: Problem, inputs: Arrays, outputs: Arrays, flopBudget: number): Deviation;
  readonly words: Words;
  readonly bench: Bench<Problem>;
  /** Its calls on arrays of files. Left out, pages do not run it on files. */
  readonly ownData?: OwnData;
  /** Whether a call needs all values on the host: tensors that are on the device are then read back before it. */
  needsValues?(args: Args): boolean;
  /** Checks the arguments of a call and splits them. @throws ShapeError naming the argument, UnsupportedError, ShaderError */
  call(args: Args): Call<Problem, Result>;
}

/** The part of an operation that computing needs: all that `bind` reads. */
export type Kernels<Problem extends object> = Pick<
  Operation<Problem>,
  'id' | 'variants' | 'preferred' | 'flops' | 'inputs' | 'verify'
> &
  Partial<Pick<Operation<Problem>, 'matrixBytes' | 'tuningClass'>>;

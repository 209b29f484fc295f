import type { ExpressionElem, FnElem } from 'wesl';
import { conversion } from './conversions.ts';
import type { Lanes, Loop } from './lanes.ts';
import type { Machine, Op } from './machine.ts';
import type { Variable } from './variable.ts';
import type { WgslModule } from './wgsl-module.ts';
import { leavesOf, scalarOf, type ScalarType, type Type } from './types.ts';

/** A value while a kernel runs: the lanes of each of its scalars. */
export interface Value {
  readonly type: Type;
  readonly leaves: readonly Lanes[];
  /** All lanes hold the same, and always will. */
  readonly constant: boolean;
  /** The lanes are a variable's own, and change when it is assigned. */
  readonly shared: boolean;
}

/** A variable, or a part of one. `offset` and the lanes of `dynamic` are units of its memory. */
export interface Place {
  readonly variable: Variable;
  readonly type: Type;
  readonly offset: number;
  readonly dynamic: Lanes | undefined;
  /** Where its indices stand in the code that are found while it runs. One that lies outside makes `dynamic` NaN. */
  readonly indices: readonly number[];
}

/** The meaning of a name in a WGSL function: a local, a parameter, a module's variable or constant. */
export type Named =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'pointer'; readonly place: Place };

const NONE: Lanes = new Float64Array(0);

/** State that all functions of a kernel share while it is compiled. */
export interface Shared {
  readonly machine: Machine;
  readonly module: WgslModule;
  /** Variables of the module, by name. */
  readonly globals: Map<string, Named>;
  /** Functions that are compiled, by name and by what their pointers point to. */
  readonly functions: Map<string, unknown>;
  /** Lanes that all hold one number. */
  readonly constants: Map<number, Lanes>;
  readonly evaluate: (compiling: Compiling, expression: ExpressionElem) => Value;
  /** Calls a function of the module. @returns nothing if it has no result */
  readonly call: (compiling: Compiling, fn: FnElem, given: readonly ExpressionElem[]) => Value | undefined;
}

/** A function that is being made into steps. Every step has its operands and its result in lanes of its own. */
export class Compiling {
  private code: Op[] = [];
  private readonly scopes: Map<string, Named>[] = [new Map<string, Named>()];
  /** Whether a step since it was last reset cares which lanes are active. */
  masked = false;

  constructor(
    readonly shared: Shared,
    /** Where the value of a return goes. */
    readonly result: Value | undefined,
  ) {}

  get machine(): Machine {
    return this.shared.machine;
  }

  emit(op: Op): void {
    this.code.push(op);
  }

  /** Adds a step that cares which lanes are active. */
  emitMasked(op: Op): void {
    this.masked = true;
    this.code.push(op);
  }

  /** The steps that `make` adds, which stay apart. */
  apart<T>(make: () => T): { readonly code: Op[]; readonly made: T; readonly masked: boolean } {
    const { code, masked } = this;
    this.code = [];
    this.masked = false;
    try {
      const made = make();
      return { code: this.code, made, masked: this.masked };
    } finally {
      this.code = code;
      this.masked = masked;
    }
  }

  lanes(): Lanes {
    return new Float64Array(this.machine.lanes);
  }

  constant(value: number): Lanes {
    const { constants } = this.shared;
    // −0 and 0 are one key of a map.
    if (Object.is(value, -0)) return this.lanes().fill(value);
    const known = constants.get(value);
    if (known !== undefined) return known;
    const lanes = this.lanes().fill(value);
    constants.set(value, lanes);
    return lanes;
  }

  literal(type: Type, ...values: readonly number[]): Value {
    const leaves = values.map((value) => this.constant(value));
    return { type, leaves, constant: true, shared: false };
  }

  zero(type: Type): Value {
    return this.literal(type, ...leavesOf(type).map(() => 0));
  }

  /** Where declarations of the module are compiled: no name of this function is known there. */
  outside(): Compiling {
    return new Compiling(this.shared, undefined);
  }

  expression(expression: ExpressionElem): Value {
    return this.shared.evaluate(this, expression);
  }

  inScope<T>(make: () => T): T {
    this.scopes.push(new Map());
    try {
      return make();
    } finally {
      this.scopes.pop();
    }
  }

  declare(name: string, named: Named): void {
    this.scopes.at(-1)?.set(name, named);
  }

  find(name: string): Named | undefined {
    for (let at = this.scopes.length - 1; at >= 0; at--) {
      const named = this.scopes[at]?.get(name);
      if (named !== undefined) return named;
    }
    return this.shared.globals.get(name);
  }

  /** One scalar computed from up to three; at once, if they are constant. */
  compute(loop: Loop, constant: boolean, a: Lanes, b: Lanes = NONE, c: Lanes = NONE): Lanes {
    const { lanes } = this.machine;
    if (constant) {
      const one = new Float64Array(1);
      loop(1, one, a, b, c);
      return this.constant(one[0] ?? 0);
    }
    const out = this.lanes();
    this.emit(() => loop(lanes, out, a, b, c));
    return out;
  }

  /** A value that no later assignment changes. */
  settled(value: Value): Value {
    if (!value.shared) return value;
    const { lanes } = this.machine;
    const leaves = value.leaves.map((lane) => {
      const out = this.lanes();
      this.emit(() => out.set(lane.subarray(0, lanes)));
      return out;
    });
    return { ...value, leaves, shared: false };
  }

  /** A value as another scalar type, as constructors convert; its shape stays. */
  converted(value: Value, to: ScalarType, type: Type): Value {
    const from = scalarOf(value.type);
    if (from === undefined || from.name === to.name) return { ...value, type };
    const loop = conversion(from.name, to.name);
    const leaves = value.leaves.map((lane) => this.compute(loop, value.constant, lane));
    return { ...value, type, leaves, shared: false };
  }

  /** A value as the type that is asked for: only abstract numbers change. @throws NotInterpreted if the types differ */
  as(value: Value, type: Type): Value {
    const wanted = leavesOf(type);
    const given = leavesOf(value.type);
    if (wanted.every((leaf, index) => leaf === given[index])) return { ...value, type };
    const leaves = value.leaves.map((lane, index) => {
      const [from, to] = [given[index] ?? 'f32', wanted[index] ?? 'f32'];
      if (from === to) return lane;
      return this.compute(conversion(from, to), value.constant, lane);
    });
    return { ...value, type, leaves };
  }
}

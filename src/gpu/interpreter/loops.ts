import type { ExpressionElem, ForElem, LoopElem, Statement, WhileElem } from 'wesl';
import type { Compiling } from './compiling.ts';
import type { Lanes } from './lanes.ts';
import { GONE, type Op } from './machine.ts';

/** How statements are compiled: given, because loops are statements, too. */
interface Statements {
  readonly block: (compiling: Compiling, statements: readonly Statement[]) => void;
  readonly statement: (compiling: Compiling, one: Statement) => void;
}

/** The parts of a loop of any kind, compiled. */
interface Parts {
  readonly site: number;
  /** Before each turn, with the lanes that go on; left out, all do. */
  readonly head: { readonly code: Op[]; readonly condition: Lanes } | undefined;
  readonly body: readonly Op[];
  /** After each turn, with the lanes that end the loop then. */
  readonly tail: { readonly code: Op[]; readonly end: Lanes | undefined };
}

export function loopStatement(
  compiling: Compiling,
  one: ForElem | WhileElem | LoopElem,
  { block, statement }: Statements,
): void {
  const condition = one.kind === 'loop' ? undefined : one.condition;
  const head = condition && headOf(compiling, condition);
  const body = one.body.body;
  if (one.kind !== 'loop') {
    const { code } = compiling.apart(() => {
      block(compiling, body);
    });
    const update = one.kind === 'for' ? one.update : undefined;
    const tail = compiling.apart(() => {
      if (update !== undefined) statement(compiling, update);
    });
    run(compiling, { site: one.start, head, body: code, tail: { code: tail.code, end: undefined } });
    return;
  }
  // Code in `continuing` sees the names of the body.
  compiling.inScope(() => {
    const { code } = compiling.apart(() => {
      for (const each of body) statement(compiling, each);
    });
    const { continuing } = one;
    const tail = compiling.apart(() =>
      compiling.inScope(() => {
        const rest = (continuing?.body.body ?? []).filter(({ kind }) => kind !== 'break');
        for (const each of rest) statement(compiling, each);
        return continuing?.breakIf && compiling.expression(continuing.breakIf).leaves[0];
      }),
    );
    run(compiling, { site: one.start, head, body: code, tail: { code: tail.code, end: tail.made } });
  });
}

function headOf(compiling: Compiling, condition: ExpressionElem): Parts['head'] {
  const { code, made } = compiling.apart(() => compiling.expression(condition));
  const [lane] = made.leaves;
  return lane && { code, condition: lane };
}

function run(compiling: Compiling, { site, head, body, tail }: Parts): void {
  const { machine } = compiling;
  const list = new Int32Array(machine.lanes);
  const left = new Int32Array(machine.lanes);
  compiling.emitMasked(() => {
    const { act, count: before, gone } = machine;
    list.set(act.subarray(0, before));
    let count = before;
    machine.fork(site);
    while (count > 0) {
      if (head !== undefined) {
        machine.runFor(list, count, head.code);
        count = keep(list, count, head.condition, 1);
        if (count === 0) break;
      }
      machine.runFor(list, count, body);
      let kept = 0;
      for (let k = 0; k < count; k++) {
        const i = list[k] ?? 0;
        if (gone[i] === GONE.continued) gone[i] = GONE.no;
        if (gone[i] === GONE.no) list[kept++] = i;
        else if (gone[i] === GONE.broke) gone[i] = GONE.no;
      }
      count = kept;
      machine.runFor(list, count, tail.code);
      if (tail.end !== undefined) count = keep(list, count, tail.end, 0);
      machine.act = list;
      machine.count = count;
      machine.turn(site);
    }
    machine.join();
    machine.act = left;
    machine.count = machine.present(act, before, left);
  });
}

/** Keeps the lanes of a list in which a condition is what is wanted. @returns how many */
function keep(list: Int32Array, count: number, condition: Lanes, wanted: number): number {
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const i = list[k] ?? 0;
    if (condition[i] === wanted) list[kept++] = i;
  }
  return kept;
}

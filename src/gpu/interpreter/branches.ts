import type { IfElem, Statement, SwitchElem } from 'wesl';
import type { Compiling } from './compiling.ts';
import { GONE, type Op } from './machine.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { binary } from './operators.ts';

type Apart = (compiling: Compiling, statements: readonly Statement[]) => Op[];

/** Whether a lane may leave a statement other than at its end. */
export function mayLeave(statements: readonly Statement[]): boolean {
  return statements.some((one) => {
    switch (one.kind) {
      case 'break':
      case 'continue':
      case 'return':
        return true;
      case 'block':
        return mayLeave(one.body);
      case 'if':
        return mayLeave(one.body.body) || (one.else !== undefined && mayLeave([one.else]));
      case 'for':
      case 'while':
      case 'loop':
        return mayLeave(one.body.body);
      case 'switch':
        return one.clauses.some(({ body }) => mayLeave(body.body));
      default:
        return false;
    }
  });
}

export function ifStatement(compiling: Compiling, one: IfElem, apart: Apart): void {
  const [condition] = compiling.expression(one.condition).leaves;
  if (condition === undefined) throw new NotInterpreted(one.start, 'a condition is missing');
  const then = apart(compiling, one.body.body);
  const otherwise = one.else === undefined ? [] : apart(compiling, [one.else]);
  const leaves = mayLeave([one]);
  const { machine } = compiling;
  const yes = new Int32Array(machine.lanes);
  const no = new Int32Array(machine.lanes);
  const left = new Int32Array(leaves ? machine.lanes : 0);
  const site = one.condition.start;
  compiling.emitMasked(() => {
    const { act, count } = machine;
    let [some, others] = [0, 0];
    for (let k = 0; k < count; k++) {
      const i = act[k] ?? 0;
      if (condition[i] === 0) no[others++] = i;
      else yes[some++] = i;
    }
    machine.fork(site);
    machine.runFor(yes, some, then);
    machine.runFor(no, others, otherwise);
    machine.join();
    machine.act = leaves ? left : act;
    machine.count = leaves ? machine.present(act, count, left) : count;
  });
}

export function switchStatement(compiling: Compiling, one: SwitchElem, apart: Apart): void {
  const selector = compiling.settled(compiling.expression(one.selector));
  const clauses = one.clauses.map(({ selectors, body }) => ({
    isDefault: selectors.includes('default'),
    cases: selectors.flatMap((each) => {
      if (each === 'default') return [];
      const same = binary(compiling, '==', selector, compiling.expression(each), one.start);
      return same.leaves[0] ?? [];
    }),
    code: apart(compiling, body.body),
    list: new Int32Array(compiling.machine.lanes),
    count: 0,
  }));
  const { machine } = compiling;
  const left = new Int32Array(machine.lanes);
  compiling.emitMasked(() => {
    const { act, count } = machine;
    for (const clause of clauses) clause.count = 0;
    for (let k = 0; k < count; k++) {
      const i = act[k] ?? 0;
      const clause =
        clauses.find(({ cases }) => cases.some((same) => same[i] === 1)) ??
        clauses.find(({ isDefault }) => isDefault);
      if (clause !== undefined) clause.list[clause.count++] = i;
    }
    machine.fork(one.start);
    for (const clause of clauses) machine.runFor(clause.list, clause.count, clause.code);
    machine.join();
    // A break ends the switch alone.
    for (let k = 0; k < count; k++) {
      const i = act[k] ?? 0;
      if (machine.gone[i] === GONE.broke) machine.gone[i] = GONE.no;
    }
    machine.act = left;
    machine.count = machine.present(act, count, left);
  });
}

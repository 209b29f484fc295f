import { placeOf, type Access, type Finding } from '../../core/finding.ts';

/** Facts that a sentence tells beside the finding itself. */
interface Beside {
  readonly count: number | undefined;
  readonly sameValue: boolean;
  /** Invocations of a workgroup. */
  readonly size: number;
}

/** A finding as a sentence or two of plain English. */
export function messageOf(finding: Omit<Finding, 'message'>, beside: Beside): string {
  const told = sentenceOf(finding, beside);
  return finding.harmless ? `${told} What it reads makes no difference to the results here.` : told;
}

function sentenceOf(finding: Omit<Finding, 'message'>, { count = 0, sameValue, size }: Beside): string {
  const { kind, first, second, variable = 'an array', element } = finding;
  const what = element === undefined ? variable : `${variable}[${element}]`;
  switch (kind) {
    case 'race': {
      if (second === undefined) return `${what} is raced for`;
      const apart = first.workgroup !== second.workgroup;
      const one = who(first, apart);
      const other = who(second, apart).replace('I', 'i');
      const why = apart ? 'Nothing orders workgroups of one pass.' : 'No barrier lies between the two.';
      const same = sameValue ? ' Both write the same value here.' : '';
      return `${one} ${first.does} ${what} at ${placeOf(first)}, and ${other} ${second.does} it at ${placeOf(second)}. ${why}${same}`;
    }
    case 'out-of-bounds':
      return `${who(first)} ${first.does} element ${element ?? 0} of ${variable} at ${placeOf(first)}, which has ${count} elements.`;
    case 'uninitialised-read':
      return `${who(first)} reads ${what} at ${placeOf(first)}, and nothing has written it.`;
    case 'non-uniform-barrier': {
      const where = second === undefined ? '' : ` They part at ${placeOf(second)}.`;
      return `${count} of the ${size} invocations of workgroup ${first.workgroup} reach the barrier at ${placeOf(first)}.${where}`;
    }
    case 'endless-loop':
      return `The loop at ${placeOf(first)} does not end: its invocations took ${count.toLocaleString('en')} turns.`;
  }
}

const who = ({ workgroup, invocation }: Access, withGroup = true): string =>
  withGroup ? `Invocation ${invocation} of workgroup ${workgroup}` : `Invocation ${invocation}`;

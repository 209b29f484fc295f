import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';
import { expect, test } from 'vitest';

/** The rooms of `src/ui`: each may use those before it. Pages are the last, and use no other page. */
const ROOMS = ['shell', 'form', 'lab', 'report', 'own-data', 'code', 'pages'];

const oneWay = ROOMS.slice(0, -1).map((room, index) => ({
  name: `${room} uses earlier rooms alone`,
  severity: 'error' as const,
  from: { path: `^src/ui/${room}/` },
  to: { path: `^src/ui/(${ROOMS.slice(index + 1).join('|')})/` },
}));

const FORBIDDEN: IForbiddenRuleType[] = [
  { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
  ...oneWay,
  {
    name: 'pages are apart',
    severity: 'error',
    from: { path: '^src/ui/pages/([^/]+)/' },
    to: { path: '^src/ui/pages/', pathNot: '^src/ui/pages/$1/' },
  },
];

test('imports in src go one way, types included', async () => {
  const { output } = await cruise(['src'], {
    validate: true,
    ruleSet: { forbidden: FORBIDDEN },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  });
  if (typeof output === 'string') throw new Error(output);
  const { totalCruised, violations } = output.summary;
  expect(totalCruised).toBeGreaterThan(300);
  const words = violations.map(({ rule, from, to, cycle }) =>
    [`${rule.name}: ${from}`, ...(cycle ? cycle.map(({ name }) => name) : [to])].join(' → '),
  );
  expect(words).toEqual([]);
});

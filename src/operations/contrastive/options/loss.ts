import { BASIC } from '../../../core/option.ts';
import { LOSSES, lossOf, type Loss } from '../losses/index.ts';
import { option } from './option.ts';

const isLoss = (text: string): text is Loss => LOSSES.some((known) => known === text);

export const loss = option({
  name: 'loss',
  title: 'Loss',
  help: `which loss to compute: ${LOSSES.map((id) => `${id} (${lossOf(id).title})`).join(', ')}`,
  flag: '--loss <name>',
  group: BASIC,
  control: { kind: 'choice', choices: LOSSES.map((value) => ({ value, label: lossOf(value).title })) },
  example: 'siglip',
  apply: (value) => (isLoss(value) ? { loss: value } : {}),
  anySize: true,
});

import { BadLinkError, packLink, unpackLink, type LinkFormat } from '../../form/link-codec.ts';
import { setupSchema, type Setup } from './setup.ts';

const FORMAT: LinkFormat = { version: 1 };

/** The fragment that carries a setup. */
export const writeLink = (setup: Setup): string => packLink(FORMAT, setup);

/** Reads what `writeLink` wrote. @throws BadLinkError */
export function readLink(fragment: string): Setup {
  const { success, data, error } = setupSchema.safeParse(unpackLink(FORMAT, fragment));
  if (success) return data;
  const [issue] = error.issues;
  const where = issue?.path.join('.') ?? '';
  // Only our own checks speak of what the page shows.
  const what = issue?.code === 'custom' ? `: ${issue.message}` : '';
  throw new BadLinkError(
    `This link asks for what this page does not know: ${where || 'no settings'}${what}.`,
  );
}

import { describe, expect, it } from 'vitest';
import { UnsupportedError } from '../../src/core/errors.ts';
import { OPERATIONS, requireOperation, type OperationId } from '../../src/operations/index.ts';
import { deviceProfile } from '../support/device-profile.ts';
import { usualVariants } from '../support/usual-variants.ts';

const device = deviceProfile(16384, 32);

describe('the registry of operations', () => {
  it.each(OPERATIONS.map(({ id }) => id))('binds %s under its own id, naive first', (id) => {
    const { example, bind, variants } = requireOperation(id);
    const problem = bind(example, device);
    expect(problem.operation).toBe(id);
    expect(problem.variantIds).toEqual(usualVariants({ variants }).map((variant) => variant.id));
    expect(problem.variantIds[0]).toBe('naive');
    expect(problem.variant('naive').supported).toBe(true);
  });

  it('lists no operation twice, and refuses what it does not know by name', () => {
    expect(new Set(OPERATIONS.map(({ id }) => id)).size).toBe(OPERATIONS.length);
    const unknown = 'convolution' as OperationId;
    expect(() => requireOperation(unknown)).toThrow(UnsupportedError);
    const known = OPERATIONS.map(({ id }) => id).join(', ');
    expect(() => requireOperation(unknown)).toThrow(`'convolution'; there are ${known}`);
  });

  it('refuses a field of a problem that there is not', () => {
    const { bind } = requireOperation('attention');
    expect(() => bind({ seqLenQ: 8, sofcap: 3 }, device)).toThrow("sofcap: expected 'softcap'");
    expect(() => bind({ seqLenQ: 8, softcap: 3 }, device)).not.toThrow();
  });
});

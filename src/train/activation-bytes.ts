import { sizeOf } from '../core/tensor.ts';
import { EMBED_DIM, type Jax, type JaxArray, type Network, type Params } from './towers.ts';

/** Bytes of a value of f32; those of jax-js that are true or false have as many. */
const WORD = 4;

/** Operations whose result is another view of their input: nothing is stored. */
const VIEWS: readonly string[] = ['reshape', 'transpose', 'broadcast'];

/**
 * Bytes that the encoding of some rows and its backward hold at most beside the parameters: inputs, activations and gradients, each from the
 * operation that makes it to the last that reads it. They are counted in the program that jax-js traces; what it fuses is never
 * stored, so it holds that much or less.
 */
export function activationBytes(jax: Jax, network: Network, rows: number): number {
  const zeros = (shape: readonly number[]): JaxArray => jax.numpy.zeros([...shape]);
  const params: Params = Object.fromEntries(
    Object.entries(network.shapes).map(([name, shape]) => [name, zeros(shape)]),
  );
  // Tracing takes their shapes and leaves them to us.
  const examples: [Params, JaxArray, JaxArray] = [
    params,
    zeros([rows, ...network.inputShape]),
    zeros([rows, EMBED_DIM]),
  ];
  const traced = jax.makeJaxpr((given: Params, inputs: JaxArray, gradient: JaxArray) => {
    const [embeddings, back] = jax.vjp((each: Params) => network.apply(jax, each, inputs), [given]);
    const [found] = back(gradient);
    return [found, embeddings];
  })(...examples);
  const { inBinders, eqns, outs } = traced.jaxpr.jaxpr.flatten().simplify();
  traced.jaxpr.dispose();
  jax.tree.dispose(examples);
  const ofParams = Object.values(network.shapes).reduce((sum, shape) => sum + WORD * sizeOf(shape), 0);
  return peakBytes(inBinders, eqns, outs) - ofParams;
}

/** A value of a traced program. Only variables are told apart; constants are stored nowhere. */
interface Value {
  readonly aval: { readonly shape: readonly number[] };
}

interface Operation {
  readonly primitive: string;
  readonly inputs: readonly Value[];
  readonly outBinders: readonly Value[];
}

/** The most bytes of values that are alive at a time. Arguments and results live to the end, and an input as long as its views. */
export function peakBytes(
  given: readonly Value[],
  operations: readonly Operation[],
  results: readonly Value[],
): number {
  const bytesOf = ({ aval }: Value): number => WORD * sizeOf(aval.shape);
  const total = (values: Iterable<Value>): number =>
    [...values].reduce((sum, each) => sum + bytesOf(each), 0);
  const stored = new Map<Value, Value>();
  const storageOf = (value: Value): Value => stored.get(value) ?? value;
  const lastRead = new Map<Value, number>();
  for (const [at, { primitive, inputs, outBinders }] of operations.entries()) {
    for (const each of inputs) lastRead.set(storageOf(each), at);
    const [viewed] = inputs;
    if (VIEWS.includes(primitive) && viewed)
      for (const each of outBinders) stored.set(each, storageOf(viewed));
  }
  for (const each of [...given, ...results]) lastRead.set(storageOf(each), operations.length);
  const alive = new Set(given);
  let peak = total(alive);
  for (const [at, { outBinders }] of operations.entries()) {
    for (const each of outBinders) if (!stored.has(each)) alive.add(each);
    peak = Math.max(peak, total(alive));
    for (const each of alive) if ((lastRead.get(each) ?? at) <= at) alive.delete(each);
  }
  return peak;
}

import { SansfilError } from '../base/errors.js';

/**
 * The default of every effect and ask in a machine's `setup`: the engine provides the real one in its bindings, and a
 * machine that runs without them fails loudly. `transition()` and the graph functions never execute actions.
 */
export function notProvided(name: string): () => never {
  return () => {
    throw new SansfilError('BUG', `effect '${name}' is not provided`);
  };
}

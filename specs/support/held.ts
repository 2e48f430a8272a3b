import { afterAll, beforeAll } from '@jest/globals';

/** What is opened once for all tests of a `describe`, or of a file, and let go of after them. */
export function held<T extends AsyncDisposable>(open: () => Promise<T>): () => T {
  let one: T | undefined;
  beforeAll(async () => {
    one = await open();
  }, 120_000);
  afterAll(async () => {
    await one?.[Symbol.asyncDispose]();
  }, 120_000);
  return () => {
    if (!one) throw new Error('it is there from beforeAll on');
    return one;
  };
}

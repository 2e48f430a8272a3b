/** Resolves when every promise that can be settled without a timer or the outside world is. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

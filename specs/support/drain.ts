/** Lets every promise that can settle without time do so: a turn of the event loop comes after all of them. */
export const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

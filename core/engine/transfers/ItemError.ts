import { SansfilError } from '../../base/errors.js';

/** A failure that is due to one item of a transfer. */
export class ItemError extends SansfilError {
  constructor(
    readonly item: number,
    error: SansfilError,
  ) {
    super(error.code, error.message, { cause: error });
  }
}

/** Its failures are those of that item. */
export async function ofItem<T>(item: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ItemError(item, SansfilError.from(error));
  }
}

import { SansfilError } from '../base/errors.js';

/**
 * An effect of a machine that throws must become a fault event, not a dead actor (an exception in an XState
 * action stops the actor for good). Rejections of asynchronous effects are caught the same way.
 */
export function guardEffect<P extends unknown[]>(
  effect: (...params: P) => void | Promise<void>,
  onFault: (error: SansfilError) => void,
): (...params: P) => void {
  return (...params) => {
    try {
      const pending = effect(...params);
      if (pending) pending.catch((error: unknown) => onFault(SansfilError.from(error)));
    } catch (error) {
      onFault(SansfilError.from(error));
    }
  };
}

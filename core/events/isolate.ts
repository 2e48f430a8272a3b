import { SansfilError } from '../base/errors.js';

/** Wraps a callback of a plugin: what it throws is reported, never rethrown into the caller. */
export function isolate<A extends unknown[]>(callback: (...args: A) => void, report: (error: SansfilError) => void): (...args: A) => void {
  return (...args) => {
    try {
      callback(...args);
    } catch (error) {
      report(SansfilError.from(error, 'PLUGIN_FAILED'));
    }
  };
}

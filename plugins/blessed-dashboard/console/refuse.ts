import { SansfilError } from '../../../core/index.js';

/** A line that cannot be carried out as it is written, in the reader's own words, which say what to write instead. */
export class LineRefused extends SansfilError {
  constructor(readonly sentence: string) {
    super('COMMAND_INVALID', sentence);
  }
}

export function refuse(sentence: string): never {
  throw new LineRefused(sentence);
}

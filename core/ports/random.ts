import { token } from './token.js';

export interface Random {
  /** Cryptographically strong bytes (seeded in the simulator). */
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1). For jitter only. */
  uniform(): number;
}

export const RANDOM = token<Random>('random');

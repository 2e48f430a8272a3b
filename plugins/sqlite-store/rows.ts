import { SansfilError, type ErrorCode, isErrorCode } from '../../core/index.js';
import type { Row } from './Connection.js';

/*
 * A row read back is checked like anything from outside: a damaged page may hold values of any kind.
 * All of these throw SansfilError STORE_CORRUPT.
 */

export function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : damaged(column);
}

export function integerOf(row: Row, column: string): number {
  const value = row[column];
  return Number.isSafeInteger(value) ? Number(value) : damaged(column);
}

/** From 0 to `max`. */
export function boundedOf(row: Row, column: string, max: number): number {
  const value = integerOf(row, column);
  return value >= 0 && value <= max ? value : damaged(column);
}

/** A copy that is a plain Uint8Array, whatever the driver gives. */
export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? new Uint8Array(value) : damaged(column);
}

export function oneOf<T extends string>(row: Row, column: string, values: readonly T[]): T {
  const value = row[column];
  return values.find((known) => known === value) ?? damaged(column);
}

/** An identifier, by the function that parses it. */
export function idOf<T>(row: Row, column: string, parse: (text: string) => T): T {
  try {
    return parse(textOf(row, column));
  } catch (error) {
    throw new SansfilError('STORE_CORRUPT', `column ${column} holds what it cannot`, { cause: error });
  }
}

export function textsOf(row: Row, column: string): readonly string[] {
  const value = idOf<unknown>(row, column, JSON.parse);
  return Array.isArray(value) && value.every((text) => typeof text === 'string') ? value : damaged(column);
}

/** A JSON list of [number below `count`, text]. */
export function pairsOf(row: Row, column: string, count: number): readonly (readonly [number, string])[] {
  const value = idOf<unknown>(row, column, JSON.parse);
  const isPair = (pair: unknown): pair is [number, string] =>
    Array.isArray(pair) && pair.length === 2 && Number.isInteger(pair[0]) && pair[0] >= 0 && pair[0] < count && typeof pair[1] === 'string';
  return Array.isArray(value) && value.every(isPair) ? value : damaged(column);
}

export function errorCodeOf(row: Row, column: string): ErrorCode | undefined {
  if (row[column] === null) return undefined;
  const code = textOf(row, column);
  return isErrorCode(code) ? code : damaged(column);
}

function damaged(column: string): never {
  throw new SansfilError('STORE_CORRUPT', `column ${column} holds what it cannot`);
}

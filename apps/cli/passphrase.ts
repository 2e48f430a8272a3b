import { open } from 'node:fs/promises';
import { SansfilError } from '../../core/base/errors.js';
import { PASSPHRASE_CHARS_MAX } from '../../core/base/limits.js';
import { words } from '../shared/words.js';
import type { CliIo } from './io.js';

/** UTF-8 of the longest passphrase, and the end of its line. */
const BYTES_MAX = 4 * PASSPHRASE_CHARS_MAX + 2;
const STDIN = '-';

export interface PassphraseSource {
  /** A file, `-` for stdin; absent: typed, or stdin where nobody types. Never an argument: everybody on the machine reads those. */
  readonly file?: string;
  /** A new one: typed twice, so that a slip of the finger locks nobody out. */
  readonly isNew: boolean;
}

/** The first line, without its end. @throws SansfilError PASSPHRASE_NEEDED | COMMAND_INVALID | FILE_UNREADABLE */
export async function readPassphrase(io: CliIo, { file, isNew }: PassphraseSource): Promise<string> {
  const text = file === undefined && io.inputIsTerminal ? await typed(io, isNew) : await firstLine(io, file);
  if (text === '') throw new SansfilError('PASSPHRASE_NEEDED', words.passphraseEmpty);
  if (text.length > PASSPHRASE_CHARS_MAX) throw new SansfilError('COMMAND_INVALID', words.passphraseLong);
  return text;
}

async function typed(io: CliIo, isNew: boolean): Promise<string> {
  const first = await io.readSecret(words.passphrasePrompt);
  if (isNew && (await io.readSecret(words.passphraseAgain)) !== first) throw new SansfilError('COMMAND_INVALID', words.passphrasesDiffer);
  return first;
}

async function firstLine(io: CliIo, file: string | undefined): Promise<string> {
  const text = file === undefined || file === STDIN ? await io.readInput(BYTES_MAX) : await headOf(file);
  return text.split(/\r?\n/, 1)[0] ?? '';
}

async function headOf(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { bytesRead, buffer } = await file.read(new Uint8Array(BYTES_MAX), 0, BYTES_MAX, 0);
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
  } catch (error) {
    throw new SansfilError('FILE_UNREADABLE', words.passphraseUnreadable, { cause: error });
  }
}

/** What a device answers that cannot do it without. */
export const needsPassphrase = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'PASSPHRASE_NEEDED';

import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { SansfilError } from '../../core/base/errors.js';
import { LOG_FILE_BYTES_MAX } from '../../core/base/limits.js';

const OWNER_ONLY = 0o600;

/**
 * The file of a log, mode 0600. What does not fit on the disk is left out and counted: a full disk is no reason for a
 * device to end. A file that has grown too long is set aside as `.1`, which the one before it makes room for.
 */
export class LogFile {
  /** Undefined once closed: the number may be another file's by then. */
  #fd: number | undefined;
  #bytes: number;
  #lost = 0;

  /** @throws SansfilError DATA_UNWRITABLE */
  constructor(
    private readonly path: string,
    private readonly bytesMax: number = LOG_FILE_BYTES_MAX,
  ) {
    try {
      this.#fd = openSync(path, 'a', OWNER_ONLY);
      this.#bytes = fstatSync(this.#fd).size;
    } catch (error) {
      throw SansfilError.from(error, 'DATA_UNWRITABLE');
    }
  }

  /** At once: a process that dies has said all it had to say. */
  write(line: string): void {
    if (this.#fd === undefined) return;
    try {
      if (this.#bytes > this.bytesMax) this.#fd = this.#setAside(this.#fd);
      if (this.#lost > 0) this.#append(this.#fd, `\n${JSON.stringify({ level: 40, time: Date.now(), msg: 'log.lost', lines: this.#lost })}\n`);
      this.#lost = 0;
      this.#append(this.#fd, line);
    } catch {
      this.#lost++;
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #append(fd: number, text: string): void {
    this.#bytes += writeSync(fd, text);
  }

  #setAside(fd: number): number {
    renameSync(this.path, `${this.path}.1`);
    const fresh = openSync(this.path, 'a', OWNER_ONLY);
    closeSync(fd);
    this.#bytes = 0;
    return fresh;
  }
}

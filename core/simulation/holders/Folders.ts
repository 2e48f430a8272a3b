import { toHex } from '../../base/bytes.js';
import { CHUNK_BYTES_MIN } from '../../base/limits.js';
import { contentRoot } from '../../protocol/contentRoot.js';
import { chunkCount, FOLDER_MODE } from '../../protocol/manifest.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Rng } from '../Rng.js';
import type { SimulatedDevice } from '../SimulatedDevice.js';

/** What a folder holds, whatever it is called: relative names and bytes; undefined for a folder with nothing in it. */
export type Content = ReadonlyMap<string, Uint8Array | undefined>;

const MODES = [0o644, 0o755, 0o600] as const;
const CHUNKS_MAX = 6;
const SMALL_BYTES = 600;
/** Shorter ones could be the same by chance. */
const BYTES_MIN = 8;

/** Files of every size that matters: none, few bytes, one chunk to its last byte, several chunks. */
export function drawContent(rng: Rng, itemsMax: number, large: number): Content {
  const content = new Map<string, Uint8Array | undefined>();
  for (let n = rng.between(1, itemsMax); n > 0; n--) {
    const folder = rng.chance(0.4) ? `part ${rng.between(1, 3)}/` : '';
    if (rng.chance(0.08)) content.set(`${folder}nothing ${n}`, undefined);
    else content.set(`${folder}${n}.txt`, rng.bytes(drawBytes(rng, large)));
  }
  return content;
}

function drawBytes(rng: Rng, large: number): number {
  if (rng.chance(large)) return rng.chance(0.3) ? CHUNK_BYTES_MIN * rng.between(2, CHUNKS_MAX) : rng.between(CHUNK_BYTES_MIN + 1, CHUNKS_MAX * CHUNK_BYTES_MIN);
  if (rng.chance(0.15)) return rng.chance(0.3) ? CHUNK_BYTES_MIN : rng.between(SMALL_BYTES, CHUNK_BYTES_MIN);
  return rng.chance(0.15) ? 0 : rng.between(BYTES_MIN, SMALL_BYTES);
}

/** Root of the bytes, hexadecimal: what a device fetches by. */
export function rootOf({ hash }: Pick<Primitives, 'hash'>, bytes: Uint8Array): string {
  const hashes = new Uint8Array(32 * chunkCount(bytes.length, CHUNK_BYTES_MIN));
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES_MIN) hashes.set(hash(bytes.subarray(at, at + CHUNK_BYTES_MIN)), (32 * at) / CHUNK_BYTES_MIN);
  return toHex(contentRoot((...parts) => hash(...parts), bytes.length, hashes, CHUNK_BYTES_MIN));
}

/** The folders of all people. No two files are of one time, so that name and time say which bytes were meant. */
export class Folders {
  #times = 0;

  constructor(private readonly rng: Rng) {}

  /** Puts it on the device, under that name. */
  put(device: SimulatedDevice, folder: string, content: Content): void {
    for (const [name, bytes] of content) {
      const mode = bytes ? (MODES[this.rng.between(0, MODES.length - 1)] ?? 0o644) : FOLDER_MODE | 0o755;
      device.has(`${folder}/${name}`, bytes ?? new Uint8Array(0), { modifiedMs: ++this.#times, mode });
    }
  }

  /** A file of that folder is another one from now on, or is gone; `mayHide`: perhaps its size and time do not tell. */
  change(device: SimulatedDevice, folder: string, mayHide: boolean): void {
    const files = [...device.source.files].filter(([path, { mode }]) => path.startsWith(`${folder}/`) && mode < FOLDER_MODE);
    const [path, file] = files[this.rng.between(0, files.length - 1)] ?? [];
    if (path === undefined || !file) return;
    const kind = this.rng.between(0, mayHide ? 3 : 2);
    if (kind === 0) return void device.source.files.delete(path);
    const bytes = this.rng.bytes(Math.max(0, file.bytes.length - (kind === 1 ? 1 : 0)));
    device.has(path, bytes, { modifiedMs: kind === 3 ? file.modifiedMs : ++this.#times, mode: file.mode });
  }
}

import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, the ending NUL included. */
const SOCKET_PATH_BYTES_MAX = 100;

/** What the system says when no device takes calls: none was there, or the one that was has just gone. */
export const NOBODY_CODES: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ECONNRESET']);

export interface SocketPlace {
  /** What to listen on and connect to. */
  readonly path: string;
  /** The folder of the socket when it is not the data folder: to be made 0700, and to be trusted only if it is ours. */
  readonly privateFolder?: string;
}

/** The device and its callers find the same place from the data folder alone. */
export function socketPlace(dataFolder: string, platform: NodeJS.Platform = process.platform): SocketPlace {
  const folder = real(dataFolder);
  const short = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (platform === 'win32') return { path: `\\\\.\\pipe\\sansfil-${short}` };
  const path = join(folder, 'control.sock');
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return { path };
  const inTemp = join(tmpdir(), `sansfil-${short}`, 'control.sock');
  return { path: inTemp, privateFolder: dirname(inTemp) };
}

/** A folder that does not exist yet has no other name. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

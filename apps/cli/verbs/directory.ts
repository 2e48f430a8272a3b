import { startDirectory } from '../../directory/directory.js';
import { DIRECTORY_PORT } from '../../shared/config.js';
import { words } from '../../shared/words.js';
import type { VerbContext } from '../context.js';

export interface DirectoryOptions {
  readonly address: string | undefined;
  readonly port: string | undefined;
  readonly debug: boolean;
}

/** The directory, until it is interrupted. Its address is the first line on stdout. */
export async function directory(context: VerbContext, { address, port, debug }: DirectoryOptions): Promise<void> {
  const interrupted = context.io.interrupted();
  const listen = address === undefined ? undefined : `${bracketed(address)}:${port ?? DIRECTORY_PORT}`;
  const running = await startDirectory({ data: context.data, flags: { listen }, debug });
  context.out.result({ type: 'directory.started', url: running.urls[0], urls: running.urls }, running.urls);
  context.out.note(words.directoryReady);
  await interrupted;
  context.out.note(words.stopping);
  await running.stop();
}

const bracketed = (address: string): string => (address.includes(':') && !address.startsWith('[') ? `[${address}]` : address);

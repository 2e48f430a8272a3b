import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../core/ports/clock.js';
import type { LogFields, Logger } from '../../core/ports/logger.js';
import type { Random } from '../../core/ports/random.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { BrokerExtension } from '../../plugins/mqtt-broker/index.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)), uniform: () => Math.random() };

/** Keeps what was logged, for specs that look at it. */
export class LogBook implements Logger {
  readonly lines: { readonly level: string; readonly event: string; readonly fields: LogFields }[] = [];

  log(level: string, event: string, fields: LogFields = {}): void {
    this.lines.push({ level, event, fields });
  }

  /** The events a log of the usual level would have. */
  usual(): readonly string[] {
    return this.lines.filter(({ level }) => level !== 'debug').map(({ event }) => event);
  }
}

export interface RealDirectory {
  readonly broker: BrokerExtension;
  readonly folder: string;
  readonly port: number;
  readonly log: LogBook;
  stop(): Promise<void>;
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'sansfil-directory-'));
export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** The embedded broker on a free port of loopback, with toy signatures and a real database. */
export async function startDirectory(options: { folder?: string; port?: number; tokenMs?: number; clock?: Clock } = {}): Promise<RealDirectory> {
  const folder = options.folder ?? (await temporaryFolder());
  const log = new LogBook();
  const { verifier } = toyIdentity('directory');
  const broker = new BrokerExtension(
    {
      dataFolder: folder,
      clock: options.clock ?? systemClock,
      random: systemRandom,
      logger: log,
      verifier,
      primitives: toyPrimitives(),
      ...(options.tokenMs === undefined ? {} : { tokenMs: options.tokenMs }),
    },
    { host: '127.0.0.1', port: options.port ?? 0 },
  );
  const discard = async (): Promise<void> => {
    await broker[Symbol.asyncDispose]();
    if (options.folder === undefined) await removeFolder(folder);
  };
  await broker.start().catch(async (error: unknown) => {
    await discard();
    throw error;
  });
  return {
    broker,
    folder,
    log,
    port: Number(new URL(broker.address).port),
    stop: discard,
  };
}

/** A wire of its own between one device and the directory, which can be pulled; `from`: the address each connection seems to come from. */
export async function pullableWire(
  port: number,
  from: () => string = () => '127.0.0.1',
): Promise<{ readonly port: number; pull(): void; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = createConnection({ port, host: '127.0.0.1', localAddress: from() });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from
        .on('error', () => to.destroy())
        .on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const pull = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    pull,
    close: () => {
      pull();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import {
  DirectoryService,
  Disposables,
  SansfilError,
  type Clock,
  type Extension,
  type Logger,
  type Primitives,
  type Random,
  type Verifier,
} from '../../core/index.js';
import { Broker } from './Broker.js';
import { openDatabase } from './database.js';
import { directoryKey } from './directoryKey.js';
import { JoseTokens } from './JoseTokens.js';
import type { BrokerOptions } from './options.js';
import { SqliteDirectoryStore } from './SqliteDirectoryStore.js';

export interface BrokerPorts {
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly verifier: Verifier;
  readonly primitives: Primitives;
  /** For specs: how long a token is good. */
  readonly tokenMs?: number;
}

const ANY = new Set(['0.0.0.0', '::']);

/** The directory process's one part: the broker, the rules behind it, and their database. */
export class BrokerExtension implements Extension {
  readonly #cleanup = new Disposables();
  #bound: { readonly host: string; readonly port: number } | undefined;
  #name = '';

  constructor(
    private readonly ports: BrokerPorts,
    private readonly options: BrokerOptions,
  ) {}

  /** The bound address, `mqtt://host:port`. @throws SansfilError STOPPED before `start` */
  get address(): string {
    const { host, port } = this.#boundTo();
    return url(host, port);
  }

  /** Where devices may reach it: every interface's address when it listens on all of them. */
  get addresses(): readonly string[] {
    const { host, port } = this.#boundTo();
    if (!ANY.has(host)) return [url(host, port)];
    const found = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    const usable = found.filter(({ family, address }) => !address.startsWith('fe80:') && (host === '::' || family === 'IPv4'));
    return usable.sort((a, b) => Number(a.internal) - Number(b.internal)).map(({ address }) => url(address, port));
  }

  /** What devices sign for. */
  get directoryName(): string {
    return this.#name;
  }

  /** @throws SansfilError PORT_IN_USE | ADDRESS_INVALID | DATA_IN_USE | STORE_… | IDENTITY_CORRUPT; nothing is left open */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw SansfilError.from(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup[Symbol.asyncDispose]();
    this.#bound = undefined;
  }

  async #start(): Promise<void> {
    const { dataFolder, clock, random, logger, verifier, primitives, tokenMs } = this.ports;
    const store = new SqliteDirectoryStore(await openDatabase(join(dataFolder, 'directory.db')));
    this.#cleanup.defer(() => store.close());
    const key = await directoryKey(dataFolder);
    this.#name = this.options.name ?? key.defaultName;
    const tokens = new JoseTokens(key, this.#name, clock, tokenMs);
    const service = new DirectoryService({ name: this.#name, store, tokens, verifier, primitives, clock, random, logger });
    const broker = new Broker(service, logger);
    this.#cleanup.defer(() => broker.close());
    await service.start(broker);
    const { address, port } = await broker.listen(this.options.host, this.options.port);
    this.#bound = { host: address, port };
    logger.log('info', 'directory.listening', { address: this.address });
  }

  #boundTo(): { readonly host: string; readonly port: number } {
    if (!this.#bound) throw new SansfilError('STOPPED', 'the broker is not listening');
    return this.#bound;
  }
}

const url = (host: string, port: number): string => `mqtt://${host.includes(':') ? `[${host}]` : host}:${port}`;

import {
  encodeRequest,
  loginClientId,
  parseAnswer,
  SansfilError,
  topicOf,
  type Action,
  type Directory,
  type DirectoryConnection,
  type DirectoryConnectOptions,
  type DirectoryHandler,
  type DirectoryService,
  type Principal,
} from '../../core/index.js';

export interface MemoryDirectoryOptions {
  readonly service: DirectoryService;
  /** How anything travels between a device and the directory: the caller may delay it, or lose the whole link. */
  readonly carry?: (device: string, deliver: () => void) => void;
}

const presenceTopic = (tag: string): string => topicOf({ kind: 'presence', tag });

/**
 * A meeting place in this process: the same rules as the embedded broker, without a network. Each device gets its own
 * port of it by `port(name)`; the name is what `cut` and `carry` know the device by.
 */
export class MemoryDirectory {
  service: DirectoryService;
  readonly #connections = new Set<MemoryConnection>();
  readonly #retained = new Map<string, Uint8Array>();
  readonly #carry: (device: string, deliver: () => void) => void;
  #anonymous = 0;
  #up = true;

  constructor(options: MemoryDirectoryOptions) {
    this.service = options.service;
    this.#carry = options.carry ?? ((_device, deliver) => void Promise.resolve().then(deliver));
  }

  /** Connections that are open. */
  get guests(): number {
    return this.#connections.size;
  }

  async start(): Promise<void> {
    const fanOut = (tag: string, send: (connection: MemoryConnection) => void): void => {
      for (const connection of this.#connections) if (connection.tag === tag) send(connection);
    };
    await this.service.start({
      notice: (tag, body) => fanOut(tag, (connection) => connection.notice(JSON.parse(new TextDecoder().decode(body)))),
      revoked: (watcher, watched) => fanOut(watcher, (connection) => connection.forget(watched)),
    });
  }

  port(device: string): Directory {
    return { schemes: ['memory'], connect: (options, handler) => this.#connect(device, options, handler) };
  }

  /** Other rules or another store behind the same place, as after a restart. */
  replace(service: DirectoryService): Promise<void> {
    this.down();
    this.service = service;
    this.up();
    return this.start();
  }

  /** The device's connections die; its will is published. */
  cut(device: string): void {
    for (const connection of [...this.#connections]) if (connection.device === device) connection.die();
  }

  /** The whole meeting place goes: what it kept in memory is lost, wills are not sent. */
  down(): void {
    this.#up = false;
    this.#retained.clear();
    for (const connection of [...this.#connections]) connection.die('silently');
  }

  up(): void {
    this.#up = true;
  }

  carry(device: string, deliver: () => void): void {
    this.#carry(device, deliver);
  }

  remove(connection: MemoryConnection): void {
    this.#connections.delete(connection);
  }

  retained(tag: string): Uint8Array | undefined {
    return this.#retained.get(tag);
  }

  /** A record of `principal` for its topic; false when the rules say no. */
  keep(principal: Principal, action: Action, tag: string, record: Uint8Array): boolean {
    if (!this.service.authorize(principal, action, presenceTopic(tag)) || !this.service.admitsPresence(principal, record)) return false;
    this.#retained.set(tag, record);
    for (const connection of this.#connections) connection.hear(tag, record);
    return true;
  }

  async #connect(device: string, { credentials, signal }: DirectoryConnectOptions, handler: DirectoryHandler): Promise<DirectoryConnection> {
    await this.#trip(device);
    if (!this.#up || signal.aborted) throw new SansfilError('DIRECTORY_UNREACHABLE');
    const clientId = credentials?.tag ?? loginClientId(this.#nextName());
    const principal = await this.service.authenticate(clientId, credentials?.token);
    for (const other of [...this.#connections]) if (other.principal.clientId === clientId) other.die();
    const connection = new MemoryConnection(this, device, principal, handler, credentials?.will);
    this.#connections.add(connection);
    if (principal.kind === 'device') connection.watch([principal.tag]);
    return connection;
  }

  /** Counted in letters, so that the same run has the same names. */
  #nextName(): string {
    const digits = String(this.#anonymous++).padStart(26, '0');
    return [...digits].map((digit) => 'abcdefghij'.charAt(Number(digit))).join('');
  }

  #trip(device: string): Promise<void> {
    return new Promise((resolve) => this.#carry(device, resolve));
  }
}

class MemoryConnection implements DirectoryConnection {
  readonly #watched = new Set<string>();
  #open = true;
  #ids = 0;

  constructor(
    private readonly place: MemoryDirectory,
    readonly device: string,
    readonly principal: Principal,
    private readonly handler: DirectoryHandler,
    private readonly will: Uint8Array | undefined,
  ) {}

  get tag(): string | undefined {
    return this.principal.kind === 'device' ? this.principal.tag : undefined;
  }

  async request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { service } = this.place;
    const request = encodeRequest({ id: ++this.#ids, method, params });
    await this.#trip();
    const bytes = await (this.principal.kind === 'device' ? service.handleRpc(this.principal, request) : service.handleLogin(this.principal.clientId, request));
    await this.#trip();
    const answer = parseAnswer(bytes);
    if ('error' in answer) throw answer.error;
    return answer.result;
  }

  async publishPresence(record: Uint8Array): Promise<void> {
    await this.#trip();
    // A denied publication ends the connection, as it does at the broker.
    if (this.tag === undefined || !this.place.keep(this.principal, 'retained', this.tag, record)) this.die();
  }

  async watchPresence(tags: readonly string[]): Promise<void> {
    await this.#trip();
    this.watch(tags);
  }

  async unwatchPresence(tags: readonly string[]): Promise<void> {
    await this.#trip();
    for (const tag of tags) this.#watched.delete(tag);
  }

  close(): Promise<void> {
    if (this.#open) this.#end(undefined);
    return Promise.resolve();
  }

  watch(tags: readonly string[]): void {
    for (const tag of tags) {
      if (!this.place.service.authorize(this.principal, 'subscribe', presenceTopic(tag))) continue;
      this.#watched.add(tag);
      const kept = this.place.retained(tag);
      if (kept) this.hear(tag, kept);
    }
  }

  hear(tag: string, record: Uint8Array): void {
    if (!this.#watched.has(tag) || !this.place.service.authorize(this.principal, 'forward', presenceTopic(tag))) return;
    this.#deliver(() => this.handler.presence(tag, record));
  }

  forget(tag: string): void {
    this.#watched.delete(tag);
  }

  notice(body: unknown): void {
    this.#deliver(() => this.handler.notice(body));
  }

  die(how?: 'silently'): void {
    if (!this.#open) return;
    this.#end(new SansfilError('DIRECTORY_UNREACHABLE', 'the connection to the directory was lost'));
    if (how !== 'silently' && this.will && this.tag !== undefined) this.place.keep(this.principal, 'will', this.tag, this.will);
  }

  #end(why: Error | undefined): void {
    this.#open = false;
    this.place.remove(this);
    this.place.service.disconnected(this.principal);
    this.place.carry(this.device, () => this.handler.closed(why));
  }

  #deliver(tell: () => void): void {
    this.place.carry(this.device, () => {
      if (this.#open) tell();
    });
  }

  async #trip(): Promise<void> {
    await new Promise<void>((resolve) => this.place.carry(this.device, resolve));
    if (!this.#open) throw new SansfilError('DIRECTORY_UNREACHABLE', 'the connection to the directory was lost');
  }
}

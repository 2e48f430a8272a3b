import type { EventEmitter } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes, type AedesPublishPacket, type AuthenticateError, type Client, type ConnectPacket, type PublishPacket } from 'aedes';
import {
  addressBucket,
  ANONYMOUS_MS_MAX,
  BROKER_CONNECTIONS_MAX,
  BROKER_DRAIN_MS_MAX,
  BROKER_PACKET_BYTES_MAX,
  FIRST_FRAME_MS_MAX,
  PacketMeter,
  parseTopic,
  SansfilError,
  TOPIC_DEPTH_MAX,
  topicOf,
  type Action,
  type DirectoryCarrier,
  type DirectoryService,
  type ErrorCode,
  type Logger,
  type Principal,
} from '../../core/index.js';

/** MQTT 3.1.1 §3.2.2.3: the few refusals there are, PROTOCOL [P-7.6]. */
const REFUSALS: { readonly [C in ErrorCode]?: number } = { DIRECTORY_REFUSED: 2, TOKEN_EXPIRED: 4, TOKEN_INVALID: 5 };
const UNAVAILABLE = 3;
/** A device that is silent for one and a half times this is gone, and its will is sent. */
const KEEP_ALIVE_S_MAX = 60;

/** The embedded MQTT 3.1.1 broker. It decides nothing: every question goes to the directory service. */
export class Broker implements DirectoryCarrier {
  readonly #server: Server;
  readonly #aedes: Aedes;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Map<string, Client>();
  readonly #connects = new WeakMap<Client, ConnectPacket>();
  readonly #principals = new WeakMap<Client, Principal>();
  /** Of whom it was said that something was denied: one packet can ask for thousands of topics. */
  readonly #denied = new WeakSet<Client>();

  constructor(
    private readonly service: DirectoryService,
    private readonly logger: Logger,
  ) {
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = BROKER_CONNECTIONS_MAX;
    this.#aedes = new Aedes({
      connectTimeout: FIRST_FRAME_MS_MAX,
      drainTimeout: BROKER_DRAIN_MS_MAX,
      keepaliveLimit: KEEP_ALIVE_S_MAX,
      maxTopicLevels: TOPIC_DEPTH_MAX,
      preConnect: (client, packet, done) => {
        this.#connects.set(client, packet);
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        this.#authenticate(client, username, password).then(
          () => done(null, true),
          (error: unknown) => done(this.#refusal(error), false),
        );
      },
      authorizePublish: (client, packet, done) => done(this.#mayPublish(client, packet) ? null : new SansfilError('NOT_ALLOWED')),
      authorizeSubscribe: (client, subscription, done) => done(null, this.#may(client, 'subscribe', subscription.topic) ? subscription : null),
      authorizeForward: (client, packet) => (this.#may(client, 'forward', packet.topic) ? packet : null),
      published: (packet, client, done) => {
        done();
        this.#published(packet, client);
      },
    });
    this.#aedes.on('client', (client) => this.#clients.set(client.id, client));
    this.#aedes.on('clientDisconnect', (client) => this.#gone(client));
    this.#aedes.on('clientError', (_client, error) => this.#trouble('client', error));
    this.#aedes.on('connectionError', (_client, error) => this.#trouble('connection', error));
    // Not among the events in the library's types, but emitted when its persistence fails.
    const emitter: EventEmitter = this.#aedes;
    emitter.on('error', (error) => this.#trouble('broker', error));
  }

  /** The real address. @throws SansfilError PORT_IN_USE | ADDRESS_INVALID */
  async listen(host: string, port: number): Promise<AddressInfo> {
    await this.#aedes.listen();
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const code = error.code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'ADDRESS_INVALID';
        reject(new SansfilError(code, `cannot listen on ${host}:${port}: ${error.code}`, { cause: error }));
      });
      this.#server.listen({ host, port }, resolve);
    });
    this.#server.on('error', (error) => this.#trouble('server', error));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new SansfilError('BUG', 'not listening on TCP');
    return address;
  }

  async close(): Promise<void> {
    const stopped = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await stopped;
  }

  notice(tag: string, body: Uint8Array): void {
    this.#send(topicOf({ kind: 'inbox', tag }), body);
  }

  revoked(watcher: string, watched: string): void {
    const unsubscriptions = [topicOf({ kind: 'presence', tag: watched })];
    this.#clients.get(watcher)?.unsubscribe({ cmd: 'unsubscribe', unsubscriptions }, (error) => {
      if (error) this.#trouble('unsubscribe', error);
    });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#aedes.handle(socket);
    // After the broker's own listeners: its pull reading goes on, and what it pulls passes the meter first.
    const meter = new PacketMeter(BROKER_PACKET_BYTES_MAX);
    socket.on('data', (bytes: Buffer) => {
      try {
        meter.pass(bytes);
      } catch (error) {
        this.logger.log('info', 'directory.packet.refused', { code: SansfilError.from(error).code });
        socket.destroy();
      }
    });
  }

  async #authenticate(client: Client, username: string | undefined, password: Buffer | undefined): Promise<void> {
    const connect = this.#connects.get(client);
    // Sessions that outlive their connection would keep state for strangers.
    if (!connect?.clean || username !== (password && client.id)) throw new SansfilError('DIRECTORY_REFUSED');
    const principal = await this.service.authenticate(client.id, password?.toString('latin1'));
    const { will } = connect;
    if (will) {
      const kept = will.retain === true && this.service.authorize(principal, 'will', will.topic);
      if (!kept || !this.service.admitsPresence(principal, Buffer.from(will.payload))) throw new SansfilError('DIRECTORY_REFUSED');
    }
    this.#principals.set(client, principal);
    this.logger.log('info', 'directory.connected', { as: principal.kind });
    if (principal.kind === 'anonymous') {
      const timer = setTimeout(() => client.close(), ANONYMOUS_MS_MAX).unref();
      client.conn.once('close', () => clearTimeout(timer));
    }
  }

  #refusal(error: unknown): AuthenticateError {
    const { code, message } = SansfilError.from(error);
    this.logger.log(REFUSALS[code] === undefined ? 'error' : 'info', 'directory.connect.refused', { code, detail: message });
    return Object.assign(new Error(code), { returnCode: REFUSALS[code] ?? UNAVAILABLE });
  }

  #may(client: Client, action: Action, topic: string): boolean {
    const principal = this.#principals.get(client);
    const allowed = principal !== undefined && this.service.authorize(principal, action, topic);
    if (!allowed && action !== 'forward') {
      this.logger.log(this.#denied.has(client) ? 'debug' : 'info', 'directory.denied', { action });
      this.#denied.add(client);
    }
    return allowed;
  }

  #mayPublish(client: Client | null, packet: PublishPacket): boolean {
    const principal = client ? this.#principals.get(client) : undefined;
    if (!client || !principal || packet.qos === 2 || !this.#may(client, packet.retain ? 'retained' : 'publish', packet.topic)) return false;
    if (packet.retain && !this.service.admitsPresence(principal, Buffer.from(packet.payload))) return false;
    const kind = parseTopic(packet.topic)?.kind;
    // The will must not be lost to the limit: it is what tells friends that this device is gone.
    const counted = kind !== 'rpc' && kind !== 'login' && this.#connects.get(client)?.will !== packet;
    return !counted || this.service.withinRate(principal);
  }

  #published(packet: AedesPublishPacket, client: Client | null): void {
    const principal = client ? this.#principals.get(client) : undefined;
    const topic = parseTopic(packet.topic);
    if (!client || !principal || !topic || (topic.kind !== 'rpc' && topic.kind !== 'login')) return;
    const request = Buffer.from(packet.payload);
    const answer =
      principal.kind === 'device' ? this.service.handleRpc(principal, request) : this.service.handleLogin(principal.clientId, request, sourceOf(client));
    answer.then(
      (bytes) => this.#send(topicOf({ ...topic, way: 'down' }), bytes),
      (error: unknown) => this.#trouble('request', error),
    );
  }

  #send(topic: string, bytes: Uint8Array): void {
    this.#aedes.publish({ cmd: 'publish', topic, payload: Buffer.from(bytes), qos: 1, retain: false, dup: false }, (error) => {
      if (error) this.#trouble('send', error);
    });
  }

  #gone(client: Client): void {
    if (this.#clients.get(client.id) === client) this.#clients.delete(client.id);
    const principal = this.#principals.get(client);
    if (!principal) return;
    this.service.disconnected(principal);
    this.logger.log('info', 'directory.disconnected', { as: principal.kind });
  }

  #trouble(where: string, error: unknown): void {
    this.logger.log('debug', 'directory.trouble', { where, detail: error instanceof Error ? error.message : String(error) });
  }
}

/** Whom the rate before login is counted for; undefined when the connection is already gone. */
function sourceOf(client: Client): string | undefined {
  const remote = 'remoteAddress' in client.conn ? client.conn.remoteAddress : undefined;
  return remote === undefined ? undefined : addressBucket(remote);
}

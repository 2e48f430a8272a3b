import { createConnection, type Socket } from 'node:net';
import { generate, parser, type Packet } from 'mqtt-packet';

/** A client that says exactly what a spec wants said, well-behaved or not. */
export class RawMqtt {
  readonly packets: Packet[] = [];
  closed = false;
  readonly #socket: Socket;
  #waiting: (() => void)[] = [];

  constructor(port: number) {
    this.#socket = createConnection({ port, host: '127.0.0.1' });
    const reading = parser();
    reading.on('packet', (packet: Packet) => {
      this.packets.push(packet);
      this.#wake();
    });
    this.#socket.on('data', (bytes) => void reading.parse(bytes));
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  say(packet: Packet): void {
    this.write(generate(packet, { protocolVersion: 4 }));
  }

  connect(clientId: string, more: Partial<Extract<Packet, { cmd: 'connect' }>> = {}): void {
    this.say({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 10, clientId, ...more });
  }

  publish(topic: string, payload: string | Buffer, more: { readonly retain?: boolean; readonly qos?: 0 | 1 | 2 } = {}): void {
    const qos = more.qos ?? 1;
    this.say({ cmd: 'publish', topic, payload, qos, retain: more.retain ?? false, dup: false, ...(qos > 0 ? { messageId: 7 } : {}) });
  }

  /** The granted QoS of each topic; 128 is a no. */
  async subscribe(...topics: readonly string[]): Promise<readonly number[]> {
    this.say({ cmd: 'subscribe', messageId: 9, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) });
    const suback = await this.next('suback');
    return suback.cmd === 'suback' ? suback.granted.map(Number) : [];
  }

  /** The next packet of that kind; rejects when the connection ends first. */
  async next(cmd: Packet['cmd']): Promise<Packet> {
    for (;;) {
      const waited = new Promise<void>((resolve) => this.#waiting.push(resolve));
      const at = this.packets.findIndex((packet) => packet.cmd === cmd);
      if (at >= 0) return this.packets.splice(at, 1)[0] as Packet;
      if (this.closed) throw new Error(`closed before ${cmd}`);
      await waited;
    }
  }

  async returnCode(): Promise<number | undefined> {
    const connack = await this.next('connack');
    return connack.cmd === 'connack' ? connack.returnCode : undefined;
  }

  async untilClosed(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

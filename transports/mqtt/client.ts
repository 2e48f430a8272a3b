import { createConnection, type Socket } from 'node:net';
import type { MqttClient } from 'mqtt';
import { BROKER_PACKET_BYTES_MAX, KEEP_ALIVE_S, PacketMeter, topicOf } from '../../core/index.js';

export interface ClientLimits {
  readonly connectMs: number;
  readonly requestMs: number;
  readonly keepAliveS: number;
}

export interface ClientOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly credentials: { readonly tag: string; readonly token: string; readonly will: Uint8Array } | undefined;
  readonly limits: Partial<ClientLimits>;
}

const CONNECT_MS_MAX = 5_000;

/** A client that neither reconnects (our machine does) nor remembers anything of an earlier connection. */
export async function openClient({ host, port, clientId, credentials, limits }: ClientOptions): Promise<MqttClient> {
  // Late, because loading it is a good part of the start-up of a device that may have no directory.
  const { MqttClient: Client } = await import('mqtt');
  const client = new Client(() => guarded(createConnection({ host, port })), {
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    clientId,
    keepalive: limits.keepAliveS ?? KEEP_ALIVE_S,
    connectTimeout: limits.connectMs ?? CONNECT_MS_MAX,
    ...(credentials && {
      username: credentials.tag,
      password: credentials.token,
      will: { topic: topicOf({ kind: 'presence', tag: credentials.tag }), payload: Buffer.from(credentials.will), qos: 1, retain: true },
    }),
  });
  // Without a listener an 'error' is an exception nobody catches; every error is followed by a close, which is handled.
  return client.on('error', () => client.end(true));
}

/** A broker that declares an endless packet must not fill our memory. */
function guarded(socket: Socket): Socket {
  const meter = new PacketMeter(BROKER_PACKET_BYTES_MAX);
  socket.setNoDelay(true);
  return socket.on('data', (bytes: Buffer) => {
    try {
      meter.pass(bytes);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : undefined);
    }
  });
}

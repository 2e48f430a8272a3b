import { randomBytes } from 'node:crypto';
import {
  base32Encode,
  loginClientId,
  SansfilError,
  type Directory,
  type DirectoryConnection,
  type DirectoryConnectOptions,
  type DirectoryHandler,
  type ErrorCode,
} from '../../core/index.js';
import { openClient, type ClientLimits } from './client.js';
import { MqttConnection } from './MqttConnection.js';

/** MQTT 3.1.1 §3.2.2.3 has five refusals; PROTOCOL [P-7.6] says what each means here. */
const REFUSALS: Readonly<Record<number, ErrorCode>> = { 4: 'TOKEN_EXPIRED', 5: 'TOKEN_INVALID' };
const DEFAULT_PORT = 1883;

/** The directory over MQTT 3.1.1, on any broker that authorizes as PROTOCOL [P-7.1] says. */
export class MqttDirectory implements Directory {
  readonly schemes = ['mqtt'];

  constructor(private readonly limits: Partial<ClientLimits> = {}) {}

  async connect(options: DirectoryConnectOptions, handler: DirectoryHandler): Promise<DirectoryConnection> {
    const { credentials, signal } = options;
    const { host, port } = parseUrl(options.url);
    const clientId = credentials?.tag ?? loginClientId(base32Encode(randomBytes(16)).toLowerCase());
    const client = await openClient({ host, port, clientId, credentials, limits: this.limits });
    const connection = new MqttConnection(client, clientId, credentials?.tag, handler, this.limits.requestMs);
    try {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new SansfilError('DIRECTORY_UNREACHABLE', 'given up')), { once: true });
        client.once('connect', () => resolve());
        client.once('error', (error) => reject(refusal(error)));
        client.once('close', () => reject(new SansfilError('DIRECTORY_UNREACHABLE')));
      });
      await connection.listen();
      return connection;
    } catch (error) {
      connection.abandon();
      throw SansfilError.from(error, 'DIRECTORY_UNREACHABLE');
    }
  }
}

/** @throws SansfilError CONFIG_INVALID */
function parseUrl(text: string): { host: string; port: number } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'mqtt:' || url.hostname === '' || url.username !== '' || (url.pathname !== '' && url.pathname !== '/')) {
    throw new SansfilError('CONFIG_INVALID', `'${text.slice(0, 200)}' is not a directory address of the form mqtt://host:port`);
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? DEFAULT_PORT : Number(url.port) };
}

function refusal(error: Error): SansfilError {
  const code: unknown = 'code' in error ? error.code : undefined;
  // A number is the broker's answer to CONNECT; a string is the system's about the socket.
  if (typeof code !== 'number') return new SansfilError('DIRECTORY_UNREACHABLE', error.message, { cause: error });
  return new SansfilError(REFUSALS[code] ?? 'DIRECTORY_REFUSED', undefined, { cause: error });
}

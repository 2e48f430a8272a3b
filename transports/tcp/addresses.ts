import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { SansfilError } from '../../core/index.js';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const HOST_PORT = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([0-9.]+|localhost)):(\d{1,5})$/;

/**
 * `192.0.2.7:49152`, `[2001:db8::7]:49152`, `localhost:0`. Numbers only otherwise: addresses come from peers, and theirs
 * must not make this device ask a name server.
 * @throws SansfilError ADDRESS_INVALID
 */
export function parseHostPort(address: string): HostPort {
  const [, v6, v4, digits] = HOST_PORT.exec(address) ?? [];
  const host = v6 ?? v4;
  const port = Number(digits);
  const known = host === 'localhost' || (host !== undefined && isIP(host) === (v6 === undefined ? 4 : 6));
  if (!host || !known || port > 65_535) throw new SansfilError('ADDRESS_INVALID', `'${address.slice(0, 80)}' is not host:port with a numeric host`);
  return { host, port };
}

export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An IPv4 address mapped into IPv6 as itself (RFC 4291 §2.5.5.2), so that limits count one caller once. */
export function foldMapped(host: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host);
  return mapped?.[1] ?? host;
}

/**
 * Where others reach what listens on `listening`: every interface's address when it listens on all of them, loopback only
 * when there is nothing else. IPv6 link-local addresses mean nothing without our own zone and are left out.
 */
export function reachableAddresses(listening: string, interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>): readonly string[] {
  const { host, port } = parseHostPort(listening);
  if (host !== '0.0.0.0' && host !== '::') return [listening];
  const all = Object.values(interfaces).flatMap((list) => list ?? []);
  const usable = all.filter(({ family, internal, address }) => {
    if (internal) return false;
    return family === 'IPv4' || (host === '::' && !/^fe[89ab]/i.test(address));
  });
  const hosts = [...new Set(usable.map(({ address }) => address))];
  return (hosts.length > 0 ? hosts : ['127.0.0.1']).map((address) => formatHostPort({ host: address, port }));
}

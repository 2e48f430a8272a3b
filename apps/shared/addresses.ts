import { isIPv6 } from 'node:net';

const HOST = /^[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.?$/u;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\/\S+$/;

/** `host:port`, `[v6]:port`, or without the port where there is a usual one, in one spelling. @throws RangeError */
export function parseHostPort(text: string, usualPort?: number): string {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const port = parts?.[3] === undefined ? usualPort : Number(parts[3]);
  const bracketed = parts?.[1] !== undefined;
  if (host === undefined || port === undefined || port > 65_535 || (bracketed ? !isIPv6(host) : !HOST.test(host))) {
    throw new RangeError(`'${text.slice(0, 80)}' is not HOST:PORT`);
  }
  return `${bracketed ? `[${host}]` : host}:${port}`;
}

/** @throws RangeError when the text is not `scheme://…`. */
export function withScheme(text: string): string {
  if (!SCHEME.test(text)) throw new RangeError(`'${text.slice(0, 80)}' is not SCHEME://ADDRESS`);
  return text;
}

import type { ServiceIdentifier } from 'inversify';

/** The name under which a port is bound. `Symbol.for`, so that two loaded copies of core agree. */
export type Token<T> = ServiceIdentifier<T> & symbol;

/** The only way to mint a token; the one cast stands here. */
export function token<T>(name: string): Token<T> {
  return Symbol.for(`sansfil/${name}`);
}

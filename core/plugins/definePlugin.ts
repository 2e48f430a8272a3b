import type { Token } from '../ports/token.js';

/** The version of the plugin interface: definePlugin, the tokens and the ports behind them. */
export const PLUGIN_API = 1;

/** What was said to stand behind a token. There is one of it for the whole process, made when it is first asked for. */
export interface Provided<T> {
  /** Says so in the reader's face; it is the only scope there is. */
  inSingletonScope(): Provided<T>;
  /** Called once when the plugin is unloaded, if the value was ever made. An EXTENSION without it is disposed of. */
  onDeactivation(deactivate: (value: T) => void | PromiseLike<void>): Provided<T>;
}

/** How a plugin says what stands behind a token. Factories may be asynchronous; their arguments come from `needs`. */
export interface ProvideSyntax<T> {
  toConstantValue(value: T): Provided<T>;
  toResolvedValue(factory: () => T | Promise<T>): Provided<T>;
  /** Swapping two tokens is a compile error. Every token must stand in the manifest, under `needs` or `provides`. */
  toResolvedValue<A extends unknown[]>(factory: (...needs: A) => T | Promise<T>, needs: { readonly [K in keyof A]: Token<A[K]> }): Provided<T>;
}

export interface PluginContext {
  /** @throws SansfilError PLUGIN_INVALID for a token the manifest does not list under `provides`. */
  readonly provide: <T>(token: Token<T>) => ProvideSyntax<T>;
}

export interface Plugin {
  /** Kebab-case; unique in one process; also the name of its section in the configuration. */
  readonly name: string;
  /** The PLUGIN_API it was written for. */
  readonly api: number;
  /** Every token its factories ask for: checked before anything is constructed. */
  readonly needs: readonly symbol[];
  /** Every token it provides, those only its own factories use included. */
  readonly provides: readonly symbol[];
  /** Declares, does nothing else: work belongs into factories and `start`. */
  register(context: PluginContext): void | Promise<void>;
}

/** Gives a plugin its type; the host checks the values, since a plugin may be plain JavaScript. */
export function definePlugin(plugin: Plugin): Plugin {
  return Object.freeze({ ...plugin, needs: Object.freeze([...plugin.needs]), provides: Object.freeze([...plugin.provides]) });
}

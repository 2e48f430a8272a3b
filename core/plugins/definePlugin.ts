import type { BindInWhenOnFluentSyntax, BindWhenOnFluentSyntax, MapToResolvedValueInjectOptions } from 'inversify';
import type { Token } from '../ports/token.js';

/** The version of the plugin interface: definePlugin, the tokens and the ports behind them. */
export const PLUGIN_API = 1;

/** How a plugin says what stands behind a token. Factories may be asynchronous; their arguments come from `needs`. */
export interface ProvideSyntax<T> {
  toConstantValue(value: T): BindWhenOnFluentSyntax<T>;
  toResolvedValue(factory: () => T | Promise<T>): BindInWhenOnFluentSyntax<T>;
  toResolvedValue<A extends unknown[]>(factory: (...needs: A) => T | Promise<T>, needs: MapToResolvedValueInjectOptions<A>): BindInWhenOnFluentSyntax<T>;
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

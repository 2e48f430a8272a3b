import { SansfilError } from '../base/errors.js';
import type { Plugin } from './definePlugin.js';
import { checkManifest } from './manifest.js';

export interface PluginSources {
  /** The plugins that come with the application, by name. */
  readonly builtIn: ReadonlyMap<string, () => Promise<{ readonly default: Plugin }>>;
  /** Packages and absolute paths that may be loaded: local configuration only, never a name that came from a peer or a broker. */
  readonly allowed: readonly string[];
}

/** @throws SansfilError PLUGIN_INVALID | PLUGIN_API */
export async function importPlugin(specifier: string, { builtIn, allowed }: PluginSources): Promise<Plugin> {
  const known = builtIn.get(specifier);
  if (!known && !allowed.includes(specifier)) throw new SansfilError('PLUGIN_INVALID', `'${specifier}' is neither a plugin of sansfil nor one the configuration allows`);
  try {
    const module: { readonly default?: unknown } = known ? await known() : ((await import(specifier)) as { readonly default?: unknown });
    return checkManifest(module.default);
  } catch (error) {
    if (SansfilError.is(error)) throw error;
    throw new SansfilError('PLUGIN_INVALID', `the plugin '${specifier}' could not be loaded: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

import { SansfilError } from '../base/errors.js';
import { parsePlugin } from './checkPlugins.js';
import type { Plugin } from './definePlugin.js';

export interface ImportPluginOptions {
  /** The plugins that come with the application, by name. */
  readonly builtIn: ReadonlyMap<string, () => Promise<{ readonly default: unknown }>>;
  /** Package names, absolute paths and `file:` URLs that the local configuration lists, letter by letter. */
  readonly allowed: readonly string[];
  /** How one of those is loaded; the default resolves packages from where sansfil itself is installed. */
  readonly load?: (specifier: string) => Promise<unknown>;
}

const PACKAGE = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:\/[\w.-]+)*$/;
const FILE = /^(?:\/|file:\/\/\/|[A-Za-z]:[\\/])/;

/**
 * A plugin by what the configuration calls it. Code comes from this machine only: never from a peer, a directory or a URL,
 * and never from a place that a person did not write down here.
 * @throws SansfilError PLUGIN_INVALID | PLUGIN_API
 */
export async function importPlugin(specifier: string, { builtIn, allowed, load = (from) => import(from) }: ImportPluginOptions): Promise<Plugin> {
  const known = builtIn.get(specifier);
  if (!known && !allowed.includes(specifier)) {
    throw new SansfilError('PLUGIN_INVALID', `plugin '${specifier}' neither comes with sansfil nor is listed in the configuration`);
  }
  if (!known && !PACKAGE.test(specifier) && !FILE.test(specifier)) {
    throw new SansfilError('PLUGIN_INVALID', `plugin '${specifier}' is neither a package name nor an absolute path`);
  }
  return parsePlugin(defaultOf(await imported(specifier, known ?? (() => load(specifier)))), `plugin '${specifier}'`);
}

async function imported(specifier: string, load: () => Promise<unknown>): Promise<unknown> {
  try {
    return await load();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new SansfilError('PLUGIN_INVALID', `plugin '${specifier}' cannot be loaded: ${detail}`, { cause: error });
  }
}

function defaultOf(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
}

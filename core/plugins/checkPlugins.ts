import { SansfilError } from '../base/errors.js';
import { PLUGIN_API, type Plugin } from './definePlugin.js';

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const NAME_LENGTH_MAX = 64;

/** A token as people know it: `message-store`. */
export function tokenName(token: symbol): string {
  return (token.description ?? 'unnamed').replace(/^sansfil\//, '');
}

const isTokenList = (value: unknown): boolean => Array.isArray(value) && value.every((token) => typeof token === 'symbol');

/** @throws SansfilError PLUGIN_INVALID | PLUGIN_API */
export function parsePlugin(candidate: unknown, origin: string): Plugin {
  const refuse = (what: string): never => {
    throw new SansfilError('PLUGIN_INVALID', `${origin}: ${what}`);
  };
  if (typeof candidate !== 'object' || candidate === null) return refuse('the default export is not what definePlugin makes');
  const { name, api, needs, provides, register } = candidate as Partial<Record<keyof Plugin, unknown>>;
  if (typeof name !== 'string' || name.length > NAME_LENGTH_MAX || !NAME.test(name)) return refuse('its name is not kebab-case');
  if (typeof api !== 'number') return refuse('it does not say for which interface it was written');
  if (api !== PLUGIN_API) throw new SansfilError('PLUGIN_API', `plugin '${name}' was written for plugin interface ${api}, this is ${PLUGIN_API}`);
  if (!isTokenList(needs) || !isTokenList(provides)) return refuse('`needs` and `provides` are not lists of tokens');
  if (typeof register !== 'function') return refuse('it has no register function');
  return candidate as Plugin;
}

/** @throws SansfilError PLUGIN_INVALID when a name occurs twice. */
export function checkNames(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new SansfilError('PLUGIN_INVALID', `plugin '${twice}' is loaded twice`);
}

/** @throws SansfilError PLUGIN_NEED_MISSING naming every plugin and token for which nobody provides. */
export function checkNeeds(plugins: readonly Plugin[], given: ReadonlySet<symbol>): void {
  const provided = new Set([...given, ...plugins.flatMap(({ provides }) => provides)]);
  const missing = plugins.flatMap(({ name, needs }) =>
    needs.filter((token) => !provided.has(token)).map((token) => `plugin '${name}' needs '${tokenName(token)}', which nothing provides`),
  );
  if (missing.length > 0) throw new SansfilError('PLUGIN_NEED_MISSING', missing.join('; '));
}

/** Providers before those who need them, otherwise in the order given. @throws SansfilError PLUGIN_INVALID on a circle. */
export function inDependencyOrder(plugins: readonly Plugin[]): readonly Plugin[] {
  const ordered = new Set<Plugin>();
  const visit = (plugin: Plugin, path: readonly Plugin[]): void => {
    if (ordered.has(plugin)) return;
    if (path.includes(plugin)) {
      const circle = [...path.slice(path.indexOf(plugin)), plugin].map(({ name }) => name).join(' → ');
      throw new SansfilError('PLUGIN_INVALID', `plugins need each other in a circle: ${circle}`);
    }
    for (const provider of plugins) {
      if (provider !== plugin && dependsOn(plugin, provider)) visit(provider, [...path, plugin]);
    }
    ordered.add(plugin);
  };
  for (const plugin of plugins) visit(plugin, []);
  return [...ordered];
}

export function dependsOn(plugin: Plugin, provider: Plugin): boolean {
  return plugin.needs.some((token) => provider.provides.includes(token));
}

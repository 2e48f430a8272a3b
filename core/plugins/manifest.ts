import { SansfilError } from '../base/errors.js';
import { PLUGIN_API, type Plugin } from './definePlugin.js';

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** A plugin may be plain JavaScript from elsewhere: its shape is checked, not believed. @throws SansfilError PLUGIN_INVALID | PLUGIN_API */
export function checkManifest(candidate: unknown): Plugin {
  if (typeof candidate !== 'object' || candidate === null) throw new SansfilError('PLUGIN_INVALID', 'a plugin is an object made by definePlugin');
  const { name, api, needs, provides, register } = candidate as Partial<Record<keyof Plugin, unknown>>;
  if (typeof name !== 'string' || !NAME.test(name)) throw new SansfilError('PLUGIN_INVALID', 'a plugin has a kebab-case name');
  if (api !== PLUGIN_API) throw new SansfilError('PLUGIN_API', `the plugin '${name}' was written for interface ${String(api)}, this is ${PLUGIN_API}`);
  if (!isTokens(needs) || !isTokens(provides)) throw new SansfilError('PLUGIN_INVALID', `the plugin '${name}' does not list the tokens it needs and provides`);
  if (typeof register !== 'function') throw new SansfilError('PLUGIN_INVALID', `the plugin '${name}' has no register function`);
  return candidate as Plugin;
}

const isTokens = (value: unknown): value is readonly symbol[] => Array.isArray(value) && value.every((entry) => typeof entry === 'symbol');

/** `sansfil/clock` as a person reads it. */
export const tokenName = (wanted: unknown): string => (typeof wanted === 'symbol' ? (wanted.description ?? 'an unnamed token') : String(wanted));

/** The first need of the set that neither the set nor `given` provides, as the error that names both. */
export function missingNeed(plugins: readonly Plugin[], given: readonly symbol[]): SansfilError | undefined {
  const provided = new Set([...given, ...plugins.flatMap(({ provides }) => provides)]);
  for (const { name, needs } of plugins) {
    const missing = needs.find((need) => !provided.has(need));
    if (missing) return new SansfilError('PLUGIN_NEED_MISSING', `the plugin '${name}' needs ${tokenName(missing)}, which nothing provides`);
  }
  return undefined;
}

/** Providers before those that need them, otherwise as given. @throws SansfilError PLUGIN_INVALID when needs go in a circle */
export function inOrderOfNeed(plugins: readonly Plugin[]): readonly Plugin[] {
  const ordered: Plugin[] = [];
  const visiting = new Set<Plugin>();
  const visit = (plugin: Plugin): void => {
    if (ordered.includes(plugin)) return;
    if (visiting.has(plugin)) throw new SansfilError('PLUGIN_INVALID', `the plugin '${plugin.name}' needs what needs it`);
    visiting.add(plugin);
    for (const other of plugins) if (other !== plugin && other.provides.some((provided) => plugin.needs.includes(provided))) visit(other);
    ordered.push(plugin);
  };
  for (const plugin of plugins) visit(plugin);
  return ordered;
}

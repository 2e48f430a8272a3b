import type { Container } from 'inversify';
import type { Observable } from 'rxjs';
import { assert } from '../base/assert.js';
import { SansfilError, type ErrorCode } from '../base/errors.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { EVENTS, EXTENSION } from '../ports/extension.js';
import type { Token } from '../ports/token.js';
import { checkNames, checkNeeds, dependsOn, inDependencyOrder, parsePlugin, tokenName } from './checkPlugins.js';
import type { Plugin } from './definePlugin.js';
import { LoadedPlugin } from './LoadedPlugin.js';

export interface PluginHostOptions {
  /** The one container of this process, made by the composition root with singletons as its default. */
  readonly container: Container;
  /** A plugin failed and was switched off, or something it left behind could not be taken down. */
  readonly report: (plugin: string, error: SansfilError) => void;
  /** Tokens the application gives only after loading, at the latest before `start`: EVENTS and COMMANDS come from the node. */
  readonly later?: readonly symbol[];
}

export interface PluginStatus {
  readonly name: string;
  readonly state: 'running' | 'failed';
  readonly code?: ErrorCode;
}

/**
 * Loads plugins, gives out what they provide, starts their extensions, and keeps the harm one does to itself: a plugin
 * that throws is reported and unloaded together with those that need it; the rest goes on.
 *
 * Order: `give` → `load` → `get`/`getAll` → `give` what came later → `start` → … → `stop` → `[Symbol.asyncDispose]`.
 */
export class PluginHost implements AsyncDisposable {
  readonly #container: Container;
  readonly #report: (plugin: string, error: SansfilError) => void;
  readonly #later: ReadonlySet<symbol>;
  readonly #given = new Map<symbol, unknown>();
  /** Providers before those who need them. */
  #plugins: readonly LoadedPlugin[] = [];
  #failed: readonly LoadedPlugin[] = [];
  #swept: Promise<void> = Promise.resolve();

  constructor({ container, report, later = [] }: PluginHostOptions) {
    this.#container = container;
    this.#report = report;
    this.#later = new Set(later);
  }

  /** What the application itself puts behind a token. Each plugin gets the EVENTS isolated from the others. */
  give<T>(token: Token<T>, value: T): this {
    assert(!this.#given.has(token), `'${tokenName(token)}' is given twice`);
    this.#given.set(token, value);
    if (token !== EVENTS) this.#container.bind(token).toConstantValue(value);
    return this;
  }

  /**
   * Checks the whole set before anything is registered or constructed; what then fails to register is reported.
   * @throws SansfilError PLUGIN_INVALID | PLUGIN_API | PLUGIN_NEED_MISSING; nothing was loaded then.
   */
  async load(candidates: readonly Plugin[]): Promise<void> {
    const fresh = candidates.map((candidate, at) => parsePlugin(candidate, `plugin ${at + 1}`));
    const all = [...this.#plugins.map(({ plugin }) => plugin), ...fresh];
    checkNames(all.map(({ name }) => name));
    checkNeeds(all, new Set([...this.#given.keys(), ...this.#later]));
    const order = inDependencyOrder(all);
    const loaded = fresh.map((plugin) => this.#wrap(plugin));
    this.#plugins = order.flatMap((plugin) => [...this.#plugins, ...loaded].filter((one) => one.plugin === plugin));
    for (const one of this.#plugins.filter((each) => loaded.includes(each))) {
      try {
        await this.#container.loadAsync(one.module);
      } catch (error) {
        one.failure = SansfilError.from(error, 'PLUGIN_FAILED');
      }
    }
    await this.#sweep();
  }

  /**
   * The one value behind a token, made now if need be.
   * @throws SansfilError what its factory threw, with its own code | PLUGIN_NEED_MISSING | PLUGIN_INVALID when two provide it
   */
  async get<T>(token: Token<T>): Promise<T> {
    if (this.#given.has(token)) return this.#given.get(token) as T;
    const [found, other] = this.#bindings(token);
    if (found && other)
      throw new SansfilError('PLUGIN_INVALID', `both '${found.by.name}' and '${other.by.name}' provide '${tokenName(token)}'; load one of them`);
    if (!found) throw this.#absence(token);
    try {
      return await this.#resolve(found.by, found.own);
    } catch (error) {
      await this.#sweep();
      throw SansfilError.from(error, 'PLUGIN_FAILED');
    }
  }

  /** Every value behind a token; a plugin whose factory fails is reported and left out. */
  async getAll<T>(token: Token<T>): Promise<readonly T[]> {
    const values: T[] = [];
    for (const { by, own } of this.#bindings(token)) {
      try {
        values.push(await this.#resolve(by, own));
      } catch (error) {
        by.failure ??= SansfilError.from(error, 'PLUGIN_FAILED');
      }
    }
    await this.#sweep();
    return values;
  }

  /** Makes and starts the extensions, those of providers first. A plugin whose extension throws is reported and unloaded. */
  async start(): Promise<void> {
    const missing = [...this.#later].find((token) => !this.#given.has(token));
    assert(missing === undefined, `'${missing ? tokenName(missing) : ''}' was never given`);
    for (const one of this.#plugins) {
      if (!this.#plugins.includes(one) || one.failure) continue;
      try {
        for (const own of one.own(EXTENSION)) {
          const extension = await this.#container.getAsync(own);
          await extension.start();
        }
      } catch (error) {
        // What a provider failed at is the provider's; sweeping it away takes this plugin along.
        if (!this.#plugins.some(({ failure, switchedOff }) => failure && !switchedOff)) one.failure = SansfilError.from(error, 'PLUGIN_FAILED');
        await this.#sweep();
        if (this.#plugins.includes(one)) one.failure ??= SansfilError.from(error, 'PLUGIN_FAILED');
      }
      await this.#sweep();
    }
  }

  /** Stops the extensions in reverse order; what the plugins provide can still be used. */
  async stop(): Promise<void> {
    for (const one of this.#plugins.toReversed()) await this.#contain(one, () => one.stop());
  }

  /** @throws SansfilError PLUGIN_IN_USE naming who uses it | PLUGIN_INVALID when no such plugin is loaded */
  async unload(name: string): Promise<void> {
    const one = this.#plugins.find((each) => each.name === name);
    if (!one) throw new SansfilError('PLUGIN_INVALID', `no plugin '${name}' is loaded`);
    const users = this.#plugins.filter((each) => each !== one && dependsOn(each.plugin, one.plugin)).map((each) => `plugin '${each.name}'`);
    if (one.inUse) users.push('the device itself');
    if (users.length > 0) throw new SansfilError('PLUGIN_IN_USE', `'${name}' is in use by ${users.join(', ')}`);
    await this.#remove(one);
  }

  /** Every plugin that was loaded, with the code of what switched it off. */
  status(): readonly PluginStatus[] {
    return [...this.#plugins, ...this.#failed].map(({ name, failure }) =>
      failure ? { name, state: 'failed', code: failure.code } : { name, state: 'running' },
    );
  }

  /** Unloads everything, users before providers. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#swept;
    for (const one of this.#plugins.toReversed()) await this.#remove(one);
  }

  #wrap(plugin: Plugin): LoadedPlugin {
    const one: LoadedPlugin = new LoadedPlugin(plugin, {
      events: () => {
        assert(this.#given.has(EVENTS), `plugin '${plugin.name}' asks for events before there are any`);
        return this.#given.get(EVENTS) as Observable<DomainEvent>;
      },
      onThrow: (error) => {
        one.failure ??= error;
        void this.#sweep();
      },
    });
    return one;
  }

  #bindings<T>(token: Token<T>): readonly { readonly by: LoadedPlugin; readonly own: Token<T> }[] {
    return this.#plugins.flatMap((by) => by.own(token).map((own) => ({ by, own })));
  }

  async #resolve<T>(by: LoadedPlugin, own: Token<T>): Promise<T> {
    const value = await this.#container.getAsync(own);
    by.inUse = true;
    return value;
  }

  #absence(token: symbol): SansfilError {
    const culprit = this.#failed.find(({ plugin }) => plugin.provides.includes(token));
    return culprit?.failure ?? new SansfilError('PLUGIN_NEED_MISSING', `nothing provides '${tokenName(token)}'`);
  }

  /** One at a time: a failure may come while another is dealt with. */
  #sweep(): Promise<void> {
    this.#swept = this.#swept.then(() => this.#sweepNow());
    return this.#swept;
  }

  /** Reports and switches off what failed, and with it whoever can no longer have what it needs. */
  async #sweepNow(): Promise<void> {
    const broken: LoadedPlugin[] = [];
    for (let next = this.#nextBroken(); next; next = this.#nextBroken()) {
      next.switchedOff = true;
      broken.push(next);
      if (next.failure) this.#report(next.name, next.failure);
    }
    for (const one of this.#plugins.toReversed()) {
      if (!broken.includes(one)) continue;
      // The device holds something of it, which must not be pulled from under it: only its own life ends.
      if (one.inUse) await this.#contain(one, () => one.stop());
      else await this.#remove(one);
    }
    this.#failed = [...this.#failed, ...broken.filter((one) => !this.#plugins.includes(one))];
  }

  #nextBroken(): LoadedPlugin | undefined {
    const failed = this.#plugins.find(({ failure, switchedOff }) => failure && !switchedOff);
    if (failed) return failed;
    for (const provider of this.#plugins.filter(({ switchedOff, inUse }) => switchedOff && !inUse)) {
      const user = this.#plugins.find((one) => !one.switchedOff && dependsOn(one.plugin, provider.plugin));
      if (!user) continue;
      const token = user.plugin.needs.find((need) => provider.plugin.provides.includes(need));
      const what = token ? tokenName(token) : 'what';
      user.failure = new SansfilError('PLUGIN_NEED_MISSING', `plugin '${user.name}' needs '${what}', which '${provider.name}' failed to provide`);
      return user;
    }
    return undefined;
  }

  async #remove(one: LoadedPlugin): Promise<void> {
    await this.#contain(one, () => one.close());
    await this.#contain(one, () => this.#container.unloadAsync(one.module));
    this.#plugins = this.#plugins.filter((each) => each !== one);
  }

  /** Taking one plugin down must not keep the others up. */
  async #contain(one: LoadedPlugin, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      for (const cause of flatten(error)) this.#report(one.name, SansfilError.from(cause, 'PLUGIN_FAILED'));
    }
  }
}

function flatten(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(flatten) : [error];
}

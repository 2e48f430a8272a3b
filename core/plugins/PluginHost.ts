import { Container, ContainerModule, type MapToResolvedValueInjectOptions } from 'inversify';
import type { Observable } from 'rxjs';
import { SansfilError, type ErrorCode } from '../base/errors.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { EVENTS, EXTENSION, type Extension } from '../ports/extension.js';
import { token, type Token } from '../ports/token.js';
import type { Plugin, ProvideSyntax } from './definePlugin.js';
import { checkManifest, inOrderOfNeed, missingNeed, tokenName } from './manifest.js';

export interface PluginStatus {
  readonly name: string;
  readonly state: 'running' | 'failed';
  readonly code?: ErrorCode;
}

export interface PluginHostOptions {
  /** What the application itself binds, so that plugins may need it. */
  readonly given: readonly symbol[];
  /** A plugin failed; it was or is being switched off. */
  readonly report: (plugin: string, error: SansfilError) => void;
  /** The facts as one plugin may see them; needed when a plugin needs EVENTS. */
  readonly eventsFor?: (plugin: string) => Observable<DomainEvent>;
}

interface Loaded {
  readonly plugin: Plugin;
  readonly module: ContainerModule;
  failure: SansfilError | undefined;
}

/**
 * Loads plugins into one container: manifests and needs are checked before anything is constructed, extensions start in
 * the order of their needs and stop in reverse, and a plugin that fails is reported and switched off while the rest goes on.
 */
export class PluginHost implements AsyncDisposable {
  readonly #loaded = new Map<string, Loaded>();
  /** Tokens the application resolved: their providers stay as long as it runs. */
  readonly #held = new Set<symbol>();

  constructor(
    private readonly container: Container,
    private readonly options: PluginHostOptions,
  ) {}

  get statuses(): readonly PluginStatus[] {
    return [...this.#loaded.values()].map(({ plugin, failure }) =>
      failure ? { name: plugin.name, state: 'failed', code: failure.code } : { name: plugin.name, state: 'running' },
    );
  }

  /**
   * @throws SansfilError PLUGIN_INVALID | PLUGIN_API | PLUGIN_NEED_MISSING before anything is registered; a plugin whose
   * `register` throws is reported instead, together with those that need it.
   */
  async load(plugins: readonly unknown[]): Promise<void> {
    const manifests = plugins.map(checkManifest);
    for (const [i, { name }] of manifests.entries()) {
      if (this.#loaded.has(name) || manifests.findIndex((other) => other.name === name) !== i) {
        throw new SansfilError('PLUGIN_INVALID', `the plugin '${name}' is loaded twice`);
      }
    }
    const given = [...this.options.given, ...this.#provided()];
    const missing = missingNeed(manifests, given);
    if (missing) throw missing;
    for (const plugin of inOrderOfNeed(manifests)) await this.#register(plugin);
  }

  /** The one service behind a token, held from now on. @throws SansfilError with the code of what its factory threw */
  async get<T>(wanted: Token<T>): Promise<T> {
    this.#held.add(wanted);
    if (!this.container.isBound(wanted)) throw new SansfilError('PLUGIN_NEED_MISSING', `no plugin provides ${tokenName(wanted)}`);
    return this.#resolve(() => this.container.getAsync<T>(wanted));
  }

  /** Every service behind a token, possibly none. */
  async getAll<T>(wanted: Token<T>): Promise<readonly T[]> {
    this.#held.add(wanted);
    return this.container.isBound(wanted) ? this.#resolve(() => this.container.getAllAsync<T>(wanted)) : [];
  }

  /** Starts the extensions of all loaded plugins, providers before those that need them. */
  async start(): Promise<void> {
    for (const loaded of this.#loaded.values()) {
      if (loaded.failure) continue;
      try {
        for (const extension of await this.#extensions(loaded.plugin.name)) await extension.start();
      } catch (error) {
        await this.#fail(loaded, SansfilError.from(error, 'PLUGIN_FAILED'));
      }
    }
  }

  /** @throws SansfilError PLUGIN_INVALID (not loaded) | PLUGIN_IN_USE */
  async unload(name: string): Promise<void> {
    const loaded = this.#loaded.get(name);
    if (!loaded) throw new SansfilError('PLUGIN_INVALID', `no plugin '${name}' is loaded`);
    const user = this.#userOf(loaded.plugin);
    if (user) throw new SansfilError('PLUGIN_IN_USE', `the plugin '${name}' provides ${tokenName(user.token)}, which ${user.by} uses`);
    this.#loaded.delete(name);
    await this.container.unloadAsync(loaded.module);
  }

  /** Unloads everything, last loaded first; what a plugin throws then is reported and keeps no other from stopping. */
  async [Symbol.asyncDispose](): Promise<void> {
    const loaded = [...this.#loaded.values()].reverse();
    this.#loaded.clear();
    for (const { plugin, module, failure } of loaded) {
      if (failure) continue;
      try {
        await this.container.unloadAsync(module);
      } catch (error) {
        this.options.report(plugin.name, SansfilError.from(error, 'PLUGIN_FAILED'));
      }
    }
  }

  #provided(): symbol[] {
    return [...this.#loaded.values()].filter(({ failure }) => !failure).flatMap(({ plugin }) => plugin.provides);
  }

  async #register(plugin: Plugin): Promise<void> {
    const module = new ContainerModule(async ({ bind }) => {
      const provide = <T>(wanted: Token<T>): ProvideSyntax<T> => {
        if (!plugin.provides.includes(wanted)) {
          throw new SansfilError('PLUGIN_INVALID', `the plugin '${plugin.name}' provides ${tokenName(wanted)} without saying so in its manifest`);
        }
        const syntax = bind<T>(wanted === (EXTENSION as symbol) ? extensionsOf(plugin.name) : wanted);
        return {
          toConstantValue: (value) => syntax.toConstantValue(value),
          toResolvedValue: <A extends unknown[]>(factory: (...needs: A) => T | Promise<T>, needs?: MapToResolvedValueInjectOptions<A>) =>
            syntax.toResolvedValue(factory, (needs ?? []).map((need: unknown) => this.#own(plugin.name, need)) as MapToResolvedValueInjectOptions<A>),
        };
      };
      await plugin.register({ provide });
    });
    const loaded: Loaded = { plugin, module, failure: missingNeed([plugin], [...this.options.given, ...this.#provided()]) };
    this.#loaded.set(plugin.name, loaded);
    if (loaded.failure) return this.options.report(plugin.name, loaded.failure);
    try {
      if (plugin.needs.includes(EVENTS) && this.options.eventsFor) this.container.bind(eventsOf(plugin.name)).toConstantValue(this.options.eventsFor(plugin.name));
      await this.container.loadAsync(module);
    } catch (error) {
      await this.#fail(loaded, SansfilError.from(error, 'PLUGIN_FAILED'));
    }
  }

  /** A plugin's EVENTS are its own stream, so that what its subscribers throw is known to be its doing. */
  #own(plugin: string, need: unknown): unknown {
    return need === EVENTS && this.options.eventsFor ? eventsOf(plugin) : need;
  }

  async #extensions(plugin: string): Promise<readonly Extension[]> {
    const wanted = extensionsOf(plugin);
    return this.container.isBound(wanted) ? this.#resolve(() => this.container.getAllAsync<Extension>(wanted)) : [];
  }

  async #fail(loaded: Loaded, error: SansfilError): Promise<void> {
    loaded.failure = error;
    this.options.report(loaded.plugin.name, error);
    if (this.#userOf(loaded.plugin)) return;
    try {
      await this.container.unloadAsync(loaded.module);
    } catch (inner) {
      this.options.report(loaded.plugin.name, SansfilError.from(inner, 'PLUGIN_FAILED'));
    }
  }

  #userOf(plugin: Plugin): { readonly token: symbol; readonly by: string } | undefined {
    const others = [...this.#loaded.values()].filter((other) => other.plugin !== plugin && !other.failure).map((other) => other.plugin);
    for (const wanted of plugin.provides) {
      if (wanted === (EXTENSION as symbol)) continue;
      if (this.#held.has(wanted)) return { token: wanted, by: 'the device itself' };
      const user = others.find(({ needs }) => needs.includes(wanted));
      if (user && !others.some(({ provides }) => provides.includes(wanted))) return { token: wanted, by: `the plugin '${user.name}'` };
    }
    return undefined;
  }

  /** Inversify may wrap what a factory throws: the cause that is ours is what the application must see. */
  async #resolve<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) if (SansfilError.is(inner)) throw inner;
      throw SansfilError.from(error, 'PLUGIN_FAILED');
    }
  }
}

const extensionsOf = (plugin: string): Token<never> => token<never>(`extension of ${plugin}`);
const eventsOf = (plugin: string): Token<Observable<DomainEvent>> => token(`events of ${plugin}`);

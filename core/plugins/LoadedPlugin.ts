import { ContainerModule, type Bind, type MapToResolvedValueInjectOptions } from 'inversify';
import type { Observable } from 'rxjs';
import { Disposables } from '../base/disposables.js';
import { SansfilError } from '../base/errors.js';
import { isThenable } from '../base/isThenable.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { isolatedStream, type GuestStream } from '../events/isolatedStream.js';
import { EVENTS, EXTENSION, type Extension } from '../ports/extension.js';
import type { Token } from '../ports/token.js';
import { tokenName } from './checkPlugins.js';
import type { Plugin, Provided, ProvideSyntax } from './definePlugin.js';

export interface LoadedPluginOptions {
  /** The facts, once the application has given them. */
  readonly events: () => Observable<DomainEvent>;
  /** A subscriber of the plugin threw. */
  readonly onThrow: (error: SansfilError) => void;
}

/**
 * One plugin in the container: its bindings, what was made of them, and how to take that down again.
 *
 * Every value is bound under a symbol of its own, to which the public token points. So one can ask for what this very plugin
 * provides, and one plugin's failing factory does not spoil a token that several provide. Values are kept here and not in
 * the container's singleton scope, which would keep a rejected promise for good and then refuse to unload its module.
 */
export class LoadedPlugin {
  readonly module: ContainerModule;
  /** Why it is to be switched off, and whether that has been done. */
  failure: SansfilError | undefined;
  switchedOff = false;
  /** The application itself holds something of it. */
  inUse = false;
  readonly #options: LoadedPluginOptions;
  readonly #bound: { readonly token: symbol; readonly own: symbol }[] = [];
  readonly #extensions = new Disposables();
  readonly #services = new Disposables();
  readonly #ownEvents: Token<Observable<DomainEvent>>;
  #events: GuestStream<DomainEvent> | undefined;

  constructor(
    readonly plugin: Plugin,
    options: LoadedPluginOptions,
  ) {
    this.#options = options;
    this.#ownEvents = Symbol(`events for ${plugin.name}`);
    this.module = new ContainerModule(({ bind }) => {
      bind(this.#ownEvents).toResolvedValue(() => this.#isolatedEvents());
      return plugin.register({ provide: (token) => this.#provide(bind, token) });
    });
  }

  get name(): string {
    return this.plugin.name;
  }

  /** The symbols under which this plugin's own values of that token are bound. */
  own<T>(token: Token<T>): readonly Token<T>[] {
    return this.#bound.filter((one) => one.token === token).map(({ own }) => own as Token<T>);
  }

  /** Disposes of the extensions that were made, the last first. */
  stop(): Promise<void> {
    return this.#extensions[Symbol.asyncDispose]();
  }

  /** Takes down all that was made, extensions first, and ends every subscription. */
  async close(): Promise<void> {
    const all = new Disposables();
    all.defer(() => this.#events?.close());
    all.defer(() => this.#services[Symbol.asyncDispose]());
    all.defer(() => this.stop());
    await all[Symbol.asyncDispose]();
  }

  #isolatedEvents(): Observable<DomainEvent> {
    this.#events ??= isolatedStream(this.#options.events(), this.#options.onThrow);
    return this.#events.stream$;
  }

  #provide<T>(bind: Bind, token: Token<T>): ProvideSyntax<T> {
    if (!this.plugin.provides.includes(token)) {
      throw new SansfilError('PLUGIN_INVALID', `plugin '${this.name}' provides '${tokenName(token)}', which its manifest does not list`);
    }
    return {
      toConstantValue: (value) => this.#bind(bind, token, () => value, []),
      toResolvedValue: <A extends unknown[]>(factory: (...needs: A) => T | Promise<T>, needs: readonly symbol[] = []) =>
        this.#bind(bind, token, factory, needs),
    };
  }

  #bind<T, A extends unknown[]>(bind: Bind, token: Token<T>, factory: (...needs: A) => T | Promise<T>, needs: readonly symbol[]): Provided<T> {
    const own = Symbol(`${tokenName(token)} of ${this.name}`) as Token<T>;
    let deactivate: ((value: T) => void | PromiseLike<void>) | undefined;
    let kept: { readonly value: T | Promise<T> } | undefined;
    const keep = (value: T): T => {
      kept = { value };
      (token === EXTENSION ? this.#extensions : this.#services).defer(async () => {
        kept = undefined;
        if (deactivate) await deactivate(value);
        else if (token === EXTENSION) await (value as Extension)[Symbol.asyncDispose]();
      });
      return value;
    };
    const failed = (error: unknown): never => {
      kept = undefined;
      this.failure ??= SansfilError.from(error, 'PLUGIN_FAILED');
      throw SansfilError.from(error, 'PLUGIN_FAILED');
    };
    const make = (...args: A): T | Promise<T> => {
      if (kept) return kept.value;
      try {
        const made = factory(...args);
        if (!isThenable(made)) return keep(made);
        const value = Promise.resolve(made).then(keep, failed);
        kept = { value };
        return value;
      } catch (error) {
        return failed(error);
      }
    };
    const wanted = needs.map((need) => this.#need(need)) as MapToResolvedValueInjectOptions<A>;
    bind(own).toResolvedValue(make, wanted).inTransientScope();
    bind(token).toService(own);
    this.#bound.push({ token, own });
    const provided: Provided<T> = {
      inSingletonScope: () => provided,
      onDeactivation: (callback) => {
        deactivate = callback;
        return provided;
      },
    };
    return provided;
  }

  #need(token: symbol): symbol {
    if (!this.plugin.needs.includes(token) && !this.plugin.provides.includes(token)) {
      throw new SansfilError('PLUGIN_INVALID', `plugin '${this.name}' asks for '${tokenName(token)}', which its manifest does not list`);
    }
    return token === EVENTS ? this.#ownEvents : token;
  }
}

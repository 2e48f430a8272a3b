import { Container } from 'inversify';
import { SansfilError } from '../../core/base/errors.js';
import { definePlugin, type Plugin } from '../../core/plugins/definePlugin.js';
import { PluginHost } from '../../core/plugins/PluginHost.js';
import { EXTENSION, type Extension } from '../../core/ports/extension.js';
import { token, type Token } from '../../core/ports/token.js';

export const ALPHA = token<string>('alpha');
export const BETA = token<string>('beta');

export interface HostUnderTest {
  readonly host: PluginHost;
  /** `plugin: code` of everything reported. */
  readonly reports: string[];
  readonly errors: SansfilError[];
}

export function newHost(later: readonly symbol[] = []): HostUnderTest {
  const reports: string[] = [];
  const errors: SansfilError[] = [];
  const report = (plugin: string, error: SansfilError): void => {
    reports.push(`${plugin}: ${error.code}`);
    errors.push(error);
  };
  return { host: new PluginHost({ container: new Container({ defaultScope: 'Singleton' }), report, later }), reports, errors };
}

/** A plugin that provides `provides` out of what it `needs`, noting each making and unmaking in `log`. */
export function provider(name: string, provides: Token<string>, needs: readonly Token<string>[], log: string[]): Plugin {
  return definePlugin({
    name,
    api: 1,
    needs,
    provides: [provides],
    register: ({ provide }) => {
      provide(provides)
        .toResolvedValue((...values: string[]) => {
          log.push(`make ${name}`);
          return [name, ...values].join('<');
        }, needs as Token<string>[])
        .inSingletonScope()
        .onDeactivation(() => void log.push(`unmake ${name}`));
    },
  });
}

/** A plugin with one extension that notes its life in `log`; `start` may throw. */
export function extension(name: string, needs: readonly Token<string>[], log: string[], start: () => void | Promise<void> = () => undefined): Plugin {
  return definePlugin({
    name,
    api: 1,
    needs,
    provides: [EXTENSION],
    register: ({ provide }) => {
      provide(EXTENSION).toResolvedValue((...values: string[]): Extension => {
        log.push([`make ${name}`, ...values].join(' '));
        return {
          start: () => {
            log.push(`start ${name}`);
            return start();
          },
          [Symbol.asyncDispose]: () => {
            log.push(`dispose ${name}`);
            return Promise.resolve();
          },
        };
      }, needs as Token<string>[]);
    },
  });
}

export const failing =
  (code: ConstructorParameters<typeof SansfilError>[0], detail: string): (() => never) =>
  () => {
    throw new SansfilError(code, detail);
  };

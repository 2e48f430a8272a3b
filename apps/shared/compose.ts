import { join } from 'node:path';
import { Container } from 'inversify';
import type { Observable } from 'rxjs';
import { assert } from '../../core/base/assert.js';
import { SansfilError } from '../../core/base/errors.js';
import { Node } from '../../core/engine/Node.js';
import type { NodePorts } from '../../core/engine/nodePorts.js';
import type { Commands } from '../../core/events/commands.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import type { Plugin } from '../../core/plugins/definePlugin.js';
import { importPlugin } from '../../core/plugins/importPlugin.js';
import { PluginHost } from '../../core/plugins/PluginHost.js';
import { CLOCK } from '../../core/ports/clock.js';
import { DIRECTORY } from '../../core/ports/directory.js';
import { COMMANDS, EVENTS, EXTENSION } from '../../core/ports/extension.js';
import { FILE_CIPHER } from '../../core/ports/fileCipher.js';
import { FILE_SINK, FILE_SOURCE } from '../../core/ports/files.js';
import { LOGGER, type Logger } from '../../core/ports/logger.js';
import { OPENPGP } from '../../core/ports/openpgp.js';
import { PRIMITIVES } from '../../core/ports/primitives.js';
import { RANDOM } from '../../core/ports/random.js';
import { SETTINGS, type Settings } from '../../core/ports/settings.js';
import { SHARE_STORE } from '../../core/ports/shareStore.js';
import { SHELL_HOST, type ShellHost } from '../../core/ports/shellHost.js';
import { SIGNER, VERIFIER } from '../../core/ports/signer.js';
import { CONTACT_STORE, MESSAGE_STORE, SETTINGS_STORE, TRANSFER_STORE } from '../../core/ports/stores.js';
import { TRANSPORT } from '../../core/ports/transport.js';
import { NodeFileSink, NodeFileSource } from './nodeFiles.js';
import { systemClock, systemRandom } from './system.js';
import { readVersion } from './version.js';

/** What shows a device to the person in front of it, on a terminal. */
export const SHELL_PLUGIN = 'blessed-dashboard';

type PluginImport = () => Promise<{ readonly default: Plugin }>;

/** The plugins that come with sansfil, by name; each is read from disk only when it is asked for. */
const BUILT_IN: ReadonlyMap<string, PluginImport> = new Map<string, PluginImport>([
  ['node-primitives', () => import('../../plugins/node-primitives/index.js')],
  ['rsa-signing', () => import('../../plugins/rsa-signing/index.js')],
  ['aes-files', () => import('../../plugins/aes-files/index.js')],
  ['openpgp-files', () => import('../../plugins/openpgp-files/index.js')],
  ['sqlite-store', () => import('../../plugins/sqlite-store/index.js')],
  ['tcp', () => import('../../transports/tcp/index.js')],
  ['mqtt', () => import('../../transports/mqtt/index.js')],
  ['control-socket', () => import('../../plugins/control-socket/index.js')],
  ['mqtt-broker', () => import('../../plugins/mqtt-broker/index.js')],
  [SHELL_PLUGIN, () => import('../../plugins/blessed-dashboard/index.js')],
]);

const DEVICE_PLUGINS = ['node-primitives', 'rsa-signing', 'aes-files', 'openpgp-files', 'sqlite-store', 'tcp', 'mqtt', 'control-socket'] as const;
const DIRECTORY_PLUGINS = ['node-primitives', 'rsa-signing', 'mqtt-broker'] as const;

type PluginOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface DeviceComposition {
  /** Absolute, prepared (dataFolder.ts). */
  readonly dataFolder: string;
  readonly logger: Logger;
  /** `scheme://address` each. */
  readonly listen: readonly string[];
  readonly announce?: readonly string[];
  readonly directoryUrl?: string;
  readonly receiveFolder: string;
  /** By name, package or path; the usual ones when absent. */
  readonly plugins?: readonly string[];
  readonly pluginOptions?: PluginOptions;
  readonly suites?: readonly number[];
  /** Shows the device on the terminal; absent: nobody looks. */
  readonly shell?: ShellHost;
  readonly tap?: (direction: 'in' | 'out', link: string, frame: Uint8Array) => void;
}

export interface ComposedDevice {
  readonly commands: Commands;
  readonly events$: Observable<DomainEvent>;
  stop(): Promise<void>;
}

/** A device that runs, from its plugins. @throws SansfilError, with nothing left running */
export async function composeDevice(options: DeviceComposition): Promise<ComposedDevice> {
  const { logger, dataFolder, receiveFolder } = options;
  let node: Node | undefined;
  const guests = newHost(options, options.pluginOptions ?? {}, [COMMANDS, EVENTS], (plugin, error) =>
    node?.publish({ type: 'plugin.failed', plugin, code: error.code, detail: error.message }),
  );
  const { host } = guests;
  host.give(FILE_SOURCE, new NodeFileSource()).give(FILE_SINK, new NodeFileSink({ incoming: join(dataFolder, 'incoming'), received: receiveFolder }));
  const stop = async (): Promise<void> => {
    await host.stop();
    await node?.stop();
    await host[Symbol.asyncDispose]();
  };
  try {
    if (options.shell) host.give(SHELL_HOST, options.shell);
    await host.load(await importAll([...new Set([...(options.plugins ?? DEVICE_PLUGINS), ...(options.shell ? [SHELL_PLUGIN] : [])])]));
    node = new Node(await portsOf(host, logger), {
      version: readVersion(),
      listen: options.listen,
      ...(options.announce === undefined ? {} : { announce: options.announce }),
      ...(options.directoryUrl === undefined ? {} : { directoryUrl: options.directoryUrl }),
      ...(options.suites === undefined ? {} : { suites: options.suites }),
      ...(options.tap === undefined ? {} : { tap: options.tap }),
      plugins: () => host.status(),
    });
    node.events$.subscribe((event) => logFact(logger, event));
    host.give(COMMANDS, node).give(EVENTS, node.events$);
    await node.start();
    await guests.start();
    return { commands: node, events$: node.events$, stop };
  } catch (error) {
    await stop();
    throw SansfilError.from(error);
  }
}

export interface ShellComposition extends Pick<DeviceComposition, 'dataFolder' | 'logger' | 'pluginOptions'>, Pick<ComposedDevice, 'commands' | 'events$'> {
  readonly shell: ShellHost;
  /** It failed after it had started, and shows nothing any more. */
  readonly onFailure: (error: SansfilError) => void;
}

/** The shell alone, for a device that runs elsewhere. @throws SansfilError, with the terminal as it was */
export async function composeShell(options: ShellComposition): Promise<{ stop(): Promise<void> }> {
  const guests = newHost(options, options.pluginOptions ?? {}, [], (_plugin, error) => options.onFailure(error));
  const { host } = guests;
  const stop = (): Promise<void> => host[Symbol.asyncDispose]();
  host.give(COMMANDS, options.commands).give(EVENTS, options.events$).give(SHELL_HOST, options.shell);
  try {
    await host.load(await importAll([SHELL_PLUGIN]));
    await guests.start();
    return { stop };
  } catch (error) {
    await stop();
    throw SansfilError.from(error);
  }
}

export interface DirectoryComposition {
  readonly dataFolder: string;
  readonly logger: Logger;
  /** `host:port`; port 0 is any free one. */
  readonly listen: string;
  readonly pluginOptions?: PluginOptions;
}

/** A directory with its embedded broker. @throws SansfilError, with nothing left running */
export async function composeDirectory(options: DirectoryComposition): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const [hostName, port] = splitHostPort(options.listen);
  const given = options.pluginOptions ?? {};
  const guests = newHost(options, { ...given, 'mqtt-broker': { host: hostName, port, ...given['mqtt-broker'] } });
  const { host } = guests;
  const stop = (): Promise<void> => host[Symbol.asyncDispose]();
  try {
    await host.load(await importAll(DIRECTORY_PLUGINS));
    await guests.start();
    const { BrokerExtension } = await import('../../plugins/mqtt-broker/index.js');
    const broker = (await host.getAll(EXTENSION)).find((extension) => extension instanceof BrokerExtension);
    assert(broker, 'the broker plugin provides the broker');
    return { address: broker.address, stop };
  } catch (error) {
    await stop();
    throw SansfilError.from(error);
  }
}

/**
 * A host with what every process has. A part of sansfil itself that does not start stops everything; a guest that fails
 * is reported and left out.
 */
function newHost(
  { dataFolder, logger }: { readonly dataFolder: string; readonly logger: Logger },
  pluginOptions: PluginOptions,
  later: readonly symbol[] = [],
  tell: (plugin: string, error: SansfilError) => void = () => undefined,
): { readonly host: PluginHost; start(): Promise<void> } {
  let failure: SansfilError | undefined;
  const report = (plugin: string, error: SansfilError): void => {
    logger.log('error', 'plugin.failed', { plugin, code: error.code, detail: error.message });
    if (BUILT_IN.has(plugin)) failure ??= error;
    tell(plugin, error);
  };
  const settings: Settings = { version: readVersion(), dataFolder, optionsOf: (plugin) => pluginOptions[plugin] ?? {} };
  const host = new PluginHost({ container: new Container({ defaultScope: 'Singleton' }), report, later });
  host.give(CLOCK, systemClock).give(RANDOM, systemRandom).give(LOGGER, logger).give(SETTINGS, settings);
  const start = async (): Promise<void> => {
    await host.start();
    if (failure) throw failure;
  };
  return { host, start };
}

/** The configuration names what may be loaded, so what it names is allowed. */
function importAll(names: readonly string[]): Promise<readonly Plugin[]> {
  return Promise.all(names.map((name) => importPlugin(name, { builtIn: BUILT_IN, allowed: names })));
}

async function portsOf(host: PluginHost, logger: Logger): Promise<NodePorts> {
  const primitives = await host.get(PRIMITIVES);
  // The store first: it holds the lock on the data folder, and nothing else may be touched without it.
  const settings = await host.get(SETTINGS_STORE);
  const [pgp] = await host.getAll(OPENPGP);
  return {
    clock: systemClock,
    random: systemRandom,
    logger,
    primitives,
    settings,
    contacts: await host.get(CONTACT_STORE),
    messages: await host.get(MESSAGE_STORE),
    transfers: await host.get(TRANSFER_STORE),
    shares: await host.get(SHARE_STORE),
    signer: await host.get(SIGNER),
    verifier: await host.get(VERIFIER),
    cipher: await host.get(FILE_CIPHER),
    transports: await host.getAll(TRANSPORT),
    directories: await host.getAll(DIRECTORY),
    source: await host.get(FILE_SOURCE),
    sink: await host.get(FILE_SINK),
    ...(pgp ? { pgp } : {}),
  };
}

/** What happened, for the log: never what people wrote. */
function logFact(logger: Logger, event: DomainEvent): void {
  if (event.type === 'transfer.progressed' || event.type === 'share.progressed' || event.type === 'message.received') return;
  const fields = Object.entries(event).filter(([name, value]) => name !== 'type' && name !== 'name' && isPlain(value));
  logger.log(event.type === 'fault' ? 'error' : 'info', event.type, Object.fromEntries(fields));
}

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function splitHostPort(listen: string): readonly [string, number] {
  const at = listen.lastIndexOf(':');
  return [listen.slice(0, at).replace(/^\[|\]$/g, ''), Number(listen.slice(at + 1))];
}

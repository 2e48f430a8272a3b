import { join } from 'node:path';
import { isatty } from 'node:tty';
import { SansfilError } from '../../core/base/errors.js';
import type { ShellHost } from '../../core/ports/shellHost.js';
import { composeDevice, type ComposedDevice } from './compose.js';
import { DEVICE_PORT, readDeviceConfig, type DeviceConfig, type DeviceFlags } from './config.js';
import { defaultDataFolder, prepareDataFolder } from './dataFolder.js';
import { openLogger, type OpenLogger } from './system.js';

/** A frame as it is on the wire, for somebody who wants to see for himself that nothing is in clear. */
export type FrameTap = (direction: 'in' | 'out', link: string, frame: Uint8Array) => void;

export interface DeviceRequest {
  readonly data: string | undefined;
  readonly flags: DeviceFlags;
  /** Plugins when the configuration names none; the composition's usual ones when absent. */
  readonly plugins?: readonly string[];
  readonly tap?: FrameTap;
  /** Shows the device on the terminal. */
  readonly shell?: ShellHost;
}

export interface RunningDevice extends Pick<ComposedDevice, 'commands' | 'events$'> {
  readonly config: DeviceConfig;
  readonly dataFolder: string;
  /** The usual port was taken, and nobody had asked for it. */
  readonly portMoved: boolean;
  stop(): Promise<void>;
}

/** From a data folder and flags to a device that runs. @throws SansfilError, with nothing left running */
export async function openDevice(request: DeviceRequest): Promise<RunningDevice> {
  const dataFolder = await prepareDataFolder(request.data ?? (await defaultDataFolder('device')));
  const config = await readDeviceConfig(dataFolder, request.flags);
  // Nothing else may write to a terminal that a full screen is drawn on.
  const isDrawnOn = request.shell?.plain === false && isatty(2);
  const logger = await openLogger({
    to: config.log?.to === 'stderr' && !isDrawnOn ? 'stderr' : { file: join(dataFolder, 'sansfil.log') },
    level: config.log?.level ?? 'info',
  });
  try {
    const { composed, portMoved } = await compose(request, config, dataFolder, logger);
    return {
      commands: composed.commands,
      events$: composed.events$,
      config,
      dataFolder,
      portMoved,
      stop: async () => {
        await composed.stop();
        logger.close();
      },
    };
  } catch (error) {
    logger.log('error', 'device.refused', { code: SansfilError.from(error).code, why: SansfilError.from(error).message });
    logger.close();
    throw error;
  }
}

async function compose(
  request: DeviceRequest,
  config: DeviceConfig,
  dataFolder: string,
  logger: OpenLogger,
): Promise<{ composed: ComposedDevice; portMoved: boolean }> {
  const plugins = config.plugins ?? request.plugins;
  const start = (listen: readonly string[]): Promise<ComposedDevice> =>
    composeDevice({
      dataFolder,
      listen,
      receiveFolder: config.receive ?? join(dataFolder, 'received'),
      logger,
      ...(config.announce === undefined ? {} : { announce: config.announce }),
      ...(config.directory === undefined ? {} : { directoryUrl: config.directory }),
      ...(plugins === undefined ? {} : { plugins }),
      ...(config.pluginOptions === undefined ? {} : { pluginOptions: config.pluginOptions }),
      ...(request.shell === undefined ? {} : { shell: request.shell }),
      ...(request.tap === undefined ? {} : { tap: request.tap }),
    });
  if (config.listen !== undefined) return { composed: await start(config.listen), portMoved: false };
  try {
    return { composed: await start([`tcp://0.0.0.0:${DEVICE_PORT}`]), portMoved: false };
  } catch (error) {
    if (!SansfilError.is(error) || error.code !== 'PORT_IN_USE') throw error;
    return { composed: await start(['tcp://0.0.0.0:0']), portMoved: true };
  }
}

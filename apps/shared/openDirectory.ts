import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { composeDirectory } from './compose.js';
import { DIRECTORY_PORT, readDirectoryConfig, type DirectoryFlags } from './config.js';
import { defaultDataFolder, prepareDataFolder } from './dataFolder.js';
import { openLogger } from './system.js';

export interface DirectoryRequest {
  readonly data: string | undefined;
  readonly flags: DirectoryFlags;
  readonly debug: boolean;
}

export interface RunningDirectory {
  /** `mqtt://host:port` under which devices may reach it, one at least; the likeliest first. */
  readonly urls: readonly string[];
  readonly dataFolder: string;
  stop(): Promise<void>;
}

/** From a data folder and flags to a directory that runs. @throws SansfilError, with nothing left running */
export async function openDirectory(request: DirectoryRequest): Promise<RunningDirectory> {
  const dataFolder = await prepareDataFolder(request.data ?? (await defaultDataFolder('directory')));
  const config = await readDirectoryConfig(dataFolder, request.flags);
  const logger = await openLogger({
    to: request.debug || config.log?.to === 'stderr' ? 'stderr' : { file: join(dataFolder, 'sansfil.log') },
    level: request.debug ? 'debug' : (config.log?.level ?? 'info'),
  });
  try {
    const running = await composeDirectory({
      dataFolder,
      listen: config.listen ?? `0.0.0.0:${DIRECTORY_PORT}`,
      logger,
      ...(config.pluginOptions === undefined ? {} : { pluginOptions: config.pluginOptions }),
    });
    return {
      urls: reachableAt(running.address),
      dataFolder,
      stop: async () => {
        await running.stop();
        logger.close();
      },
    };
  } catch (error) {
    logger.close();
    throw error;
  }
}

/** What listens on every interface is reached at the address of any. */
function reachableAt(address: string): readonly string[] {
  const wildcard = /^(.*\/\/)(0\.0\.0\.0|\[::\])(:\d+)$/.exec(address);
  if (wildcard === null) return [address];
  const [, scheme = '', host, port = ''] = wildcard;
  const found = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, family, scopeid }) => !internal && (family === 'IPv4' || (host === '[::]' && !scopeid)))
    .map((one) => `${scheme}${one.family === 'IPv4' ? one.address : `[${one.address}]`}${port}`);
  return found.length > 0 ? found : [`${scheme}127.0.0.1${port}`];
}

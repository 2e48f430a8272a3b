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
  /** `mqtt://host:port` */
  readonly address: string;
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
    const { address, stop } = await composeDirectory({ dataFolder, listen: config.listen ?? `0.0.0.0:${DIRECTORY_PORT}`, logger, debug: request.debug });
    return {
      address,
      dataFolder,
      stop: async () => {
        await stop();
        logger.close();
      },
    };
  } catch (error) {
    logger.close();
    throw error;
  }
}

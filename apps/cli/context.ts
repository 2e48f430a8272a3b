import { CONTROL_REPLY_BYTES_MAX } from '../../core/base/limits.js';
import { ControlClient } from '../../plugins/control-socket/client.js';
import { defaultDataFolder } from '../shared/dataFolder.js';
import type { CliIo } from './io.js';
import type { Output } from './Output.js';

/** What every verb gets. */
export interface VerbContext {
  readonly io: CliIo;
  readonly out: Output;
  /** As given by --data. */
  readonly data: string | undefined;
}

/** Calls the device that runs on the data folder, for as long as `use` takes. @throws ControlError, SansfilError */
export async function withDevice<T>({ data }: VerbContext, use: (device: ControlClient) => Promise<T>): Promise<T> {
  const device = await ControlClient.connect(data ?? (await defaultDataFolder('device')), { lineBytesMax: CONTROL_REPLY_BYTES_MAX });
  try {
    return await use(device);
  } finally {
    await device[Symbol.asyncDispose]();
  }
}

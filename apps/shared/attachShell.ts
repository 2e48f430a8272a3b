import { resolve } from 'node:path';
import { Subject } from 'rxjs';
import { SansfilError } from '../../core/base/errors.js';
import { CONTROL_REPLY_BYTES_MAX } from '../../core/base/limits.js';
import type { CommandOf, CommandResults, Commands, CommandType } from '../../core/events/commands.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { ControlClient, ControlError } from '../../plugins/control-socket/client.js';
import { composeShell } from './compose.js';
import { readDeviceConfig } from './config.js';
import { shellHost } from './shellHost.js';

export interface Attachment {
  readonly dataFolder: string;
  readonly plain: boolean;
  /** Ends it as the person in front of it can. */
  readonly ended: Promise<unknown>;
}

/**
 * Shows a device that runs in another process, until somebody leaves.
 * @throws ControlError NOT_RUNNING when there is none, or when it stops; SansfilError when the shell cannot be shown.
 */
export async function attachShell({ dataFolder, plain, ended }: Attachment): Promise<void> {
  const folder = resolve(dataFolder);
  await using device = await ControlClient.connect(folder, { lineBytesMax: CONTROL_REPLY_BYTES_MAX });
  const { pluginOptions = {} } = await readDeviceConfig(folder, {});
  const facts = new Subject<DomainEvent>();
  await device.watch((event) => facts.next(event));
  let leave: () => void = () => undefined;
  let fail: (error: SansfilError) => void = () => undefined;
  const left = new Promise<void>((done, failed) => {
    leave = done;
    fail = failed;
  });
  const over = Promise.race([left, ended, device.closed]);
  const shell = await composeShell({
    dataFolder: folder,
    // The device has the log; what fails here ends this process, and is said then.
    logger: { log: () => undefined },
    pluginOptions,
    commands: commandsOf(device),
    events$: facts.asObservable(),
    shell: shellHost({ plain, ends: 'shell', quit: () => leave() }),
    onFailure: (error) => fail(error),
  });
  try {
    const why: unknown = await over;
    if (why instanceof ControlError) throw why;
  } finally {
    await shell.stop();
  }
}

/** A device refuses with a code wherever it runs. */
const commandsOf = (device: ControlClient): Commands => ({
  dispatch: async <T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> => {
    try {
      return await device.dispatch<T>(command);
    } catch (error) {
      throw error instanceof ControlError ? new SansfilError(error.code, error.message, { cause: error }) : error;
    }
  },
});

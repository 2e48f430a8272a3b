import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import type { Command, CommandResults, Commands } from '../../core/events/commands.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { ControlSocket } from '../../plugins/control-socket/ControlSocket.js';
import { socketPlace } from '../../plugins/control-socket/socketPath.js';

/** A device that is only its control socket: what it answers is written in the spec, what it was asked is kept. */
export class FakeDevice implements AsyncDisposable {
  readonly asked: Command[] = [];
  readonly events = new Subject<DomainEvent>();
  answer: (command: Command) => unknown = () => [];

  private constructor(
    readonly folder: string,
    private readonly socket: ControlSocket,
  ) {}

  static async start(): Promise<FakeDevice> {
    const folder = await mkdtemp(join(tmpdir(), 'sansfil-fake-'));
    const commands: Commands = {
      dispatch: async (command) => {
        device.asked.push(command);
        return (await device.answer(command)) as CommandResults[typeof command.type];
      },
    };
    const events = { subscribe: (onFact: (event: DomainEvent) => void) => device.events.subscribe(onFact) };
    const device: FakeDevice = new FakeDevice(folder, new ControlSocket(socketPlace(folder), { events, commands, logger: { log: () => undefined } }));
    await device.socket.start();
    return device;
  }

  async stop(): Promise<void> {
    await this.socket[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import { CONTROL_LINE_BYTES_MAX } from '../../../core/base/limits.js';
import type { Command, CommandResults, Commands } from '../../../core/events/commands.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import type { LogFields } from '../../../core/ports/logger.js';
import { ControlClient } from '../../../plugins/control-socket/client.js';
import { ControlSocket } from '../../../plugins/control-socket/ControlSocket.js';
import { socketPlace } from '../../../plugins/control-socket/socketPath.js';

export interface Reply {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data: { readonly code: string } };
}

/** Control sockets and callers in a folder of their own, all gone at the end. */
export class ControlRoom implements AsyncDisposable {
  readonly events = new Subject<DomainEvent>();
  readonly logged: { event: string; fields: LogFields | undefined }[] = [];
  readonly open: AsyncDisposable[] = [];
  answer: (command: Command) => Promise<unknown> = (command) => Promise.resolve({ echoed: command });

  private constructor(readonly folder: string) {}

  static async enter(): Promise<ControlRoom> {
    return new ControlRoom(await mkdtemp(join(tmpdir(), 'sansfil-control-')));
  }

  async startSocket(dataFolder = this.folder): Promise<ControlSocket> {
    const commands: Commands = { dispatch: async (command) => (await this.answer(command)) as CommandResults[typeof command.type] };
    const logger = { log: (_: string, event: string, fields?: LogFields) => void this.logged.push({ event, fields }) };
    const events = { subscribe: (onFact: (event: DomainEvent) => void) => this.events.subscribe(onFact) };
    const socket = new ControlSocket(socketPlace(dataFolder), { events, commands, logger });
    this.open.push(socket);
    await socket.start();
    return socket;
  }

  async call(dataFolder = this.folder): Promise<ControlClient> {
    const client = await ControlClient.connect(dataFolder, { lineBytesMax: 8 * CONTROL_LINE_BYTES_MAX });
    this.open.push(client);
    return client;
  }

  /** A caller that writes what it likes and collects the documents that come back, until it has enough or the connection ends. */
  async raw(bytes: string | Uint8Array, enough: (documents: readonly Reply[]) => boolean): Promise<readonly Reply[]> {
    const socket = connect(socketPlace(this.folder).path);
    let text = '';
    const documents = (): Reply[] =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Reply);
    await new Promise<void>((resolve, reject) => {
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
        if (enough(documents())) resolve();
      });
      socket.once('close', () => resolve());
      socket.once('error', reject);
      socket.write(bytes);
    });
    socket.destroy();
    return documents();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.open.reverse()) await one[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export const one = (documents: readonly Reply[]): boolean => documents.length >= 1;

export const request = (id: number, method: string, params?: unknown): string => `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;

export const command = (id: number): string => request(id, 'dispatch', { command: { type: 'message.send', to: 'board', text: 'hello' } });

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Subject } from 'rxjs';
import { SansfilError, type Command, type DomainEvent } from '../../../core/index.js';
import { VirtualClock } from '../../../core/testing.js';
import { Dashboard } from '../../../plugins/blessed-dashboard/Dashboard.js';
import { ShellFiles } from '../../../plugins/blessed-dashboard/files/ShellFiles.js';
import type { Frame } from '../../../plugins/blessed-dashboard/panes/Frame.js';
import type { Display, DisplayListener } from '../../../plugins/blessed-dashboard/screen/Display.js';
import { dataFolder, MemoryLogger, type DataFolder } from '../../support/dataFolder.js';
import { friend, messageIdOf, SAMPLE_VIEW } from '../../support/dashboardScene.js';
import { FakeCommands } from '../../support/fakeCommands.js';
import { settled } from '../../support/settled.js';
import { textIfThere } from '../../support/textIfThere.js';

class FakeDisplay implements Display {
  readonly size = { rows: 24, columns: 80 };
  listener: DisplayListener | undefined;
  frames: Frame[] = [];
  bells = 0;
  mouse = true;
  stops = 0;

  start(listener: DisplayListener): Promise<void> {
    this.listener = listener;
    return Promise.resolve();
  }
  paint(frame: Frame): void {
    this.frames.push(frame);
  }
  forget(): void {
    this.frames = [];
  }
  bell(): void {
    this.bells++;
  }
  useMouse(on: boolean): void {
    this.mouse = on;
  }
  stop(): void {
    this.stops++;
  }
  get text(): string {
    return (this.frames.at(-1)?.rows ?? []).map((line) => line.map(({ text }) => text).join('')).join('\n');
  }
}

const BOB = friend('Bob', { presence: 'online', connected: true });
const { node, account } = SAMPLE_VIEW;

/** A device with one friend, whose answers can be refused. */
function answer(refused: ReadonlyMap<string, SansfilError>): (command: Command) => unknown {
  return (command) => {
    const refusal = refused.get(command.type);
    if (refusal) throw refusal;
    switch (command.type) {
      case 'node.show':
        return node;
      case 'account.show':
        return account;
      case 'friend.list':
        return [BOB];
      default:
        return [];
    }
  };
}

let folder: DataFolder;
let display: FakeDisplay;
let commands: FakeCommands;
let events: Subject<DomainEvent>;
let clock: VirtualClock;
let logger: MemoryLogger;
let refused: Map<string, SansfilError>;
let quits: number;
let dashboard: Dashboard;

beforeEach(async () => {
  folder = await dataFolder();
  refused = new Map();
  await begin();
});
afterEach(async () => {
  await dashboard[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function begin(): Promise<void> {
  display = new FakeDisplay();
  commands = new FakeCommands(answer(refused));
  events = new Subject();
  clock = new VirtualClock();
  logger = new MemoryLogger();
  quits = 0;
  const host = { quit: () => (quits += 1), ends: 'device', plain: false, locale: 'C', terminal: 'xterm', colours: true, home: '/home/pi' } as const;
  dashboard = new Dashboard({ commands, events, clock, logger, host, files: new ShellFiles(folder.path), display, folder: '/' });
  await dashboard.start();
  await rest();
}

/** Everything that was asked is answered, and drawn. */
async function rest(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await settled();
    clock.advance(250);
  }
  await settled();
}

async function press(...names: readonly string[]): Promise<void> {
  for (const name of names) display.listener?.input({ type: 'key', name, ...(Array.from(name).length === 1 ? { text: name } : {}) });
  await rest();
}

/** What is on the disk once it is what it is to become, or at the latest after two seconds. */
async function draftsOnDisk(wanted: unknown): Promise<unknown> {
  for (let tries = 0; ; tries++) {
    const found: unknown = JSON.parse((await textIfThere(join(folder.path, 'drafts.json'))) ?? 'null');
    if (isDeepStrictEqual(found, wanted) || tries === 200) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const received: DomainEvent = { type: 'message.received', peer: BOB.peer, id: messageIdOf(1), text: 'hello', createdMs: 0 };

describe('the dashboard', () => {
  test('shows the people of the device, and what is written', async () => {
    expect(display.text).toContain('Bob');
    await press('enter', 'h', 'i');
    expect(display.text).toContain('hi');
    await press('enter');
    expect(commands.asked).toContainEqual({ type: 'message.send', to: 'Bob', text: 'hi' });
  });

  test('draws nothing while nothing happens', async () => {
    const before = display.frames.length;
    await settled();
    expect(display.frames.length).toBe(before);
  });

  test('rings for a message nobody looks at, once each, and not when the bell is off', async () => {
    events.next(received);
    expect(display.bells).toBe(1);
    await press('enter');
    events.next(received);
    expect(display.bells).toBe(1);
    await writeFile(join(folder.path, 'dashboard.json'), '{"bell": false}');
    await dashboard[Symbol.asyncDispose]();
    await begin();
    events.next(received);
    expect(display.bells).toBe(0);
  });

  test('rings seldom, however much comes', async () => {
    for (let number = 0; number < 10_000; number++) events.next({ ...received, id: messageIdOf(number) });
    expect(display.bells).toBe(1);
    clock.advance(5_000);
    events.next({ ...received, id: messageIdOf(10_000) });
    expect(display.bells).toBe(2);
    await press('enter', 'o', 'k');
    expect(display.text).toContain('ok');
  });

  test('keeps a draft on disk while it is written, and has it again after a restart', async () => {
    await press('enter', 'h', 'a', 'l', 'f');
    expect(await draftsOnDisk({ Bob: 'half' })).toEqual({ Bob: 'half' });
    // As after a crash: nothing is told to end.
    await begin();
    expect(display.text).toContain('half');
  });

  test('gives back what the device refused, and says why', async () => {
    refused.set('message.send', new SansfilError('KEY_CHANGED'));
    await press('enter', 'o', 'n', 'e', 'enter');
    expect(display.text).toContain('The key of this friend has changed');
    expect(display.text).toContain('one');
    expect(await draftsOnDisk({ Bob: 'one' })).toEqual({ Bob: 'one' });
  });

  test('says that what it shows may be old when the device does not answer', async () => {
    await dashboard[Symbol.asyncDispose]();
    refused.set('friend.list', new SansfilError('STORE_FAILED'));
    await begin();
    expect(display.text).toContain('may be old');
    expect(logger.lines.map(({ event }) => event)).toContain('dashboard.read');
  });

  test('starts with the usual keys and settings when its files are damaged, and says so', async () => {
    await dashboard[Symbol.asyncDispose]();
    await writeFile(join(folder.path, 'keys.json'), '{"everywhere": {"ctrl-x": "explode"}}');
    await begin();
    expect(display.text).toContain('keys.json');
    await press('enter');
    expect(display.text).not.toContain('keys.json');
  });

  test('lets good news go by itself, and keeps bad news until a key is pressed', async () => {
    await press('alt-a');
    expect(display.text).toContain('Nothing is unread.');
    clock.advance(5_500);
    await rest();
    expect(display.text).not.toContain('Nothing is unread.');
    await press('tab', 'tab', 'X');
    expect(display.text).toContain('No transfer is chosen.');
    clock.advance(60_000);
    await rest();
    expect(display.text).toContain('No transfer is chosen.');
  });

  test('speaks the language that is chosen, at once and from then on', async () => {
    await press('f4');
    expect(display.text).toContain('Personnes');
    await dashboard[Symbol.asyncDispose]();
    await begin();
    expect(display.text).toContain('Personnes');
  });

  test('survives a mistake of its own: it is said, written down, and the keys go on', async () => {
    const { listener } = display;
    listener?.input({ type: 'chosen', choice: 'nothing is open' });
    Object.defineProperty(display, 'size', { get: () => (fails ? explode() : { rows: 24, columns: 80 }) });
    let fails = true;
    const explode = (): never => {
      fails = false;
      throw new Error('boom');
    };
    await press('tab');
    expect(logger.lines.map(({ event }) => event)).toContain('dashboard.failed');
    expect(display.text).toContain('must never happen');
    await press('enter');
    expect(display.text).not.toContain('must never happen');
  });

  test('survives a mistake of its own in what nobody pressed a key for', async () => {
    display.bell = () => {
      throw new Error('boom');
    };
    events.next(received);
    events.next({ type: 'message.read', peer: BOB.peer, id: messageIdOf(1), by: 'me' });
    await press('alt-a');
    Object.defineProperty(display, 'size', {
      get: () => {
        throw new Error('boom');
      },
    });
    expect(() => clock.advance(6_000)).not.toThrow();
    expect(logger.lines.filter(({ event }) => event === 'dashboard.failed').length).toBeGreaterThan(1);
  });

  test('that ends while the device takes a message keeps it as a draft only if it was refused', async () => {
    let resolve: (taken: unknown) => void = () => undefined;
    const promise = new Promise((done) => (resolve = done));
    const usual = commands.answer;
    commands.answer = (command) => (command.type === 'message.send' ? promise : usual(command));
    await press('enter', 'o', 'n', 'c', 'e');
    display.listener?.input({ type: 'key', name: 'enter' });
    const ended = dashboard[Symbol.asyncDispose]();
    expect(display.stops).toBe(1);
    resolve({});
    await ended;
    expect(await draftsOnDisk({})).toEqual({});
  });

  test('takes no click on a dialog for one on another that came in its place', async () => {
    await press('f2');
    const row = display.text.split('\n').findIndex((line) => line.includes('[x]'));
    const column = display.text.split('\n')[row]?.indexOf('[x]') ?? 0;
    // More than is drawn at once.
    for (const name of ['esc', 'f2', 'esc', 'f2']) display.listener?.input({ type: 'key', name });
    display.listener?.input({ type: 'mouse', button: 'left', row, column });
    await rest();
    expect(display.mouse).toBe(true);
    display.listener?.input({ type: 'mouse', button: 'left', row, column });
    await rest();
    expect(display.mouse).toBe(false);
  });

  test('ends when the terminal is closed, and gives it back when it is stopped', async () => {
    display.listener?.closed();
    expect(quits).toBe(1);
    await dashboard[Symbol.asyncDispose]();
    expect(display.stops).toBe(1);
    const drawn = display.frames.length;
    events.next(received);
    clock.advance(120_000);
    expect(display.frames.length).toBe(drawn);
  });
});

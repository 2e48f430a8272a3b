import { beforeEach, describe, expect, test } from '@jest/globals';
import { SansfilError, type AccountName } from '../../../core/index.js';
import { VirtualClock } from '../../../core/testing.js';
import { Drafts } from '../../../plugins/blessed-dashboard/Drafts.js';
import { ShellFiles } from '../../../plugins/blessed-dashboard/files/ShellFiles.js';
import { fieldOf } from '../../../plugins/blessed-dashboard/state/TextField.js';
import type { Sending, Ui } from '../../../plugins/blessed-dashboard/state/Ui.js';
import { settled } from '../../support/settled.js';

type Written = Pick<Ui, 'drafts' | 'sending'>;

/** A disk that takes its time, and takes nothing while it is full. */
class SlowFiles extends ShellFiles {
  readonly saved: Readonly<Record<string, string>>[] = [];
  tries = 0;
  full = false;
  #release: (() => void) | undefined;
  #held = false;

  constructor() {
    super('/nowhere');
  }
  hold(): void {
    this.#held = true;
  }
  release(): void {
    this.#held = false;
    this.#release?.();
  }
  override async saveDrafts(drafts: ReadonlyMap<AccountName, string>): Promise<void> {
    this.tries++;
    if (this.#held) await new Promise<void>((resolve) => (this.#release = resolve));
    if (this.full) throw new SansfilError('DATA_UNWRITABLE');
    this.saved.push(Object.fromEntries(drafts));
  }
}

const bob = 'Bob' as AccountName;
const written = (text: string, sending: readonly Sending[] = []): Written => ({ drafts: new Map([[bob, fieldOf(text)]]), sending });
const before = written('before');

let files: SlowFiles;
let clock: VirtualClock;
let drafts: Drafts;
let failures: string[];

beforeEach(() => {
  files = new SlowFiles();
  clock = new VirtualClock();
  failures = [];
  drafts = new Drafts(files, clock, (why) => failures.push(why), before);
});

/** Long after everything that was to be written. */
async function later(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    clock.advance(1_000);
    await settled();
  }
}

describe('drafts', () => {
  test('that are as they were are not written', async () => {
    drafts.note(before);
    await later();
    await drafts.flush();
    expect(files.tries).toBe(0);
  });

  test('are written soon, once for many keys', async () => {
    for (const text of ['h', 'he', 'hel']) drafts.note(written(text));
    expect(files.tries).toBe(0);
    await later();
    expect(files.saved).toEqual([{ Bob: 'hel' }]);
  });

  test('of what the device has not taken yet stand before what was written since', async () => {
    drafts.note(written('and more', [{ tag: 'message:1', to: bob, text: 'hello' }]));
    await drafts.flush();
    expect(files.saved).toEqual([{ Bob: 'hello\nand more' }]);
  });

  test('noted while others are written come after these, also at the end', async () => {
    files.hold();
    drafts.note(written('one'));
    const first = drafts.flush();
    await settled();
    drafts.note(written('two'));
    const [second, third] = [drafts.flush(), drafts.flush()];
    let ended = false;
    void third.then(() => (ended = true));
    await settled();
    expect([files.tries, ended]).toEqual([1, false]);
    files.release();
    await Promise.all([first, second, third]);
    expect(files.saved).toEqual([{ Bob: 'one' }, { Bob: 'two' }]);
  });

  test('the disk refuses are said, and not tried again until something changes or all ends', async () => {
    files.full = true;
    const refused = written('one');
    drafts.note(refused);
    await later();
    // The dashboard notes whenever it changes, as it does to say this.
    drafts.note(refused);
    await later();
    expect([files.tries, failures.length]).toEqual([1, 1]);
    drafts.note(written('two'));
    await later();
    expect([files.tries, failures.length]).toEqual([2, 2]);
    files.full = false;
    await drafts.flush();
    expect(files.saved).toEqual([{ Bob: 'two' }]);
    await drafts.flush();
    expect(files.tries).toBe(3);
  });
});

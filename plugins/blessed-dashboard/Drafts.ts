import { failureOf, type AccountName, type Clock, type Timer } from '../../core/index.js';
import type { ShellFiles } from './files/ShellFiles.js';
import { DRAFT_SAVE_MS } from './limits.js';
import type { Ui } from './state/Ui.js';

type Written = Pick<Ui, 'drafts' | 'sending'>;

/** Keeps on disk what is being written, and what the device has not taken yet: neither a crash nor a restart loses it. */
export class Drafts {
  /** What the disk was given last. */
  #given: Written;
  /** What it was not given yet, or did not take. */
  #latest: Written | undefined;
  #timer: Timer;
  #writing: Promise<void> | undefined;

  constructor(
    private readonly files: ShellFiles,
    private readonly clock: Clock,
    private readonly failed: (why: string) => void,
    kept: Written,
  ) {
    this.#given = kept;
  }

  /** What is written now. */
  note(written: Written): void {
    const { drafts, sending } = this.#latest ?? this.#given;
    if (written.drafts === drafts && written.sending === sending) return;
    this.#latest = written;
    this.#timer ??= this.clock.setTimeout(() => void this.flush(), DRAFT_SAVE_MS);
  }

  /** Everything noted is on disk, or was refused by it. */
  async flush(): Promise<void> {
    this.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    if (this.#latest) this.#writing = this.#write(this.#latest);
    await this.#writing;
  }

  async #write(written: Written): Promise<void> {
    this.#latest = undefined;
    this.#given = written;
    try {
      await this.files.saveDrafts(textsOf(written));
    } catch (error) {
      // Tried again with what comes next, or at the end: not again and again on a disk that is full.
      this.#latest ??= written;
      this.failed(failureOf(error).detail);
    }
  }
}

/** A message that was sent and not taken yet stands before what was written since. */
function textsOf({ drafts, sending }: Written): ReadonlyMap<AccountName, string> {
  const texts = new Map<AccountName, string>();
  const add = (name: AccountName, text: string): void => {
    const before = texts.get(name);
    texts.set(name, before === undefined ? text : `${before}\n${text}`);
  };
  for (const { to, text } of sending) add(to, text);
  for (const [name, { text }] of drafts) add(name, text);
  return texts;
}

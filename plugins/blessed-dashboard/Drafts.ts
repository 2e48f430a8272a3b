import { failureOf, type AccountName, type Clock, type Timer } from '../../core/index.js';
import type { ShellFiles } from './files/ShellFiles.js';
import { DRAFT_SAVE_MS } from './limits.js';
import type { Ui } from './state/Ui.js';

/** Keeps on disk what is being written, and what the device has not taken yet: neither a crash nor a restart loses it. */
export class Drafts {
  #kept: Ui['drafts'];
  #keptSending: Ui['sending'] = [];
  #latest: Ui | undefined;
  #timer: Timer;
  #writing: Promise<void> | undefined;

  constructor(
    private readonly files: ShellFiles,
    private readonly clock: Clock,
    private readonly failed: (why: string) => void,
    kept: Ui['drafts'],
  ) {
    this.#kept = kept;
  }

  /** What is written now. */
  note(ui: Ui): void {
    if (ui.drafts === this.#kept && ui.sending === this.#keptSending) return;
    this.#latest = ui;
    this.#timer ??= this.clock.setTimeout(() => void this.flush(), DRAFT_SAVE_MS);
  }

  /** Everything noted is on disk. */
  async flush(): Promise<void> {
    this.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    const latest = this.#latest;
    if (!latest) return;
    this.#latest = undefined;
    this.#writing = this.#write(latest);
    await this.#writing;
  }

  async #write(ui: Ui): Promise<void> {
    try {
      await this.files.saveDrafts(textsOf(ui));
      this.#kept = ui.drafts;
      this.#keptSending = ui.sending;
    } catch (error) {
      // Tried again with what comes next, or at the end.
      this.#latest ??= ui;
      this.failed(failureOf(error).detail);
    }
  }
}

/** A message that was sent and not taken yet stands before what was written since. */
function textsOf({ drafts, sending }: Ui): ReadonlyMap<AccountName, string> {
  const texts = new Map<AccountName, string>();
  const add = (name: AccountName, text: string): void => {
    const before = texts.get(name);
    texts.set(name, before === undefined ? text : `${before}\n${text}`);
  };
  for (const { to, text } of sending) add(to, text);
  for (const [name, { text }] of drafts) add(name, text);
  return texts;
}

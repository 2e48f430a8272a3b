import type { Observable, Subscription } from 'rxjs';
import {
  failureOf,
  languageOf,
  LANGUAGES,
  LiveView,
  type Clock,
  type Commands,
  type DomainEvent,
  type Extension,
  type Language,
  type Logger,
  type ShellHost,
  type Timer,
} from '../../core/index.js';
import { runLine } from './console/runLine.js';
import type { Tools } from './console/Verb.js';
import { Drafts } from './Drafts.js';
import { EffectRunner } from './EffectRunner.js';
import { FILE_NAMES, type ShellFiles } from './files/ShellFiles.js';
import { BELL_MS_MIN, COUNTING_MS, NOTICE_MS, SETTLE_STEPS_MAX } from './limits.js';
import { drawFrame } from './panes/drawFrame.js';
import { hitAt, type Frame } from './panes/Frame.js';
import type { Display } from './screen/Display.js';
import { RedrawLimiter } from './screen/RedrawLimiter.js';
import type { Input } from './state/Input.js';
import { newUi, type Notice, type Ui } from './state/Ui.js';
import type { Keymap } from './state/Keymap.js';
import type { Scene } from './state/Scene.js';
import type { Step } from './state/Step.js';
import { settle, update } from './state/update.js';

export interface DashboardPorts {
  readonly commands: Commands;
  readonly events: Observable<DomainEvent>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly host: ShellHost;
  readonly files: ShellFiles;
  readonly display: Display;
  /** Where relative paths begin. Absolute. */
  readonly folder: string;
}

/** The full screen: hears keys and facts, and shows what comes of them. */
export class Dashboard implements Extension {
  readonly #ports: DashboardPorts;
  readonly #live: LiveView;
  readonly #effects: EffectRunner;
  readonly #limiter: RedrawLimiter;
  readonly #subscriptions: Subscription[] = [];
  #ui: Ui = newUi({ language: 'en', mouse: true, bell: true }, new Map());
  #keymap: Keymap = { bindings: [] };
  #drafts: Drafts | undefined;
  #frame: Frame | undefined;
  /** The dialog on top in that frame. */
  #drawnDialog: number | undefined;
  #tick: Timer;
  #fading: Timer;
  /** The notice that goes by itself, or stays. */
  #faded: Notice | undefined;
  #running = false;
  #rungMs = -Infinity;

  constructor(ports: DashboardPorts) {
    this.#ports = ports;
    const { commands, events, clock, logger } = ports;
    this.#live = new LiveView({
      commands,
      events,
      clock,
      onFailure: ({ error }) => {
        logger.log('warn', 'dashboard.read', { code: error.code, why: error.message });
        const language = this.#language;
        this.#tell({ text: language.dashboard.notices.readFailed(language.failure(error.code, error.message)), tone: 'bad' });
      },
    });
    this.#effects = new EffectRunner({
      ...ports,
      live: this.#live,
      runLine: async (line) => (await runLine(line, this.#tools)).lines,
      hear: (input) => this.#hear(input),
      tell: (notice) => this.#tell(notice),
      changed: (settings) => {
        ports.display.useMouse(settings.mouse);
        this.#adopt({ ui: { ...this.#ui, settings }, effects: [] });
      },
    });
    this.#limiter = new RedrawLimiter(clock, () => this.#draw());
  }

  /** @throws SansfilError when there is no terminal to show it on */
  async start(): Promise<void> {
    await this.#restore();
    const { display, events } = this.#ports;
    await display.start({
      input: (input) => this.#hear(input),
      resized: () => this.#limiter.request('soon'),
      closed: () => this.#ports.host.quit(),
    });
    this.#running = true;
    display.useMouse(this.#ui.settings.mouse);
    this.#subscriptions.push(this.#live.view$.subscribe(() => this.#guard(() => this.#adopt({ ui: this.#ui, effects: [] }))));
    this.#subscriptions.push(events.subscribe((event) => this.#guard(() => this.#ring(event))));
    this.#live.start();
    this.#watchTime();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running = false;
    this.#ports.clock.clearTimeout(this.#tick);
    this.#ports.clock.clearTimeout(this.#fading);
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#limiter.stop();
    try {
      this.#ports.display.stop();
    } finally {
      await this.#effects.sent();
      await this.#drafts?.flush();
      await this.#ports.files.settled();
      await this.#live[Symbol.asyncDispose]();
    }
  }

  get #tools(): Tools {
    const { commands, host, folder, clock } = this.#ports;
    return { commands, language: this.#language, now: () => clock.now(), home: host.home, folder, quit: () => host.quit() };
  }

  get #language(): Language {
    return LANGUAGES[this.#ui.settings.language];
  }

  /** What was kept; what of it cannot be used is said, and does not keep the dashboard from starting. */
  async #restore(): Promise<void> {
    const { files, host, clock, logger } = this.#ports;
    const settings = await files.settings(languageOf(host.locale));
    const bindings = await files.bindings();
    const drafts = await files.drafts();
    this.#ui = newUi(settings.value, drafts.value);
    this.#keymap = { bindings: bindings.value };
    const { notices } = this.#language.dashboard;
    this.#drafts = new Drafts(
      files,
      clock,
      (why) => {
        logger.log('warn', 'dashboard.file', { why });
        this.#tell({ text: notices.notSaved(FILE_NAMES.drafts, why), tone: 'bad' });
      },
      this.#ui,
    );
    if (settings.problem !== undefined) this.#note(notices.settingsWrong, settings.problem);
    if (drafts.problem !== undefined) this.#note(notices.draftsWrong, drafts.problem);
    if (bindings.problem !== undefined) this.#note(notices.keysWrong(bindings.problem), bindings.problem);
  }

  #note(text: string, problem: string): void {
    this.#ports.logger.log('warn', 'dashboard.file', { why: problem });
    this.#ui = { ...this.#ui, notice: { text, tone: 'bad' } };
  }

  #scene(): Scene {
    const { display, host, clock } = this.#ports;
    return {
      view: this.#live.view,
      ui: this.#ui,
      language: this.#language,
      keymap: this.#keymap,
      size: display.size,
      home: host.home,
      ends: host.ends,
      nowMs: clock.now(),
    };
  }

  #hear(input: Input): void {
    this.#guard(() => {
      if (!this.#running) return this.#hearLast(input);
      if (input.type !== 'mouse') return this.#adopt(update(this.#scene(), input), 'soon');
      const { button, row, column } = input;
      const hit = this.#frame && hitAt(this.#frame, row, column);
      if (button !== 'left') return this.#adopt(update(this.#scene(), { type: 'wheel', turned: input, over: hit }), 'soon');
      // The dialog that was clicked may be gone, and another one in its place.
      if (hit && 'choose' in hit && this.#drawnDialog !== this.#ui.dialogs.at(-1)?.id) return;
      if (hit) this.#adopt(update(this.#scene(), { type: 'click', hit }), 'soon');
    });
  }

  /** While it ends: a message that was sent is a draft again, or not, as the device says. */
  #hearLast(input: Input): void {
    if (input.type !== 'answer' && input.type !== 'refused') return;
    this.#ui = update(this.#scene(), input).ui;
    this.#drafts?.note(this.#ui);
  }

  /** The next state, what follows from it by itself, and what it asks for. */
  #adopt({ ui, effects }: Step, when: 'soon' | 'calmly' = 'calmly'): void {
    this.#ui = ui;
    const asked = [...effects];
    for (let round = 0; round < SETTLE_STEPS_MAX; round++) {
      const settled = settle(this.#scene());
      asked.push(...settled.effects);
      if (settled.ui === this.#ui) break;
      this.#ui = settled.ui;
    }
    this.#drafts?.note(this.#ui);
    this.#fade();
    for (const effect of asked) this.#effects.run(effect);
    if (this.#running) this.#limiter.request(when);
  }

  /** Good news goes by itself, to make room for what can be done now; bad news stays until a key is pressed. */
  #fade(): void {
    const { notice } = this.#ui;
    if (notice === this.#faded) return;
    this.#faded = notice;
    this.#ports.clock.clearTimeout(this.#fading);
    if (!notice || notice.tone === 'bad') return;
    this.#fading = this.#ports.clock.setTimeout(() => this.#tell(undefined), NOTICE_MS);
  }

  #tell(notice: Notice | undefined): void {
    if (!this.#running) return;
    this.#guard(() => this.#adopt({ ui: { ...this.#ui, notice }, effects: [] }));
  }

  /** A mistake of ours in one step must not end the device that runs in the same process: it is said and written down. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      const { code, detail } = failureOf(error);
      this.#ports.logger.log('error', 'dashboard.failed', { code, why: error instanceof Error ? (error.stack ?? detail) : detail });
      this.#ui = { ...this.#ui, dialogs: [], notice: { text: this.#language.failure(code, detail), tone: 'bad' } };
      this.#limiter.request('calmly');
    }
  }

  #draw(): void {
    this.#guard(() => {
      this.#frame = drawFrame(this.#scene());
      this.#drawnDialog = this.#ui.dialogs.at(-1)?.id;
      this.#ports.display.paint(this.#frame);
    });
  }

  /** The bell, for what somebody who looks elsewhere should look at; seldom, however much there is. */
  #ring(event: DomainEvent): void {
    if (!this.#ui.settings.bell) return;
    const asks = (event.type === 'friend.changed' && event.state === 'incoming') || (event.type === 'transfer.offered' && event.direction === 'in');
    const writes = event.type === 'message.received' && !this.#isOpen(event.peer);
    const nowMs = this.#ports.clock.monotonic();
    if (!(asks || writes) || nowMs < this.#rungMs + BELL_MS_MIN) return;
    this.#rungMs = nowMs;
    this.#ports.display.bell();
  }

  #isOpen(peer: string): boolean {
    return this.#ui.focus === 'conversation' && this.#live.view.people.find((one) => one.peer === peer)?.name === this.#ui.person;
  }

  /** Times that are shown go on by themselves: every second where something counts down, else at each minute. */
  #watchTime(): void {
    const { clock } = this.#ports;
    const counts = this.#live.view.away.size > 0 && this.#live.view.people.some(({ waiting }) => waiting > 0);
    const wait = counts ? COUNTING_MS : 60_000 - (clock.now() % 60_000);
    this.#tick = clock.setTimeout(() => {
      this.#limiter.request('calmly');
      this.#watchTime();
    }, wait);
  }
}

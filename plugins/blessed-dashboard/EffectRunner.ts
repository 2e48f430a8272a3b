import { failureOf, type Clock, type Commands, type LiveView, type ShellHost, type Timer } from '../../core/index.js';
import { listFolder } from './files/listFolder.js';
import type { ShellFiles } from './files/ShellFiles.js';
import { LAST_ANSWERS_MS } from './limits.js';
import type { Display } from './screen/Display.js';
import type { Effect } from './state/Effect.js';
import type { Input } from './state/Input.js';
import type { Settings } from './state/Settings.js';
import type { Notice } from './state/Ui.js';
import { ROOT } from './state/update.js';

export interface EffectPorts {
  readonly commands: Commands;
  readonly clock: Clock;
  readonly live: LiveView;
  readonly files: ShellFiles;
  readonly host: ShellHost;
  readonly display: Display;
  /** A line of the command language, as what it says. @throws as Commands does */
  runLine(line: string): Promise<readonly string[]>;
  hear(input: Input): void;
  tell(notice: Notice): void;
  /** The settings are others from now on. */
  changed(settings: Settings): void;
}

/** Does what the state of the dashboard asks for, and brings back what came of it. */
export class EffectRunner {
  readonly #ports: EffectPorts;
  /** Messages the device has not answered. */
  readonly #sending = new Set<Promise<void>>();

  constructor(ports: EffectPorts) {
    this.#ports = ports;
  }

  run(effect: Effect): void {
    const { live, display, files, host } = this.#ports;
    switch (effect.do) {
      case 'load':
        return live.open(effect.name);
      case 'load-older':
        return live.older(effect.name, effect.backTo);
      case 'redraw':
        return display.forget();
      case 'quit':
        return host.quit();
      case 'save-settings':
        this.#ports.changed(effect.settings);
        return void this.#ask({ to: ROOT, tag: effect.do }, () => files.saveSettings(effect.settings));
      case 'dispatch':
        return effect.command.type === 'message.send' ? this.#send(effect) : void this.#dispatch(effect);
      case 'list-folder':
        return void this.#ask(effect, () => listFolder(effect.path, host.home));
      case 'qr':
        return void this.#ask(effect, () => qrMatrix(effect.text));
      case 'run':
        return void this.#ask(effect, () => this.#ports.runLine(effect.line));
    }
  }

  /** The device has taken the messages it was given, or refused them, or says nothing for long. */
  async sent(): Promise<void> {
    const { clock } = this.#ports;
    if (this.#sending.size === 0) return;
    let timer: Timer;
    const late = new Promise<void>((resolve) => (timer = clock.setTimeout(() => resolve(), LAST_ANSWERS_MS)));
    await Promise.race([Promise.all(this.#sending), late]);
    clock.clearTimeout(timer);
  }

  #send(effect: Extract<Effect, { readonly do: 'dispatch' }>): void {
    const sending = this.#dispatch(effect).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #dispatch(effect: Extract<Effect, { readonly do: 'dispatch' }>): Promise<void> {
    const { command, told, to = ROOT, tag = command.type } = effect;
    const { live } = this.#ports;
    const done = await this.#ask({ to, tag }, () => this.#ports.commands.dispatch(command));
    // No fact tells of it.
    if (command.type === 'friend.trust') live.refresh('people');
    if (done && told !== undefined) this.#ports.tell({ text: told, tone: 'good' });
  }

  /** True when it was answered. Who asked hears either way. */
  async #ask({ to, tag }: { readonly to: number; readonly tag: string }, ask: () => Promise<unknown>): Promise<boolean> {
    try {
      const result = await ask();
      this.#ports.hear({ type: 'answer', to, tag, result });
      return true;
    } catch (error) {
      this.#ports.hear({ type: 'refused', to, tag, failure: failureOf(error) });
      return false;
    }
  }
}

/** Dark where true, without the quiet zone. */
async function qrMatrix(text: string): Promise<readonly (readonly boolean[])[]> {
  const { create } = await import('qrcode');
  const { size, data } = create(text, { errorCorrectionLevel: 'L' }).modules;
  return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_none, column) => data[row * size + column] === 1));
}

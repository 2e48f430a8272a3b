import type { Observable } from 'rxjs';
import {
  accountLines,
  failureOf,
  isQuestion,
  languageOf,
  LANGUAGES,
  linesOf,
  percentOf,
  shortId,
  toTerminal,
  type Clock,
  type Commands,
  type DomainEvent,
  type Extension,
  type FriendView,
  type Language,
  type PeerId,
  type ShellHost,
  type TransferView,
} from '../../../core/index.js';
import { runLine } from '../console/runLine.js';
import { quoted } from '../console/splitLine.js';
import type { PlainTerminal } from './PlainTerminal.js';
import { Quarters } from './Quarters.js';

export interface PlainShellPorts {
  readonly commands: Commands;
  readonly events: Observable<DomainEvent>;
  readonly clock: Clock;
  readonly host: ShellHost;
  readonly terminal: PlainTerminal;
  /** Where relative paths begin. Absolute. */
  readonly folder: string;
}

const PROMPT = '> ';
/** Further in than any line of ours begins: what others write must not look like what this device says. */
const FURTHER = '    ';

/** With these a transfer or a share makes no progress any more. */
const ENDS: ReadonlySet<DomainEvent['type']> = new Set(['transfer.completed', 'transfer.ended', 'share.ready', 'share.failed', 'share.removed']);

/** The device as lines that are only ever added to, for screen readers, logs and terminals that can do nothing else. */
export class PlainShell implements Extension {
  readonly #names = new Map<string, string>();
  readonly #quarters = new Quarters();
  readonly #language: Language;
  readonly #cleanups: (() => void)[] = [];
  /** Facts that came before it was said how things stand. */
  #held: DomainEvent[] | undefined = [];
  #prompted = false;
  #stopped = false;

  constructor(private readonly ports: PlainShellPorts) {
    this.#language = LANGUAGES[languageOf(ports.host.locale)];
  }

  async start(): Promise<void> {
    const { events, terminal } = this.ports;
    const subscription = events.subscribe((event) => (this.#held ? void this.#held.push(event) : this.#tell(event)));
    this.#cleanups.push(() => subscription.unsubscribe());
    await this.#tellHowThingsStand();
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.#tell(event);
    if (terminal.isTerminal) this.#answer([this.#language.console.welcome]);
    const reading = terminal.read({ line: (text) => this.#obey(text), end: () => this.#inputEnded() });
    this.#cleanups.push(() => reading[Symbol.dispose]());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const cleanup of this.#cleanups.splice(0).reverse()) cleanup();
    if (this.#prompted) this.ports.terminal.write('\n');
    this.#prompted = false;
    return Promise.resolve();
  }

  async #tellHowThingsStand(): Promise<void> {
    const { commands } = this.ports;
    const { console: words } = this.#language;
    const account = await commands.dispatch({ type: 'account.show' });
    const people = await commands.dispatch({ type: 'friend.list' });
    const transfers = await commands.dispatch({ type: 'transfer.list' });
    const { addresses } = await commands.dispatch({ type: 'node.show' });
    for (const { peer, name } of people) this.#names.set(peer, name);
    this.#write([...accountLines(account, this.#language), words.running(addresses.join(', '))]);
    if (account.name === undefined) this.#write([account.state === 'unconfigured' ? words.noDirectory : words.noName]);
    for (const friend of people) this.#remind(friend);
    for (const transfer of transfers) if (isQuestion(transfer)) this.#remindOfOffer(transfer);
  }

  /** What waits for a person since before. */
  #remind({ name, peer, state, unread, keyChanged }: FriendView): void {
    const { console: words, facts } = this.#language;
    if (state === 'incoming') this.#tell({ type: 'friend.changed', name, peer, state });
    if (keyChanged) this.#write([facts.keyChanged(name), `${FURTHER}${words.compareWith(`verify ${quoted(name)}`)}`]);
    if (unread > 0) this.#write([words.unread(unread, name, `read ${quoted(name)}`)]);
  }

  #remindOfOffer(offer: TransferView): void {
    const { id, with: name, direction, items, moreItems, total: bytes } = offer;
    const more = moreItems === undefined ? {} : { moreItems };
    const text = this.#language.fact({ type: 'transfer.offered', peer: '' as PeerId, id, direction, items, bytes, ...more }, () => name);
    if (text !== undefined) this.#say(text);
    this.#ask(offer);
  }

  #tell(event: DomainEvent): void {
    if (event.type === 'friend.changed') this.#names.set(event.peer, event.name);
    if (event.type === 'transfer.progressed' || event.type === 'share.progressed') {
      if (this.#quarters.reaches(event)) this.#tellProgress(event);
      return;
    }
    if (ENDS.has(event.type) && 'id' in event) this.#quarters.forget(event.id);
    const text = this.#language.fact(event, (peer) => this.#names.get(peer) ?? `${peer.slice(0, 7)}…`);
    if (text !== undefined) this.#say(text);
    this.#askAbout(event);
  }

  #tellProgress({ type, id, bytes, total, bytesPerSecond }: Extract<DomainEvent, { readonly type: 'transfer.progressed' | 'share.progressed' }>): void {
    const language = this.#language;
    const what = type === 'transfer.progressed' ? language.console.transfer(shortId(id)) : language.console.share(shortId(id));
    const done = language.listings.doneOf(language.bytes(bytes), language.bytes(total));
    this.#say(language.console.progress(what, percentOf(bytes, total), `${done}, ${language.speed(bytesPerSecond)}`));
  }

  /** What a person here has to answer, with the very commands that do. */
  #askAbout(event: DomainEvent): void {
    const { console: words } = this.#language;
    if (event.type === 'friend.changed' && event.state === 'incoming') {
      const name = quoted(event.name);
      this.#write([`${FURTHER}${words.answerWith(`friends accept ${name}`, `friends decline ${name}`)}`]);
    }
    if (event.type === 'friend.keyChanged') this.#write([`${FURTHER}${words.compareWith(`verify ${quoted(event.name)}`)}`]);
    if (event.type === 'transfer.offered' && event.direction === 'in') void this.#askAboutOffer(event.id);
  }

  /** Of a friend who is trusted it may be on its way already, and then nothing is asked. */
  async #askAboutOffer(id: string): Promise<void> {
    try {
      const offered = (await this.ports.commands.dispatch({ type: 'transfer.list' })).find((one) => one.id === id);
      if (offered && isQuestion(offered)) this.#ask(offered);
    } catch (error) {
      const { code, detail } = failureOf(error);
      this.#say(this.#language.failure(code, detail));
    }
  }

  #ask({ id, needsPassphrase }: TransferView): void {
    const { console: words } = this.#language;
    const short = shortId(id);
    const accept = `transfers accept ${short}`;
    const asked = needsPassphrase === true ? words.needsPassphrase(`sansfil ${accept}`) : words.answerWith(accept, `transfers decline ${short}`);
    this.#write([`${FURTHER}${asked}`]);
  }

  async #obey(line: string): Promise<void> {
    this.#prompted = false;
    const { commands, clock, host, folder } = this.ports;
    const tools = { commands, language: this.#language, now: () => clock.now(), home: host.home, folder, quit: () => host.quit() };
    const { lines } = await runLine(line, tools);
    this.#answer(lines);
  }

  #answer(lines: readonly string[]): void {
    this.#write(lines);
    if (!this.ports.terminal.isTerminal || this.#stopped) return;
    this.ports.terminal.write(PROMPT);
    this.#prompted = true;
  }

  #inputEnded(): void {
    const { host, terminal } = this.ports;
    if (!terminal.isTerminal) return;
    // Who closes his input has left; a device in the same process goes on without him.
    if (host.ends === 'shell') return host.quit();
    this.#write([this.#language.console.inputEnded]);
  }

  /** With the clock; what has several lines keeps them together. */
  #say(text: string): void {
    const at = this.#language.clock(this.ports.clock.now());
    const [first = '', ...more] = linesOf(text);
    this.#write([`${at}  ${first}`, ...more.map((line) => `${' '.repeat(at.length)}${FURTHER}${line}`)]);
  }

  #write(lines: readonly string[]): void {
    if (this.#stopped || lines.length === 0) return;
    // What is being typed behind the prompt stays readable above.
    const begin = this.#prompted ? '\n' : '';
    this.#prompted = false;
    this.ports.terminal.write(begin + lines.map((line) => `${toTerminal(line)}\n`).join(''));
  }
}

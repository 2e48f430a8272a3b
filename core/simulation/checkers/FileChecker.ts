import type { DomainEvent } from '../../events/domainEvents.js';
import { numberedName } from '../../protocol/fileNames.js';
import type { CheckedDevice, CheckedFile, Checker, Findings, Roster } from './Checker.js';

type Completed = Extract<DomainEvent, { readonly type: 'transfer.completed' }>;
type Offered = Extract<DomainEvent, { readonly type: 'transfer.offered' }>;

/** A file that stands under its final name is one that somebody sent, whole, from the first moment and through every crash. */
export class FileChecker implements Checker {
  /** All that was ever sent under a name. */
  readonly #sources = new Map<string, CheckedFile[]>();
  /** How many complete files of a device were looked at. */
  readonly #looked = new Map<CheckedDevice, number>();
  readonly #offered = new Map<string, Offered>();
  /** What devices said that they have, or that somebody has who does not run now and may have lost what it makes again. */
  readonly #complete: { readonly device: CheckedDevice; readonly fact: Completed }[] = [];

  constructor(
    private readonly roster: Roster,
    private readonly findings: Findings,
  ) {}

  /** A file that may be sent, by the name it has for the receiver. */
  know(name: string, file: CheckedFile): void {
    const known = this.#sources.get(name);
    if (known) known.push(file);
    else this.#sources.set(name, [file]);
  }

  step(): void {
    for (const device of this.roster.all) {
      const looked = this.#looked.get(device) ?? 0;
      if (device.received.size !== looked) this.#look(device, looked);
    }
  }

  /** A power cut may take what was not synced, and small files, which the next start makes again. */
  crashed(device: CheckedDevice): void {
    this.#looked.set(device, device.received.size);
    this.#look(device, 0, true);
  }

  fact(device: CheckedDevice, fact: DomainEvent): void {
    if (fact.type === 'transfer.offered') this.#offered.set(`${device.name} ${fact.id}`, fact);
    if (fact.type !== 'transfer.completed') return;
    const isDown = fact.direction === 'out' && this.roster.of(fact.peer)?.running === false;
    if (!isDown) this.#completed(device, fact);
    if (isDown || fact.direction === 'in') this.#complete.push({ device, fact });
  }

  /** Everything once more: what stood there must still stand there. */
  lookAgain(): void {
    for (const device of this.roster.all) this.#look(device, 0);
    for (const { device, fact } of this.#complete) if (device.running) this.#completed(device, fact);
  }

  #look(device: CheckedDevice, from: number, isAfterCut = false): void {
    const { received } = device;
    const looked = this.#looked.get(device) ?? 0;
    if (received.size < looked) this.findings.add(`${device.name} lost ${looked - received.size} files that were complete`);
    this.#looked.set(device, received.size);
    let place = 0;
    for (const [path, file] of received) {
      if (place++ < from || (isAfterCut && file.isTorn)) continue;
      if (!this.#isWhole(path, file, received.size)) this.findings.add(`${device.name} holds '${path}' of ${file.bytes.length} bytes, which nobody sent so`);
    }
  }

  /** Both sides say so: then every item is there, whole. */
  #completed(device: CheckedDevice, { id, peer, direction, paths }: Completed): void {
    const receiver = direction === 'in' ? device : this.roster.of(peer);
    if (!receiver) return;
    const names = direction === 'in' ? paths : (this.#offered.get(`${device.name} ${id}`)?.items.map(({ name }) => name) ?? []);
    for (const name of names) {
      const isThere = direction === 'in' ? receiver.received.has(name) || receiver.folders.has(name) : this.#holds(receiver, name);
      if (!isThere) this.findings.add(`${device.name} says that transfer ${id} is complete, and ${receiver.name} does not hold '${name}'`);
    }
  }

  #holds(receiver: CheckedDevice, name: string): boolean {
    const most = receiver.received.size + receiver.folders.size;
    for (const path of [...receiver.received.keys(), ...receiver.folders]) if (isNumbered(path, name, most)) return true;
    return false;
  }

  #isWhole(path: string, file: CheckedFile, most: number): boolean {
    for (const [name, sources] of this.#sources) {
      if (isNumbered(path, name, most) && sources.some((source) => isSame(source, file))) return true;
    }
    return false;
  }
}

/** A name that was taken gets a number. */
function isNumbered(path: string, name: string, most: number): boolean {
  if (path === name) return true;
  const slash = name.lastIndexOf('/') + 1;
  // Nearly all names are quite different ones.
  const dot = name.lastIndexOf('.');
  if (!path.startsWith(dot > slash ? `${name.slice(0, dot)} (` : `${name} (`)) return false;
  for (let n = 1; n <= most + 1; n++) if (path === name.slice(0, slash) + numberedName(name.slice(slash), n)) return true;
  return false;
}

/** Who may execute what arrived is for the receiver to say. */
const EXECUTABLE = 0o111;

const isSame = (sent: CheckedFile, got: CheckedFile): boolean =>
  got.modifiedMs === sent.modifiedMs && got.mode === (sent.mode & ~EXECUTABLE) && sameBytes(sent.bytes, got.bytes);

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

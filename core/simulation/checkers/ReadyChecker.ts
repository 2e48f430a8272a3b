import { RECORD_TYPES } from '../../protocol/frames.js';
import type { RecordObserver } from '../Wiretap.js';
import type { WireRecord } from '../wiretap/WireRecord.js';
import type { CheckedDevice, Checker, Findings } from './Checker.js';

interface Stage {
  readonly device: string;
  peer: string | undefined;
  said: boolean;
  heard: boolean;
  closed: boolean;
}

/** READY comes first, once; nothing but a farewell goes out before the READY of the other came in [P-3.10], and nothing after it. */
export class ReadyChecker implements Checker, RecordObserver {
  /** By the end of the link. */
  readonly #stages = new Map<string, Stage>();

  constructor(private readonly findings: Findings) {}

  sealed(record: WireRecord): void {
    const stage = this.#stage(record);
    const { type } = record;
    if (stage.closed) this.#complain(record, 'after CLOSE');
    else if (type === RECORD_TYPES.ready) {
      if (stage.said) this.#complain(record, 'a second time');
      stage.said = true;
    } else if (type === RECORD_TYPES.close) stage.closed = true;
    else if (!stage.said) this.#complain(record, 'before its own READY');
    else if (!stage.heard) this.#complain(record, 'before the READY of the other side');
  }

  opened(record: WireRecord): void {
    const { type } = record;
    if (type !== RECORD_TYPES.ready && type !== RECORD_TYPES.close) return;
    const stage = this.#stage(record);
    if (type === RECORD_TYPES.ready) stage.heard = true;
    else stage.closed = true;
  }

  crashed(device: CheckedDevice): void {
    for (const [link, stage] of this.#stages) if (stage.device === device.name) this.#stages.delete(link);
  }

  /** Whether it ever was, in this life of its device. */
  wasUp(link: string): boolean {
    const stage = this.#stages.get(link);
    return stage !== undefined && stage.said && stage.heard;
  }

  /** Whether that end of a link is up as far as its own records tell. */
  isUp(link: string): boolean {
    return this.wasUp(link) && this.#stages.get(link)?.closed === false;
  }

  #complain({ device, link, peer, title }: WireRecord, when: string): void {
    this.findings.add(`${device} says ${title} to ${peer ?? 'somebody'} on ${link} ${when}`);
  }

  #stage({ device, link, peer }: WireRecord): Stage {
    let stage = this.#stages.get(link);
    if (!stage) this.#stages.set(link, (stage = { device, peer, said: false, heard: false, closed: false }));
    return stage;
  }
}

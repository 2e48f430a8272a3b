import { describe, expect, test } from '@jest/globals';
import { Output } from '../../../apps/cli/Output.js';
import type { CliIo } from '../../../apps/cli/io.js';
import { Bars, left, progressLine, standingOf } from '../../../apps/cli/verbs/progress.js';
import type { PeerId, TransferId } from '../../../core/base/ids.js';
import type { TransferView } from '../../../core/events/commands.js';

const MIB = 2 ** 20;
const peer = 'p'.repeat(52) as PeerId;
const idOf = (n: number): TransferId => n.toString(16).padStart(8, '0').repeat(4) as TransferId;
const items = [{ name: 'film.bin', bytes: 100 * MIB }];

/** A terminal of 80 columns, and what was drawn last. */
function terminal(rows = 24): { readonly out: Output; readonly lines: () => readonly string[] } {
  let last = '';
  const io = { err: (text: string) => (last = text), errIsTerminal: true, columns: 80, rows };
  const lines = (): readonly string[] => last.replaceAll(/\r|\u001b\[\d*[AKJ]/g, '').split('\n');
  return { out: new Output(io as unknown as CliIo, false), lines };
}

describe('the bars of what is under way', () => {
  const fetching = (n: number) => ({ type: 'transfer.fetching', peer, id: idOf(n), items, bytes: 100 * MIB }) as const;
  const progressed = (n: number, bytes: number, bytesPerSecond: number) =>
    ({ type: 'transfer.progressed', peer, id: idOf(n), bytes, total: 100 * MIB, bytesPerSecond }) as const;

  test('show a fetch that begins while somebody looks, and an offer that stood before', () => {
    const { out, lines } = terminal();
    const bars = new Bars(
      out,
      () => 'pi',
      () => Number.MAX_SAFE_INTEGER,
    );
    const offer = { id: idOf(2), with: 'pi', direction: 'in', state: 'offered', items, bytes: 0, total: 100 * MIB, bytesPerSecond: 0, paths: [] };
    bars.begin([offer as unknown as TransferView]);
    expect(lines()).toEqual(['']);
    bars.hear(fetching(1));
    for (const n of [1, 2]) bars.hear({ type: 'transfer.started', peer, id: idOf(n) });
    expect(
      lines()
        .map((line) => line.slice(0, 8))
        .sort(),
    ).toEqual(['00000001', '00000002']);
    expect(standingOf(offer as unknown as TransferView).files).toBe('film.bin');
  });

  test('keep everything in its place while speeds change', () => {
    const { out, lines } = terminal();
    let now = 0;
    const bars = new Bars(
      out,
      () => 'pi',
      () => (now += 1_000),
    );
    bars.hear(fetching(1));
    bars.hear({ type: 'transfer.started', peer, id: idOf(1) });
    const places = [1, 9.9 * 1024, 850 * 1024, 9.9 * MIB, 99.9 * MIB, 1_000 * MIB].map((speed) => {
      bars.hear(progressed(1, 99 * MIB, speed));
      return lines()[0]?.indexOf('film.bin');
    });
    expect(new Set(places.slice(2)).size).toBe(1);
    expect(lines()[0]).toContain('[###############.]   99%');
  });

  test('are no more than the screen has lines for', () => {
    const { out, lines } = terminal(5);
    const bars = new Bars(
      out,
      () => 'pi',
      () => 0,
    );
    for (let n = 0; n < 9; n++) bars.hear(fetching(n));
    expect(lines()).toHaveLength(4);
  });

  test('say how long it still takes as long as something is left', () => {
    expect([left(99 * MIB, 100 * MIB, MIB), left(100 * MIB, 100 * MIB, MIB), left(0, 0, MIB)]).toEqual(['1 s', '', '']);
    expect(progressLine(100 * MIB, 100 * MIB, MIB)).toMatch(/100 MiB of 100 MiB, 1\.0 MiB\/s$/);
  });
});

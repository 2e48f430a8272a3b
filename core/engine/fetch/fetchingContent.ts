import { SansfilError } from '../../base/errors.js';
import type { TransferId } from '../../base/ids.js';
import type { FileSink, FileSource } from '../../ports/files.js';
import { bitmapOf } from '../../protocol/bitmap.js';
import type { ChunkLedger } from '../dataPlane/ChunkLedger.js';
import type { HeldContent } from './HeldContent.js';

export interface FetchingParts {
  readonly ledger: ChunkLedger;
  readonly id: TransferId;
  readonly sink: Pick<FileSink, 'part'>;
  readonly source: Pick<FileSource, 'open'>;
  /** The fetch. */
  readonly from: object;
  /** Its parts are on the disk: opened later, they would be made again. */
  readonly isLive: () => boolean;
  /** The final path of the item by now, '' before it has one. */
  readonly path: () => string;
  /** Where it lies before that is no file of its own. */
  readonly isSmall: boolean;
}

/** What a fetch under way has of one item: read from its part, or from the file it has become. Undefined when nothing can be read. */
export function fetchingContent(parts: FetchingParts, item: number): HeldContent | undefined {
  const { ledger, id, sink, source, from, isLive, path, isSmall } = parts;
  if (path() === '' && isSmall) return undefined;
  const count = ledger.count(item);
  const held = (): number[] => [...Array(count).keys()].filter((index) => ledger.has(item, index));
  if (path() === '' && ledger.missing(item) === count) return undefined;
  return {
    bytes: ledger.manifest.items[item]?.bytes ?? 0,
    from,
    bitmap: () => bitmapOf(count, held()),
    hashes: async () => {
      if (count < 2) return new Uint8Array(0);
      await ledger.loadHashes(item);
      return ledger.hashes(item).slice();
    },
    open: () => {
      const final = path();
      if (final !== '') return source.open(final);
      return isLive() ? sink.part(id, item) : Promise.reject(new SansfilError('FILE_UNREADABLE', 'the fetch is over'));
    },
  };
}

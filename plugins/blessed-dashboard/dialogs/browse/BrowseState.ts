import type { AccountName, BrowseView, SharedFileView, ShareId } from '../../../../core/index.js';
import type { Failure } from '../../state/Effect.js';
import type { TextField } from '../../state/TextField.js';
import { looseKey } from '../fuzzy.js';

export type RemoteShares = Extract<BrowseView, { readonly of: 'shares' }>['shares'];
export type RemoteShare = RemoteShares[number];

/** What a friend shares, and where in it one looks. */
export interface BrowseState {
  readonly name: AccountName;
  readonly shares: readonly RemoteShare[];
  /** The share that is looked into; undefined: the list of shares. */
  readonly share: RemoteShare | undefined;
  /** The files of that share, as far as they are known. */
  readonly files: readonly SharedFileView[];
  /** The folder in it, beginning with the name of the share, without a slash at its end. */
  readonly folder: string;
  /** Counts what was asked, so that a late answer to another question is not taken for this one. */
  readonly asked: number;
  readonly loading: boolean;
  /** There are more files than are listed here. */
  readonly cut: boolean;
  readonly failure?: Failure;
  readonly index: number;
  /** Rows by their keys. */
  readonly marked: ReadonlySet<string>;
  readonly filter: TextField;
  readonly filtering: boolean;
}

/** A share, a folder or a file. */
export interface BrowseRow {
  /** Of a share its id; else its whole name in the share. */
  readonly key: string;
  /** Its last part. */
  readonly name: string;
  readonly folder: boolean;
  readonly bytes: number;
  /** Files in it; of a file 1. */
  readonly items: number;
  /** Its owner still reads it: more may come. */
  readonly unfinished: boolean;
  readonly share?: ShareId;
}

/** What is listed: shares, or what lies directly in the folder, folders first, both by name; only what the filter lets pass. */
export function rowsOf(state: BrowseState): readonly BrowseRow[] {
  const key = looseKey(state.filter.text);
  return allRows(state).filter(({ name }) => looseKey(name).includes(key));
}

/** The last folder that was looked into of each list of files: a large one is drawn many times. */
const lookedInto = new WeakMap<readonly SharedFileView[], { readonly folder: string; readonly rows: readonly BrowseRow[] }>();

function allRows({ share, shares, files, folder }: BrowseState): readonly BrowseRow[] {
  if (!share) return shares.map(shareRow);
  const known = lookedInto.get(files);
  if (known?.folder === folder) return known.rows;
  const rows = rowsIn(folder, files);
  lookedInto.set(files, { folder, rows });
  return rows;
}

function rowsIn(folder: string, files: readonly SharedFileView[]): readonly BrowseRow[] {
  const rows = new Map<string, BrowseRow>();
  for (const file of files) {
    const row = rowBelow(file, folder);
    if (!row) continue;
    const known = rows.get(row.key);
    rows.set(row.key, known ? { ...known, bytes: known.bytes + row.bytes, items: known.items + row.items } : row);
  }
  return [...rows.values()].sort((a, b) => Number(b.folder) - Number(a.folder) || compare(a.name, b.name));
}

const { compare } = new Intl.Collator(undefined, { numeric: true });

const shareRow = ({ id, name, folder, items, bytes, ready }: RemoteShare): BrowseRow => ({
  key: id,
  name,
  folder,
  bytes,
  items,
  unfinished: !ready,
  share: id,
});

/** The file, or the folder it lies in, directly below a folder; undefined: it lies elsewhere. */
function rowBelow({ name, bytes, folder: isEmptyFolder }: SharedFileView, folder: string): BrowseRow | undefined {
  const prefix = `${folder}/`;
  const below = name.startsWith(prefix) ? name.slice(prefix.length) : name === folder && !isEmptyFolder ? name : undefined;
  if (below === undefined) return undefined;
  const [first = below, ...rest] = name === folder ? [below] : below.split('/');
  const key = name === folder ? name : prefix + first;
  const folderRow = rest.length > 0 || isEmptyFolder;
  return { key, name: first, folder: folderRow, bytes, items: isEmptyFolder ? 0 : 1, unfinished: false };
}

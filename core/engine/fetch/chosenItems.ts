import { SansfilError } from '../../base/errors.js';
import type { RemoteItem } from '../../protocol/cataloguePages.js';

/** Of a share the files that are named, and those in folders that are; all when nothing is named. @throws SansfilError CONTENT_GONE */
export function chosenItems(items: readonly RemoteItem[], names: readonly string[] | undefined): readonly RemoteItem[] {
  if (items.length === 0) throw new SansfilError('CONTENT_GONE', 'there is nothing in this share yet; browse it again in a moment');
  if (names === undefined) return items;
  const wanted = names.map((name) => name.normalize('NFC').replace(/\/+$/, ''));
  for (const name of wanted) {
    if (!items.some((item) => isOf(item, name))) throw new SansfilError('CONTENT_GONE', `there is no '${name}' in this share; browse it to see what there is`);
  }
  return items.filter((item) => wanted.some((name) => isOf(item, name)));
}

const isOf = ({ name }: RemoteItem, chosen: string): boolean => name === chosen || name.startsWith(`${chosen}/`);

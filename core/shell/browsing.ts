import { SansfilError } from '../base/errors.js';
import { SHARE_ITEMS_MAX } from '../base/limits.js';
import type { BrowseView, Commands, SharedFileView } from '../events/commands.js';

export type RemoteShares = Extract<BrowseView, { readonly of: 'shares' }>['shares'];

/** All that a friend shares, from every page. */
export async function sharesOf(device: Commands, name: string): Promise<RemoteShares> {
  const shares: RemoteShares[number][] = [];
  for (let after: number | undefined = 0; after !== undefined; refuseEndless(shares.length)) {
    const page: BrowseView = await device.dispatch({ type: 'share.browse', name, ...(after === 0 ? {} : { after }) });
    if (page.of === 'shares') shares.push(...page.shares);
    after = page.next;
  }
  return shares;
}

/** All that is in one share of a friend, by name. */
export async function filesOf(device: Commands, name: string, id: string): Promise<readonly SharedFileView[]> {
  const files: SharedFileView[] = [];
  for (let after: number | undefined = 0; after !== undefined; refuseEndless(files.length)) {
    const page: BrowseView = await device.dispatch({ type: 'share.browse', name, id, ...(after === 0 ? {} : { after }) });
    if (page.of === 'share') files.push(...page.files);
    after = page.next;
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Each page of a friend brings something new, but a list may not go on for ever. */
function refuseEndless(entries: number): void {
  if (entries > SHARE_ITEMS_MAX) throw new SansfilError('CATALOGUE_INVALID');
}

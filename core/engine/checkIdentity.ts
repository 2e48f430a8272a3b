import { SansfilError } from '../base/errors.js';
import type { PeerId } from '../base/ids.js';
import type { SettingsStore } from '../ports/stores.js';

/** The setting that says whose database this is. */
const IDENTITY = 'identity';

/**
 * A lost identity file is made anew by itself. With the account and the friends of the old one that would be a device
 * whom nobody lets in, and who does not know why.
 * @throws SansfilError IDENTITY_CORRUPT | STORE_…
 */
export async function checkIdentity(settings: SettingsStore, self: PeerId): Promise<void> {
  const known = await settings.get(IDENTITY);
  if (known === undefined) await settings.set(IDENTITY, self);
  else if (known !== self) throw new SansfilError('IDENTITY_CORRUPT', 'the key file is not the one that the database of this device is of');
}

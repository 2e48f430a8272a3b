import { attachShell } from '../../shared/attachShell.js';
import { defaultDataFolder } from '../../shared/dataFolder.js';
import type { VerbContext } from '../context.js';
import { shellKind } from '../shellKind.js';

/** Shows a device that is already running, until somebody leaves or it stops. */
export async function dashboard(context: VerbContext, { plain }: { readonly plain?: boolean }): Promise<void> {
  const kind = shellKind(context, { dashboard: true, ...(plain === undefined ? {} : { plain }) });
  const ended = context.io.interrupted();
  await attachShell({ dataFolder: context.data ?? (await defaultDataFolder('device')), plain: kind === 'plain', ended });
}

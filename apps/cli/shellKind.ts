import { SansfilError } from '../../core/base/errors.js';
import { isDumb } from '../shared/shellHost.js';
import { words } from '../shared/words.js';
import type { VerbContext } from './context.js';

export interface ShellFlags {
  readonly dashboard?: boolean;
  readonly plain?: boolean;
}

/** Which shell is asked for; undefined: none. @throws SansfilError COMMAND_INVALID where it cannot be shown, with what can */
export function shellKind({ io, out }: Pick<VerbContext, 'io' | 'out'>, { dashboard, plain }: ShellFlags): 'dashboard' | 'plain' | undefined {
  if (plain !== true && dashboard !== true) return undefined;
  if (out.json) {
    if (dashboard === true) throw new SansfilError('COMMAND_INVALID', words.shellJson);
    return undefined;
  }
  if (plain === true) return 'plain';
  if (!io.inputIsTerminal || !io.outIsTerminal) throw new SansfilError('COMMAND_INVALID', words.dashboardNeedsTerminal);
  if (!isDumb()) return 'dashboard';
  out.note(words.dumbTerminal);
  return 'plain';
}

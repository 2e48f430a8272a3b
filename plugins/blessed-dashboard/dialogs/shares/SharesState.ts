import type { ShareId, ShareView } from '../../../../core/index.js';
import type { Failure } from '../../state/Effect.js';
import type { Scene } from '../../state/Scene.js';
import type { PathField } from '../paths/PathField.js';

/** What this device shares with all friends. */
export interface SharesState {
  readonly index: number;
  /** The path of what is to be shared, while it is written. */
  readonly adding: PathField | undefined;
  /** What is asked about before it is removed. */
  readonly removing: ShareId | undefined;
  readonly failure?: Failure;
}

/** The share the cursor is on, also when one before it has gone. */
export const shareAt = (index: number, { view }: Scene): ShareView | undefined => view.shares[Math.min(index, view.shares.length - 1)];

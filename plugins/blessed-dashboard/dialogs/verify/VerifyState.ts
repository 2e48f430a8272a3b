import { personOf, type FriendView } from '../../../../core/index.js';
import type { Failure } from '../../state/Effect.js';
import type { Scene } from '../../state/Scene.js';

/** `about`: whose safety number. */
export interface VerifyState {
  readonly name: string;
  /** The number that is on the screen: only this one is confirmed. Undefined until the device has answered. */
  readonly number: string | undefined;
  readonly qr: { readonly number: string; readonly modules: readonly (readonly boolean[])[] } | undefined;
  readonly busy: 'look' | 'confirm' | 'take-back' | undefined;
  readonly failure: Failure | undefined;
  /** A person said that the numbers differ. */
  readonly differ: boolean;
  readonly takenBack: boolean;
  /** The number is another one than was shown before. */
  readonly moved: boolean;
  readonly index: number;
}

export const verifiedFriend = ({ name }: VerifyState, { view }: Scene): FriendView | undefined => personOf(view, name);

export type VerifyAnswer = 'same' | 'differ' | 'later' | 'again' | 'remove';

/** What can be answered, in the order of the buttons; the first is what Enter does at first. */
export function answersOf(state: VerifyState, friend: FriendView | undefined): readonly VerifyAnswer[] {
  if (!friend) return ['later'];
  if (state.differ) return ['later', 'again', 'remove'];
  // Nothing is confirmed by an Enter too many.
  return friend.verified && !friend.keyChanged ? ['later', 'differ'] : ['later', 'same', 'differ'];
}

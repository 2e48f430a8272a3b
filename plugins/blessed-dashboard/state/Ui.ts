import type { AccountName, MessageId, TransferId } from '../../../core/index.js';
import type { OpenDialog } from './OpenDialog.js';
import type { PaneName } from './paneNames.js';
import type { Settings } from './Settings.js';
import type { TextField } from './TextField.js';

/** What only this shell knows: where the cursor is, what is open, what is being written. Plain data. */
export interface Ui {
  readonly focus: PaneName;
  /** Whose conversation is open. */
  readonly person: AccountName | undefined;
  /** Nobody chose that person: whoever was chosen is gone. */
  readonly unchosen: boolean;
  /** True while keys write into the message below the conversation. */
  readonly composing: boolean;
  readonly drafts: ReadonlyMap<AccountName, TextField>;
  /** Messages the device has not taken yet; they are drafts again when it refuses them. */
  readonly sending: readonly Sending[];
  /** What the cursor of each list is on; undefined: the first, and in a conversation and the events the last. */
  readonly cursor: {
    readonly people: AccountName | undefined;
    readonly conversation: string | undefined;
    readonly transfers: TransferId | undefined;
    readonly events: number | undefined;
  };
  /** Only what contains it is listed; '': everything. */
  readonly filters: Readonly<Record<PaneName, string>>;
  /** The filter of the focused pane while keys write into it. */
  readonly filtering: TextField | undefined;
  readonly marked: ReadonlySet<TransferId | MessageId>;
  /** The last one has the keys. */
  readonly dialogs: readonly OpenDialog[];
  readonly notice: Notice | undefined;
  readonly settings: Settings;
  /** Lines of the command language that were run, oldest first; those of `run` effects are added when they are asked for. */
  readonly commandLines: readonly string[];
  /** What was asked to be marked as read last, so that it is asked once. */
  readonly reading: { readonly name: AccountName; readonly unread: number } | undefined;
  /** Whose conversation has the keys, and the first message that was unread when it got them: it stays marked. */
  readonly visit: { readonly with: AccountName; readonly firstNew: MessageId | undefined } | undefined;
  /** The first steps were shown, or are not needed. */
  readonly welcomed: boolean;
  /** A message that is to be under the cursor as soon as its page is there; a key ends the waiting. */
  readonly sought: Sought | undefined;
  /** The conversation that was asked for last, so that it is asked once. */
  readonly loading: AccountName | undefined;
  /** Counts up, for messages that are being sent. */
  readonly nextTag: number;
  /** Ids of dialogs count up, so that a late answer finds nobody. */
  readonly nextDialog: number;
}

export interface Sought {
  readonly with: AccountName;
  readonly id: MessageId;
  readonly position: number;
  /** The pages back to it were asked for. */
  readonly asked: boolean;
}

export interface Sending {
  readonly tag: string;
  readonly to: AccountName;
  readonly text: string;
}

/** One sentence at the foot of the screen until the next key. */
export interface Notice {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

export function newUi(settings: Settings, drafts: ReadonlyMap<AccountName, TextField>): Ui {
  return {
    focus: 'people',
    person: undefined,
    unchosen: false,
    composing: false,
    drafts,
    sending: [],
    cursor: { people: undefined, conversation: undefined, transfers: undefined, events: undefined },
    filters: { people: '', conversation: '', transfers: '', events: '' },
    filtering: undefined,
    marked: new Set(),
    dialogs: [],
    notice: undefined,
    settings,
    commandLines: [],
    reading: undefined,
    welcomed: false,
    sought: undefined,
    visit: undefined,
    loading: undefined,
    nextTag: 1,
    nextDialog: 1,
  };
}

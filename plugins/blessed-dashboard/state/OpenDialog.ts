/** A dialog that is open: its kind, an id answers are sent to, and its state as plain data of its kind. */
export interface OpenDialog {
  readonly kind: DialogKind;
  readonly id: number;
  readonly state: unknown;
}

export type DialogKind =
  | 'welcome'
  | 'add-friend'
  | 'friend-request'
  | 'verify'
  | 'file-question'
  | 'presence'
  | 'settings'
  | 'confirm'
  | 'browse'
  | 'shares'
  | 'search'
  | 'help'
  | 'jump'
  | 'send-file'
  | 'command'
  | 'transfer';

/** What a dialog is opened with; each kind says in its file what its `about` is. */
export interface OpenRequest {
  readonly kind: DialogKind;
  readonly about?: string;
}

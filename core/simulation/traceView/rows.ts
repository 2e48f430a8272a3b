/** How an entry of the trace is to be drawn; `key` is equal for rows that say the same at another time. */
interface Common {
  readonly atMs: number;
  readonly key: string;
  /** Comes by the dozen and is of interest only by its absence: may be counted instead of shown. */
  readonly noise: boolean;
  /** How many of them this row stands for, and when the last one was. */
  readonly times?: number;
  readonly untilMs?: number;
}

/** Something in the column of one device. */
export interface NoteRow extends Common {
  readonly kind: 'note';
  readonly who: string;
  readonly tone: 'fact' | 'trouble' | 'command';
  readonly text: string;
}

/** A frame, from end to end or only one of its ends. */
export interface ArrowRow extends Common {
  readonly kind: 'arrow';
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly part: 'whole' | 'leaves' | 'arrives' | 'lost' | 'unsent';
}

/** What the world did, across the whole width. */
export interface BandRow extends Common {
  readonly kind: 'band';
  readonly text: string;
  /** Whose line of life ends or begins here. */
  readonly who?: string;
  readonly life?: 'ends' | 'begins';
}

/** A remark about rows that are not shown. */
export interface RemarkRow extends Common {
  readonly kind: 'remark';
  readonly text: string;
}

export type Row = NoteRow | ArrowRow | BandRow | RemarkRow;

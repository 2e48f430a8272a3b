/** A text that is being written, with its cursor; edited by clusters of characters as a reader sees them. */
export interface TextField {
  readonly text: string;
  /** Index into `text` in UTF-16 units, never inside a cluster. */
  readonly cursor: number;
}

export const EMPTY_FIELD: TextField = { text: '', cursor: 0 };

/** With the cursor behind it. */
export const fieldOf = (text: string): TextField => ({ text, cursor: text.length });

import type { Frame } from '../panes/Frame.js';
import type { Input, Size } from '../state/Input.js';

/** Where a dashboard is seen and operated; `Terminal` is the real one. How often it paints is up to its owner. */
export interface Display {
  readonly size: Size;
  /** @throws SansfilError TERMINAL_UNFIT when there is none, or none that can show it */
  start(listener: DisplayListener): Promise<void>;
  /** Shows a picture; writes what differs from the one before. */
  paint(frame: Frame): void;
  /** Everything is written again at the next picture. */
  forget(): void;
  bell(): void;
  /** Clicks and wheel, or the terminal's own selection of text. */
  useMouse(on: boolean): void;
  /** Gives the terminal back as it was; again and again without harm. */
  stop(): void;
}

export interface DisplayListener {
  input(input: Input): void;
  /** The size changed, or what was on the screen is lost. */
  resized(size: Size): void;
  /** Nobody is there any more: the terminal was closed. */
  closed(): void;
}

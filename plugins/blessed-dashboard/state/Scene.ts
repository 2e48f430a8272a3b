import type { Language, View } from '../../../core/index.js';
import type { Keymap } from './Keymap.js';
import type { Size } from './Input.js';
import type { Ui } from './Ui.js';

/** All that a picture of the screen depends on. */
export interface Scene {
  readonly view: View;
  readonly ui: Ui;
  readonly language: Language;
  readonly keymap: Keymap;
  readonly size: Size;
  /** The absolute path of the person's home folder, for paths that begin with `~` or with a name. */
  readonly home: string;
  /** What quitting ends: the device too, or this shell only. */
  readonly ends: 'device' | 'shell';
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
}

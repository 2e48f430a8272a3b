import { token } from './token.js';

/** What the composition root read from the command line and the configuration file, validated. */
export interface Settings {
  readonly version: string;
  /** Absolute; exists, mode 0700, owned by us. */
  readonly dataFolder: string;
  /** Options of one plugin as the configuration gives them; the plugin validates them itself (CONFIG_INVALID). */
  optionsOf(plugin: string): Readonly<Record<string, unknown>>;
}

export const SETTINGS = token<Settings>('settings');

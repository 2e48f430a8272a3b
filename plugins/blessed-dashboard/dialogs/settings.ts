import type { LanguageCode } from '../../../core/index.js';
import { padLine, widthOf, wrapText } from '../lines/layout.js';
import { EMPTY_LINE, span } from '../lines/Line.js';
import type { Scene } from '../state/Scene.js';
import type { Settings } from '../state/Settings.js';
import type { Dialog, DialogStep } from './Dialog.js';
import { choiceLines } from './widgets/choiceLines.js';
import { pressed } from './widgets/pressed.js';
import { fitted, proseColumns } from './widgets/prose.js';
import { movedIndex } from './parts.js';

export interface SettingsState {
  readonly index: number;
}

type Name = keyof Settings;
const NAMES: readonly Name[] = ['language', 'mouse', 'bell'];
const CHANGING: ReadonlySet<string> = new Set(['enter', 'space', 'left', 'right']);
const OTHER: Readonly<Record<LanguageCode, LanguageCode>> = { en: 'fr', fr: 'en' };

/** What a person chooses for this shell. Each change holds at once. */
export const settingsDialog: Dialog<SettingsState> = {
  kind: 'settings',

  open: () => ({ state: { index: 0 } }),

  draw({ index }, scene, room) {
    const columns = proseColumns(room);
    const words = scene.language.peopleDialogs;
    const shown = NAMES.map((name) => settingText(scene, name));
    const [labels, values] = [Math.max(...shown.map(({ label }) => widthOf([span(label)]))), Math.max(...shown.map(({ value }) => widthOf([span(value)])))];
    const rows = shown.map(({ label, value }, i) => ({
      line: [...padLine([span(label)], labels + 3), ...padLine([span(value, 'strong')], values)],
      choose: NAMES[i] ?? '',
    }));
    const choices = choiceLines(rows, index, { rows: Math.min(NAMES.length, room.rows), columns });
    return {
      title: words.settings.title,
      lines: fitted(
        [...choices, EMPTY_LINE, ...wrapText(shown[index]?.about ?? '', columns), EMPTY_LINE, ...wrapText(words.settings.kept, columns, 'faint')],
        room,
      ),
      hints: [
        { key: 'space', text: words.hints.change, choose: 'space' },
        { key: 'esc', text: words.hints.close, choose: 'esc' },
      ],
    };
  },

  step({ index }, input, scene) {
    const key = pressed(input);
    if (key === undefined) return undefined;
    if (key === 'esc') return { close: true };
    const clicked = NAMES.findIndex((name) => name === key);
    if (clicked >= 0) return change(clicked, scene);
    if (CHANGING.has(key)) return change(index, scene);
    const moved = movedIndex(input, index, NAMES.length, true);
    return moved === undefined ? undefined : { state: { index: moved } };
  },
};

function change(index: number, { ui: { settings } }: Scene): DialogStep<SettingsState> {
  const name = NAMES[index] ?? 'language';
  const changed: Settings = name === 'language' ? { ...settings, language: OTHER[settings.language] } : { ...settings, [name]: !settings[name] };
  return { state: { index }, effects: [{ do: 'save-settings', settings: changed }] };
}

function settingText({ language, ui: { settings } }: Scene, name: Name): { readonly label: string; readonly value: string; readonly about: string } {
  const words = language.peopleDialogs.settings;
  if (name === 'language') return { label: words.language, value: words.languageName, about: words.languageAbout };
  const about = { mouse: words.mouseAbout, bell: words.bellAbout };
  return { label: words[name], value: settings[name] ? `[x] ${words.on}` : `[ ] ${words.off}`, about: about[name] };
}

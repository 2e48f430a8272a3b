import type { Scene } from '../state/Scene.js';
import { layOut, type Places } from './layOut.js';
import { openTransferRows } from './transfersPane.js';

/** Transfers that are not over get so many rows without having the keys. */
const OPEN_ROWS_MAX = 5;

/** Where each pane of a scene is. */
export const placesOf = (scene: Scene): Places => layOut(scene.size, scene.ui.focus, (columns) => openTransferRows(scene, columns, OPEN_ROWS_MAX));

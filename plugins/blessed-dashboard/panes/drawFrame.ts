import { span } from '../lines/Line.js';
import type { Scene } from '../state/Scene.js';
import type { Frame } from './Frame.js';

/** The whole screen as it is to be seen now. */
export function drawFrame({ size }: Scene): Frame {
  return { rows: Array.from({ length: size.rows }, () => [span(' '.repeat(size.columns))]) };
}

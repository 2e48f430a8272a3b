import { concat } from '../../base/bytes.js';
import type { Link } from '../../ports/transport.js';

export type Tap = (direction: 'in' | 'out', link: string, frame: Uint8Array) => void;

/** The same link, with somebody who sees every frame as it is on the wire. */
export function tapLink(link: Link, tap: Tap): Link {
  const { id, remote } = link;
  return {
    id,
    ...(remote === undefined ? {} : { remote }),
    attach: (handler) =>
      link.attach({
        frame: (bytes) => {
          tap('in', id, bytes);
          handler.frame(bytes);
        },
        drained: () => handler.drained(),
        closed: (why) => handler.closed(why),
      }),
    send: (frame) => {
      tap('out', id, frame);
      return link.send(frame);
    },
    ...(link.sendBodies && {
      sendBodies: (head: Uint8Array, bodies: readonly Uint8Array[], taken: () => void) => {
        for (const body of bodies) tap('out', id, concat(head, body));
        return link.sendBodies?.(head, bodies, taken) ?? true;
      },
    }),
    pause: () => link.pause(),
    resume: () => link.resume(),
    close: () => link.close(),
  };
}

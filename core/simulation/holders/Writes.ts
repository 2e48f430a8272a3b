import type { NodePorts } from '../../engine/nodePorts.js';
import type { PartFile } from '../../ports/files.js';

/** Counts what is written to the parts of files: nothing twice where nothing goes wrong. */
export class Writes {
  readonly #written = new Set<string>();

  constructor(private readonly twice: (finding: string) => void) {}

  /** The ports of one process. */
  twist(name: string, ports: NodePorts): NodePorts {
    const { sink } = ports;
    const part: NodePorts['sink']['part'] = async (transfer, item) => {
      const file = await sink.part(transfer, item);
      return this.#watched(`${name} writes item ${item} of transfer ${transfer}`, file);
    };
    return { ...ports, sink: { ...sink, part } };
  }

  #watched(what: string, file: PartFile): PartFile {
    return {
      write: (offset, bytes) => {
        const key = `${what} at ${offset}`;
        if (this.#written.has(key)) this.twice(`${key} twice`);
        this.#written.add(key);
        return file.write(offset, bytes);
      },
      read: (offset, into) => file.read(offset, into),
      sync: () => file.sync(),
      [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
    };
  }
}

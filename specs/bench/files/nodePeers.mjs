import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { end, own, succeeded } from '../processes.mjs';

const END = fileURLToPath(new URL('./pipeEnd.mjs', import.meta.url));
const PIPED = { stdio: ['ignore', 'pipe', 'pipe'] };

/** What Node does by itself, file to file between two processes. `certificates` undefined: no openssl to make them. */
export function nodePeers(certificates) {
  const peer = (name, kind, tags, absent) => ({
    name,
    tags,
    absent,
    async run({ source, into, measure }) {
      const path = join(into, 'received');
      const receiver = own(process.execPath, [END, 'receive', kind, path, certificates ?? ''], PIPED);
      try {
        const lines = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]();
        const { port } = JSON.parse((await lines.next()).value);
        const figure = await measure({ receive: [receiver.pid] }, async ({ asSender }) => {
          const sender = asSender(own(process.execPath, [END, 'send', kind, source, String(port), certificates ?? ''], PIPED));
          const sent = succeeded(sender, `the sending end of ${name}`);
          await Promise.race([lines.next(), sent.then(() => lines.next())]);
          const ended = performance.now();
          await Promise.all([sent, succeeded(receiver, `the receiving end of ${name}`)]);
          return ended;
        });
        return { ...figure, path };
      } finally {
        await end(receiver);
      }
    },
  });
  return [
    peer('Node: TCP pipe', 'tcp', []),
    peer('Node: TLS 1.3 pipe, mutual RSA-2048 (nothing hashed)', 'tls', ['tlsPipe'], certificates === undefined ? 'no openssl' : undefined),
    peer('Node: LocalSend v2 over plain HTTP (nothing encrypted)', 'http', ['http']),
  ];
}

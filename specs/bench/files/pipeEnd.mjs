/**
 * One end of a transfer as plain as Node makes it, in a process of its own: `receive KIND FILE CERTIFICATES` prints
 * `{"port"}`, then `{"done"}`; `send KIND FILE PORT CERTIFICATES`. KIND is tcp, tls (1.3, both ends prove themselves) or http
 * (LocalSend v2: prepare, then upload; nothing is encrypted). Nothing is hashed.
 */
import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { basename, join } from 'node:path';
import process from 'node:process';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';

const STEP_BYTES = 2 ** 20;
const API = '/api/localsend/v2';
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const [, , role, kind, file, ...rest] = process.argv;

function credentials(folder) {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder, name)));
  return { key, cert, ca: cert, minVersion: 'TLSv1.3' };
}

const readFrom = () => createReadStream(file, { highWaterMark: STEP_BYTES });
const writeTo = () => createWriteStream(file, { flags: 'wx' });

function receive(certificates) {
  const take = async (stream) => {
    await pipeline(stream, writeTo());
    tell({ done: true });
    server.close();
  };
  const serveHttp = async (asked, answer) => {
    if (asked.url === `${API}/prepare-upload`) {
      const { files } = await json(asked);
      const tokens = Object.fromEntries(Object.keys(files).map((id) => [id, `token-${id}`]));
      return void answer.end(JSON.stringify({ sessionId: 'session', files: tokens }));
    }
    await pipeline(asked, writeTo());
    answer.end();
    tell({ done: true });
    server.close();
  };
  const makers = {
    tcp: () => createServer((socket) => void take(socket)),
    tls: () => createTlsServer({ ...credentials(certificates), requestCert: true, rejectUnauthorized: true }, (socket) => void take(socket)),
    http: () => createHttpServer((asked, answer) => void serveHttp(asked, answer)),
  };
  const server = makers[kind]();
  server.listen(0, '127.0.0.1', () => tell({ port: server.address().port }));
}

function post(port, path, body) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method: 'POST' }, (answer) => resolve(answer));
    asked.once('error', reject);
    pipeline(body, asked).catch(reject);
  });
}

async function sendHttp(port) {
  const { size } = statSync(file);
  const files = { one: { id: 'one', fileName: basename(file), size, fileType: 'application/octet-stream' } };
  const offer = { info: { alias: 'pi', version: '2.0', deviceType: 'headless', fingerprint: 'pi' }, files };
  const { sessionId, files: tokens } = await json(await post(port, `${API}/prepare-upload`, [JSON.stringify(offer)]));
  (await post(port, `${API}/upload?sessionId=${sessionId}&fileId=one&token=${tokens.one}`, readFrom())).resume();
}

async function send(port, certificates) {
  if (kind === 'http') return sendHttp(port);
  const options = { port, host: '127.0.0.1' };
  const socket = kind === 'tls' ? connectTls({ ...options, ...credentials(certificates), servername: 'localhost' }) : connect(options);
  await pipeline(readFrom(), socket);
}

if (role === 'receive') receive(rest[0]);
else await send(Number(rest[0]), rest[1]);

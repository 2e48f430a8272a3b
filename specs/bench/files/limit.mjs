/** How fast this machine does one thing alone: `limit.mjs WHAT BYTES [FILE]` prints `{"seconds"}`. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const CHUNK_BYTES = 2 ** 20;
/** A step stays in the cache; a chunk does not. */
const STEP_BYTES = 2 ** 16;
const [, , what, size, path] = process.argv;
const bytes = Number(size);
const chunk = randomBytes(CHUNK_BYTES);

function eachStep(take) {
  for (let at = 0; at < CHUNK_BYTES; at += STEP_BYTES) take(chunk.subarray(at, at + STEP_BYTES));
}

function eachChunk(take) {
  for (let at = 0; at < bytes; at += CHUNK_BYTES) take();
}

function seal(algorithm) {
  const key = randomBytes(32);
  eachChunk(() => {
    const cipher = createCipheriv(algorithm, key, randomBytes(12), { authTagLength: 16 });
    eachStep((step) => cipher.update(step));
    cipher.final();
  });
}

function hash() {
  eachChunk(() => {
    const digest = createHash('sha256');
    eachStep((step) => digest.update(step));
    digest.digest();
  });
}

function writeAndSync() {
  const file = openSync(path, 'wx');
  eachChunk(() => writeSync(file, chunk));
  fsyncSync(file);
  closeSync(file);
  return () => rmSync(path);
}

/** The receiving end reads into one buffer and drops it. */
function receiveAll() {
  let got = 0;
  const take = (length) => {
    got += length;
    if (got >= bytes) process.send({ got }, () => process.exit(0));
    return true;
  };
  process.once('message', ({ port }) => connect({ port, host: '127.0.0.1', onread: { buffer: Buffer.alloc(CHUNK_BYTES), callback: take } }));
}

async function sendAll() {
  const receiver = fork(fileURLToPath(import.meta.url), ['tcp-receive', size]);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.send({ port: server.address().port });
  const [socket] = await once(server, 'connection');
  const received = once(receiver, 'message');
  const began = performance.now();
  for (let at = 0; at < bytes; at += CHUNK_BYTES) if (!socket.write(chunk)) await once(socket, 'drain');
  await received;
  const seconds = (performance.now() - began) / 1000;
  socket.on('error', () => undefined).destroy();
  server.close();
  return seconds;
}

const LIMITS = {
  'aes-256-gcm': () => seal('aes-256-gcm'),
  'chacha20-poly1305': () => seal('chacha20-poly1305'),
  sha256: hash,
  disk: writeAndSync,
};

if (what === 'tcp-receive') receiveAll();
else {
  const began = performance.now();
  const tidy = LIMITS[what]?.();
  const seconds = what === 'tcp' ? await sendAll() : (performance.now() - began) / 1000;
  tidy?.();
  process.stdout.write(`${JSON.stringify({ seconds })}\n`);
}

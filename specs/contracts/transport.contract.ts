import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../core/base/errors.js';
import type { Link, Listening, Transport } from '../../core/ports/transport.js';
import { RecordingHandler } from '../support/recordingHandler.js';

export interface TransportHarness {
  readonly transport: Transport;
  /** An address to listen on that is free, and one that no transport of this kind can parse or take. */
  readonly address: string;
  readonly badAddress: string;
  /** An address at which nobody listens. */
  readonly deadAddress: string;
  /** Waits for a promise of the transport; a simulated one moves its time and network meanwhile. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Lets everything under way arrive: after it, what has not come will not come by itself. */
  readonly settle: () => Promise<void>;
  /** A link dialled by the transport whose connection dies under it when `sever` is called, as when the other process does. */
  breakable(): Promise<{ readonly link: Link; readonly sever: () => void }>;
  readonly tearDown: () => Promise<void>;
}

/** The codes of a link that ended otherwise than by `close`. */
const ABNORMAL = /^(?:LINK_CLOSED|LINK_FAILED|FRAME_TRUNCATED)$/;

const frame = (size: number, fill = size): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (i * 31 + fill) & 255);
const numbered = (n: number): Uint8Array => Uint8Array.of(n >>> 8, n & 255);
/** A frame in short: Jest compares long byte arrays one element at a time. */
const digest = (bytes: Uint8Array | undefined): string => (bytes ? `${bytes.length} ${createHash('sha256').update(bytes).digest('base64')}` : 'none');
const numbers = (handler: RecordingHandler): number[] => handler.frames.map(([high = 0, low = 0]) => (high << 8) | low);

/** What the port `Transport` promises (PROTOCOL [P-2.1]); every implementation runs it. */
export function describeTransport(name: string, setUp: () => Promise<TransportHarness>): void {
  describe(`the transport contract, kept by ${name}`, () => {
    let harness: TransportHarness;
    let listening: Listening;
    /** Every link of the test, closed at its end. */
    let made: Link[];
    let onAccepted: (link: Link) => void;

    beforeEach(async () => {
      harness = await setUp();
      made = [];
      onAccepted = () => undefined;
      listening = await harness.run(
        harness.transport.listen(harness.address, (link) => {
          made.push(link);
          onAccepted(link);
        }),
      );
    });

    afterEach(async () => {
      await harness.settle();
      await harness.run(Promise.all(made.map((link) => link.close())));
      await harness.run(listening[Symbol.asyncDispose]() as Promise<void>);
      await harness.tearDown();
    });

    const dial = async (signal: AbortSignal = new AbortController().signal): Promise<Link> => {
      const link = await harness.run(harness.transport.dial(listening.address, { signal }));
      made.push(link);
      return link;
    };

    /** Two ends of one link, neither attached. */
    const bareLinks = async (): Promise<{ near: Link; far: Link }> => {
      const far = new Promise<Link>((resolve) => (onAccepted = resolve));
      return { near: await dial(), far: await harness.run(far) };
    };

    const breakable: TransportHarness['breakable'] = async () => {
      const one = await harness.breakable();
      made.push(one.link);
      return one;
    };

    const links = async (): Promise<{ near: Link; far: Link; atNear: RecordingHandler; atFar: RecordingHandler }> => {
      const { near, far } = await bareLinks();
      const [atNear, atFar] = [new RecordingHandler(), new RecordingHandler()];
      near.attach(atNear);
      far.attach(atFar);
      return { near, far, atNear, atFar };
    };

    test('[P-2.1] frames of every size arrive whole, in order and once, in both directions', async () => {
      const { near, far, atNear, atFar } = await links();
      const sizes = [1, 2, 127, 128, 1_376, 16_384, 65_534, 65_535, 1, 40_000, 3];
      for (const size of sizes) {
        near.send(frame(size));
        far.send(frame(size, size + 1));
      }
      await harness.run(Promise.all([atNear.received(sizes.length), atFar.received(sizes.length)]));
      await harness.settle();
      expect(atFar.frames.map(digest)).toEqual(sizes.map((size) => digest(frame(size))));
      expect(atNear.frames.map(digest)).toEqual(sizes.map((size) => digest(frame(size, size + 1))));
    });

    test('[P-2.1] many small frames sent in one go and over several keep their order', async () => {
      const { near, atFar } = await links();
      for (let n = 0; n < 2_000; n++) {
        near.send(numbered(n));
        if (n % 97 === 0) await Promise.resolve();
      }
      await harness.run(atFar.received(2_000));
      await harness.settle();
      expect(numbers(atFar)).toEqual(Array.from({ length: 2_000 }, (_, n) => n));
    });

    test('[P-2.1] a frame of no bytes or of more than 65 535 is a bug of the sender and never leaves', async () => {
      const { near, atFar } = await links();
      expect(() => near.send(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'BUG' }));
      expect(() => near.send(new Uint8Array(65_536))).toThrow(expect.objectContaining({ code: 'BUG' }));
      near.send(numbered(7));
      await harness.run(atFar.received(1));
      expect(numbers(atFar)).toEqual([7]);
    });

    test('[P-2.1] bodies behind a head, where there is such a way, are frames among the others and are told to be taken, once', async () => {
      const { near, atFar } = await links();
      if (!near.sendBodies) return;
      let taken = 0;
      near.send(Uint8Array.of(0, 1));
      near.sendBodies(Uint8Array.of(0), [Uint8Array.of(2), Uint8Array.of(3)], () => taken++);
      near.send(Uint8Array.of(0, 4));
      await harness.run(atFar.received(4));
      await harness.settle();
      expect([numbers(atFar), taken]).toEqual([[1, 2, 3, 4], 1]);
      await harness.run(near.close());
      near.sendBodies(Uint8Array.of(0), [Uint8Array.of(5)], () => taken++);
      expect(taken).toBe(2);
    });

    test('[P-2.1] no bodies, an empty one and one too long for a frame are a bug of the sender, and nothing of them leaves', async () => {
      const { near, atFar } = await links();
      if (!near.sendBodies) return;
      const one = Uint8Array.of(1);
      for (const bodies of [[], [one, new Uint8Array(0)], [one, new Uint8Array(65_535)]]) {
        expect(() => near.sendBodies?.(Uint8Array.of(0), bodies, () => undefined)).toThrow(expect.objectContaining({ code: 'BUG' }));
      }
      near.send(numbered(7));
      await harness.run(atFar.received(1));
      expect(numbers(atFar)).toEqual([7]);
    });

    test('the sender may use its buffer again at once', async () => {
      const { near, atFar } = await links();
      const buffer = new Uint8Array(1_000);
      for (let n = 0; n < 20; n++) near.send(buffer.fill(n));
      buffer.fill(255);
      await harness.run(atFar.received(20));
      expect(atFar.frames.map((bytes) => [bytes.length, bytes[0], bytes[999]])).toEqual(Array.from({ length: 20 }, (_, n) => [1_000, n, n]));
    });

    test('send says false when the other end does not read, takes the frame all the same, and says drained later', async () => {
      const { near, far, atNear, atFar } = await links();
      far.pause();
      let sent = 0;
      // What lies below takes a good deal before it is full; then nothing drains any more.
      for (let stuck = false; !stuck && sent < 2_000; sent++) {
        if (near.send(frame(65_535, sent))) continue;
        const drains = atNear.drains;
        await harness.settle();
        stuck = atNear.drains === drains;
      }
      expect(sent).toBeLessThan(2_000);
      expect(near.send(numbered(9))).toBe(false);
      atNear.drains = 0;
      far.resume();
      await harness.run(atNear.whenDrained);
      await harness.run(atFar.received(sent + 1));
      expect(digest(atFar.frames[sent - 1])).toBe(digest(frame(65_535, sent - 1)));
      expect(atFar.frames[sent]).toEqual(numbered(9));
      expect(near.send(numbered(10))).toBe(true);
    });

    test('a paused end hears nothing, not even what was read together with the frame at which it paused', async () => {
      const { near, far, atFar } = await links();
      atFar.onFrame = () => far.pause();
      for (let n = 0; n < 10; n++) near.send(numbered(n));
      await harness.run(atFar.received(1));
      await harness.settle();
      expect(numbers(atFar)).toEqual([0]);
      far.resume();
      await harness.settle();
      expect(numbers(atFar)).toEqual([0, 1]);
      atFar.onFrame = () => undefined;
      far.resume();
      await harness.run(atFar.received(10));
      expect(numbers(atFar)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    test('pausing and resuming within a frame loses and swaps nothing', async () => {
      const { near, far, atFar } = await links();
      atFar.onFrame = () => {
        far.pause();
        far.resume();
      };
      for (let n = 0; n < 300; n++) near.send(numbered(n));
      await harness.run(atFar.received(300));
      expect(numbers(atFar)).toEqual(Array.from({ length: 300 }, (_, n) => n));
    });

    test('frames that came before attach are kept for the owner, and there is only one', async () => {
      const { near, far } = await bareLinks();
      near.attach(new RecordingHandler());
      for (let n = 0; n < 50; n++) near.send(numbered(n));
      await harness.settle();
      const late = new RecordingHandler();
      far.attach(late);
      expect(late.frames).toHaveLength(0);
      await harness.run(late.received(50));
      expect(numbers(late)).toEqual(Array.from({ length: 50 }, (_, n) => n));
      expect(() => far.attach(new RecordingHandler())).toThrow(expect.objectContaining({ code: 'BUG' }));
    });

    test('close flushes what was sent, and both ends hear of an end in good order once', async () => {
      const { near, atNear, atFar } = await links();
      for (let n = 0; n < 20; n++) near.send(frame(30_000, n));
      await harness.run(Promise.all([near.close(), atFar.whenClosed, atNear.whenClosed]));
      await harness.settle();
      expect(atFar.frames.map(digest)).toEqual(Array.from({ length: 20 }, (_, n) => digest(frame(30_000, n))));
      expect(atNear.ends).toEqual([undefined]);
      expect(atFar.ends).toEqual([undefined]);
    });

    test('frames before a close that a paused end has not heard are heard before it', async () => {
      const { near, far, atFar } = await links();
      atFar.onFrame = () => far.pause();
      for (let n = 0; n < 3; n++) near.send(numbered(n));
      const closed = near.close();
      await harness.run(atFar.received(1));
      await harness.settle();
      expect([numbers(atFar), atFar.ends]).toEqual([[0], []]);
      atFar.onFrame = () => undefined;
      far.resume();
      await harness.run(Promise.all([atFar.whenClosed, closed]));
      expect(numbers(atFar)).toEqual([0, 1, 2]);
      expect(atFar.ends).toEqual([undefined]);
    });

    test('after close nothing is heard and nothing is sent; closing again is harmless', async () => {
      const { near, far, atNear, atFar } = await links();
      far.send(numbered(1));
      const closed = near.close();
      expect(near.send(numbered(2))).toBe(true);
      await harness.run(Promise.all([closed, near.close(), atFar.whenClosed]));
      far.send(numbered(3));
      await harness.settle();
      expect([atNear.frames, atFar.frames]).toEqual([[], []]);
    });

    test('both ends closing at once end in good order', async () => {
      const { near, far, atNear, atFar } = await links();
      await harness.run(Promise.all([near.close(), far.close()]));
      await harness.settle();
      expect([atNear.ends, atFar.ends]).toEqual([[undefined], [undefined]]);
    });

    test('a link that nobody attached to can be closed', async () => {
      const { near, far } = await bareLinks();
      const atNear = new RecordingHandler();
      near.attach(atNear);
      near.send(frame(1_000));
      await harness.settle();
      await harness.run(far.close());
      await harness.run(atNear.whenClosed);
      expect(atNear.ends).toHaveLength(1);
    });

    test('an abnormal end tells why, once and last', async () => {
      const { link, sever } = await breakable();
      const handler = new RecordingHandler();
      link.attach(handler);
      link.send(numbered(1));
      await harness.settle();
      sever();
      await harness.run(handler.whenClosed);
      await harness.settle();
      expect(handler.ends).toEqual([expect.objectContaining({ code: expect.stringMatching(ABNORMAL) })]);
      expect(link.send(numbered(2))).toBe(true);
      await harness.run(link.close());
    });

    test('an abnormal end is told to a paused owner too', async () => {
      const { link, sever } = await breakable();
      const handler = new RecordingHandler();
      link.attach(handler);
      link.send(numbered(1));
      await harness.settle();
      link.pause();
      sever();
      await harness.settle();
      link.resume();
      await harness.run(handler.whenClosed);
      expect(handler.ends).toEqual([expect.objectContaining({ code: expect.stringMatching(ABNORMAL) })]);
    });

    test('whoever attaches to a link that has ended is told so', async () => {
      const { link, sever } = await breakable();
      sever();
      await harness.settle();
      const late = new RecordingHandler();
      link.attach(late);
      expect(late.ends).toHaveLength(0);
      await harness.run(late.whenClosed);
      expect(late.ends).toEqual([expect.objectContaining({ code: expect.stringMatching(ABNORMAL) })]);
    });

    test('an owner that throws loses its link and nothing else', async () => {
      const { near, atFar } = await links();
      const other = await links();
      atFar.onFrame = () => {
        throw new SansfilError('RECORD_MALFORMED');
      };
      near.send(numbered(1));
      await harness.run(atFar.whenClosed);
      expect(atFar.ends).toEqual([expect.objectContaining({ code: 'RECORD_MALFORMED' })]);
      other.near.send(numbered(2));
      await harness.run(other.atFar.received(1));
    });

    test('every link has an id of its own', async () => {
      const one = await bareLinks();
      const two = await bareLinks();
      expect(new Set([one.near.id, one.far.id, two.near.id, two.far.id]).size).toBe(4);
    });

    test('dialling an address at which nobody listens fails as LINK_FAILED', async () => {
      const dialled = harness.transport.dial(harness.deadAddress, { signal: new AbortController().signal });
      await expect(harness.run(dialled)).rejects.toMatchObject({ code: 'LINK_FAILED' });
    });

    test('an address that is not one is ADDRESS_INVALID, for dialling and for listening', async () => {
      const dialled = harness.transport.dial(harness.badAddress, { signal: new AbortController().signal });
      await expect(harness.run(dialled)).rejects.toMatchObject({ code: 'ADDRESS_INVALID' });
      const listened = harness.transport.listen(harness.badAddress, () => undefined);
      await expect(harness.run(listened)).rejects.toMatchObject({ code: 'ADDRESS_INVALID' });
    });

    test('a dial whose signal is aborted rejects at once and leaves no link behind', async () => {
      const before = new AbortController();
      before.abort();
      await expect(dial(before.signal)).rejects.toThrow();
      const during = new AbortController();
      const dialled = harness.transport.dial(listening.address, { signal: during.signal });
      during.abort(new SansfilError('STOPPED'));
      await expect(harness.run(dialled)).rejects.toMatchObject({ code: 'STOPPED' });
    });

    test('aborting the signal after the link was made does not touch it', async () => {
      const controller = new AbortController();
      const far = new Promise<Link>((resolve) => (onAccepted = resolve));
      const near = await dial(controller.signal);
      const atFar = new RecordingHandler();
      (await harness.run(far)).attach(atFar);
      controller.abort();
      near.attach(new RecordingHandler());
      near.send(numbered(1));
      await harness.run(atFar.received(1));
    });

    test('a taken address is PORT_IN_USE, and free again when listening ends, while links live on', async () => {
      const { near, atFar } = await links();
      const taken = harness.transport.listen(listening.address, () => undefined);
      await expect(harness.run(taken)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
      await harness.run(listening[Symbol.asyncDispose]() as Promise<void>);
      listening = await harness.run(harness.transport.listen(listening.address, () => undefined));
      near.send(numbered(1));
      await harness.run(atFar.received(1));
    });
  });
}

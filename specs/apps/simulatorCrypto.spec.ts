import { describe, expect, test } from '@jest/globals';
import { AnswersInOrder, RealCrypto } from '../../apps/simulator/realCrypto.js';
import { simulatedKey } from '../../apps/simulator/rsaKeys.js';
import { worldParts } from '../../apps/simulator/parts.js';
import { Rng, simulate } from '../../core/testing.js';

const deferred = <T>() => {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};

describe('answers of the thread pool', () => {
  test('come in the order of the questions', async () => {
    const answers = new AnswersInOrder();
    const heard: string[] = [];
    const [one, two, three] = [deferred<string>(), deferred<string>(), deferred<string>()];
    for (const { promise } of [one, two, three])
      void answers.take(promise).then(
        (answer) => heard.push(answer),
        () => heard.push('an error'),
      );
    const drained = answers.drain().then(() => heard.push('drained'));
    three.resolve('three');
    two.reject(new Error('no key'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([]);
    one.resolve('one');
    await drained;
    expect(heard).toEqual(['one', 'an error', 'three', 'drained']);
  });

  test('each have a turn of the event loop to themselves, until all that follows has happened', async () => {
    const answers = new AnswersInOrder();
    const heard: string[] = [];
    const follow = async (name: string, steps: number): Promise<void> => {
      await answers.take(Promise.resolve());
      for (let step = 0; step < steps; step++) await Promise.resolve();
      heard.push(name);
    };
    void follow('the long one', 50);
    void follow('the short one', 0);
    await answers.drain();
    expect(heard).toEqual(['the long one', 'the short one']);
  });

  test('may bring up new questions, which are waited for as well', async () => {
    const answers = new AnswersInOrder();
    let rounds = 0;
    const ask = async (): Promise<void> => {
      await answers.take(new Promise<void>((resolve) => setImmediate(resolve)));
      if (++rounds < 3) await ask();
    };
    void ask();
    await answers.drain();
    expect(rounds).toBe(3);
  });
});

describe('the real cryptography of a simulated device', () => {
  const crypto = new RealCrypto();

  test('signs with a key of its own that is the same on every machine', async () => {
    const [pi, board] = [crypto.of('pi', new Rng(1)), crypto.of('board', new Rng(1))];
    expect(pi.signer.peerId).toBe('WKLR6G354JWWBMENZ3XWVRVNSE5W66JOTY56D7FFX5ZHR3VXP22Q');
    expect(board.signer.peerId).not.toBe(pi.signer.peerId);
    const signature = await pi.signer.sign('label', [Uint8Array.of(1)]);
    expect(board.verifier.identify(pi.signer.spki)).toEqual({ peerId: pi.signer.peerId, modulusBytes: 256 });
    expect(await board.verifier.verify(pi.signer.spki, 'label', [Uint8Array.of(1)], signature)).toBe(true);
    expect(await board.verifier.verify(board.signer.spki, 'label', [Uint8Array.of(1)], signature)).toBe(false);
  });

  test('has keys of 2048 bits with the usual exponent', () => {
    expect(simulatedKey('pi').asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65_537n });
  });

  test('gives the same run for the same seed', async () => {
    const run = async () => (await simulate({ seed: 5, faults: new Set(['links', 'partitions']), devices: 2 }, worldParts('real'))).hash;
    expect(await run()).toBe(await run());
  });
});

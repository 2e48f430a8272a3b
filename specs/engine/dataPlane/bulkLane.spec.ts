import { describe, expect, test } from '@jest/globals';
import { BULK_SIGNS_MAX } from '../../../core/base/limits.js';
import { BulkLane } from '../../../core/engine/dataPlane/BulkLane.js';
import type { OpenSession } from '../../../core/engine/contracts.js';
import { FakeSessions } from '../../support/FakeSessions.js';
import { peerOf } from '../../support/samples.js';

const lane = (): BulkLane => {
  const session: OpenSession = new FakeSessions().connect(peerOf(1));
  return new BulkLane(session);
};
const ignore = (): void => undefined;

describe('[P-6.5] bytes of a bulk stream that somebody took on the way', () => {
  test('end the session when the peer says something again and again, and they do not come', () => {
    const bulk = lane();
    bulk.gather(1, new Uint8Array(100), {}, ignore, ignore);
    bulk.bulk(1, new Uint8Array(60));
    for (let n = 1; n < BULK_SIGNS_MAX; n++) bulk.alive();
    expect(() => bulk.alive()).toThrow(expect.objectContaining({ code: 'LINK_FAILED' }));
  });

  test('are waited for as long as some of them come', () => {
    const bulk = lane();
    bulk.gather(1, new Uint8Array(100), {}, ignore, ignore);
    for (let n = 0; n < 100; n++) {
      for (let signs = 1; signs < BULK_SIGNS_MAX; signs++) bulk.alive();
      bulk.bulk(1, new Uint8Array(1));
    }
    for (let n = 0; n < 10; n++) bulk.alive();
  });

  test('are missed beside a stream whose bytes come', () => {
    const bulk = lane();
    bulk.gather(1, new Uint8Array(100), {}, ignore, ignore);
    bulk.gather(2, new Uint8Array(100), {}, ignore, ignore);
    for (let n = 1; n < BULK_SIGNS_MAX; n++) {
      bulk.bulk(2, new Uint8Array(1));
      bulk.alive();
    }
    bulk.bulk(2, new Uint8Array(1));
    expect(() => bulk.alive()).toThrow(expect.objectContaining({ code: 'LINK_FAILED' }));
  });

  test('are not missed by a receiver that dropped the rest of the chunk and has all of it', () => {
    const bulk = lane();
    bulk.discard(1, 10);
    bulk.bulk(1, new Uint8Array(10));
    for (let n = 0; n < 10; n++) bulk.alive();
  });
});

import { describe, expect, test } from '@jest/globals';
import { addressBucket } from '../../../core/engine/handshake/addressBucket.js';

describe('[P-3.17] the address a flood is counted for', () => {
  test.each([
    ['192.168.1.20', '192.168.1.20'],
    ['::ffff:192.168.1.20', '192.168.1.20'],
    ['::FFFF:c0a8:0114', '192.168.1.20'],
    ['0:0:0:0:0:ffff:192.168.1.20', '192.168.1.20'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
  ])('of %s is %s', (address, bucket) => {
    expect(addressBucket(address)).toBe(bucket);
  });

  test.each(['', 'host-7', 'not:an:address', '1:2:3:4:5:6:7:8:9', '1::2::3', '::ffff:1.2.3.256', '::12345', 'a relay'])(
    'of %j, which is none, is itself: what is odd shares no bucket with anybody',
    (address) => {
      expect(addressBucket(address)).toBe(address);
    },
  );
});

import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { foldMapped, formatHostPort, parseHostPort, reachableAddresses } from '../../../transports/tcp/addresses.js';

describe('a TCP address', () => {
  test.each([
    ['192.0.2.7:49152', '192.0.2.7', 49_152],
    ['[2001:db8::7]:1', '2001:db8::7', 1],
    ['[::]:0', '::', 0],
    ['[fe80::1%eth0]:65535', 'fe80::1%eth0', 65_535],
    ['localhost:80', 'localhost', 80],
  ])('%s is read and written back', (text, host, port) => {
    expect(parseHostPort(text)).toEqual({ host, port });
    expect(formatHostPort({ host, port })).toBe(text);
  });

  test.each([
    '',
    'example.org:80',
    '192.0.2.7',
    '192.0.2.7:',
    '192.0.2.7:65536',
    '192.0.2.256:1',
    '::1:80',
    '[192.0.2.7]:1',
    '[zz::]:1',
    '1.2.3.4:5x',
    'tcp://1.2.3.4:5',
    '[::1%a b]:1',
    ':80',
    '1.2.3:80',
  ])('%j is refused', (text) => {
    expect(() => parseHostPort(text)).toThrow(expect.objectContaining({ code: 'ADDRESS_INVALID' }));
  });

  test('mapped IPv4 is folded, other IPv6 is not', () => {
    expect(foldMapped('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(foldMapped('2001:db8::ffff:1')).toBe('2001:db8::ffff:1');
  });
});

describe('where others reach us', () => {
  const info = (address: string, internal = false): NetworkInterfaceInfo => {
    const common = { address, internal, mac: '00:00:00:00:00:00', netmask: '', cidr: null };
    return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
  };
  const interfaces = {
    lo: [info('127.0.0.1', true), info('::1', true)],
    eth0: [info('192.0.2.7'), info('2001:db8::7'), info('fe80::1')],
    wlan0: [info('198.51.100.3'), info('febf::2')],
    gone: undefined,
  };

  test('all interfaces, without loopback and IPv6 link-local, when it listens on all', () => {
    expect(reachableAddresses('[::]:5', interfaces)).toEqual(['192.0.2.7:5', '[2001:db8::7]:5', '198.51.100.3:5']);
    expect(reachableAddresses('0.0.0.0:5', interfaces)).toEqual(['192.0.2.7:5', '198.51.100.3:5']);
  });

  test('the one address it is bound to, loopback too', () => {
    expect(reachableAddresses('192.0.2.7:5', interfaces)).toEqual(['192.0.2.7:5']);
    expect(reachableAddresses('127.0.0.1:5', interfaces)).toEqual(['127.0.0.1:5']);
  });

  test('loopback when there is nothing else', () => {
    expect(reachableAddresses('0.0.0.0:5', { lo: interfaces.lo })).toEqual(['127.0.0.1:5']);
    expect(reachableAddresses('[::]:5', {})).toEqual(['127.0.0.1:5']);
  });
});

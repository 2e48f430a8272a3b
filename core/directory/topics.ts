/** The topics of the meeting place, PROTOCOL [P-7.1]: built here, parsed here, nowhere else. */
import { TOPIC_DEPTH_MAX } from '../base/limits.js';

const ROOT = 'sansfil/1';
/** base32 of 16 bytes, lower case: 26 characters, the last of which carries 3 bits only. */
const TAG = /^[a-z2-7]{25}[aeimquy4]$/;
/** A connection before login names itself so that its answers reach nobody else. */
const LOGIN_CLIENT = /^login-[a-z2-7]{26}$/;
const TOPIC_BYTES_MAX = 128;

export type Topic =
  | { readonly kind: 'login'; readonly way: 'up' | 'down'; readonly clientId: string }
  | { readonly kind: 'rpc'; readonly way: 'up' | 'down'; readonly tag: string }
  | { readonly kind: 'presence'; readonly tag: string }
  | { readonly kind: 'inbox'; readonly tag: string };

export const isTag = (text: string): boolean => TAG.test(text);
export const isLoginClientId = (text: string): boolean => LOGIN_CLIENT.test(text);

/** `random`: 26 base32 characters, lower case. */
export const loginClientId = (random: string): string => `login-${random}`;

export function topicOf(topic: Topic): string {
  switch (topic.kind) {
    case 'login':
      return `${ROOT}/login/${topic.clientId}/${topic.way}`;
    case 'rpc':
      return `${ROOT}/rpc/${topic.tag}/${topic.way}`;
    default:
      return `${ROOT}/${topic.kind}/${topic.tag}`;
  }
}

/** Undefined for everything that is not exactly one of ours: wildcards, `$SYS`, deeper or shorter topics. */
export function parseTopic(text: string): Topic | undefined {
  if (text.length > TOPIC_BYTES_MAX) return undefined;
  const levels = text.split('/', TOPIC_DEPTH_MAX + 1);
  if (levels.length > TOPIC_DEPTH_MAX || `${levels[0]}/${levels[1]}` !== ROOT) return undefined;
  const [, , kind, id = '', way] = levels;
  if (levels.length === 4 && (kind === 'presence' || kind === 'inbox')) return isTag(id) ? { kind, tag: id } : undefined;
  if (levels.length !== 5 || (way !== 'up' && way !== 'down')) return undefined;
  if (kind === 'login') return isLoginClientId(id) ? { kind, way, clientId: id } : undefined;
  if (kind === 'rpc') return isTag(id) ? { kind, way, tag: id } : undefined;
  return undefined;
}

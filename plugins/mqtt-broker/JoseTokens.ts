import { errors, jwtVerify, SignJWT } from 'jose';
import { parseAccountName, parsePeerId, isTag, SansfilError, TOKEN_MS, type Clock, type TokenClaims, type TokenIssuer } from '../../core/index.js';
import type { DirectoryKey } from './directoryKey.js';

const ALGORITHM = 'EdDSA';
const TYPE = 'sansfil-token+jwt';

/** Tokens as JWS (RFC 7515, RFC 8037) that any process with the public key can check: an outside broker, a second directory. */
export class JoseTokens implements TokenIssuer {
  constructor(
    private readonly key: DirectoryKey,
    private readonly directory: string,
    private readonly clock: Clock,
    private readonly lifeMs: number = TOKEN_MS,
  ) {}

  issue({ peer, name, tag }: TokenClaims): Promise<string> {
    const now = Math.floor(this.clock.now() / 1000);
    return new SignJWT({ name, tag })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(this.directory)
      .setSubject(peer)
      .setIssuedAt(now)
      .setExpirationTime(now + Math.ceil(this.lifeMs / 1000))
      .sign(this.key.privateKey);
  }

  async verify(token: string): Promise<TokenClaims> {
    try {
      const { payload } = await jwtVerify(token, this.key.publicKey, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: this.directory,
        requiredClaims: ['sub', 'exp', 'name', 'tag'],
        currentDate: new Date(this.clock.now()),
      });
      const { sub, name, tag } = payload;
      if (typeof sub !== 'string' || typeof name !== 'string' || typeof tag !== 'string' || !isTag(tag)) throw new SansfilError('TOKEN_INVALID');
      return { peer: parsePeerId(sub), name: parseAccountName(name), tag };
    } catch (error) {
      throw new SansfilError(error instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID', undefined, { cause: error });
    }
  }
}

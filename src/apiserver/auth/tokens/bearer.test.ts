import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { bearerToken } from './bearer.ts'
import { isSignedBy, signToken, unverifiedClaims } from './jwt.ts'
import { makeSigningKey } from './signing-key.ts'
import { TokenError } from './token-error.ts'

const PREFIX = 'base64url.bearer.authorization.k8s.io.'
const webSocket = (protocols: string) => ({ upgrade: 'websocket', 'sec-websocket-protocol': protocols })

it.each([
  [{}, undefined],
  [{ authorization: 'Bearer abc' }, 'abc'],
  [{ authorization: '  bearer   abc' }, undefined],
  [{ authorization: 'bearer abc def' }, 'abc'],
  [{ authorization: 'Basic abc' }, undefined],
  [{ authorization: 'Bearer' }, undefined],
  [webSocket(`${PREFIX}YWJj, v5.channel.k8s.io`), 'abc'],
  [webSocket('v5.channel.k8s.io'), undefined],
])('%j brings %j', (headers, token) => {
  expect(bearerToken(headers)).toBe(token)
})

it.each([
  [`${PREFIX}YWJj`, 'missing additional subprotocol'],
  [`${PREFIX}YWJj, ${PREFIX}YWJj, x`, 'multiple base64.bearer.authorization tokens specified'],
  [`${PREFIX}a=b, x`, 'invalid base64.bearer.authorization token encoding'],
  [`${PREFIX}_w, x`, 'invalid base64.bearer.authorization token'],
])('the protocols %j are refused', (protocols, message) => {
  expect(() => bearerToken(webSocket(protocols))).toThrow(new TokenError(message))
})

it('what is signed is good, and nothing else is', async () => {
  const [key, other] = [makeSigningKey(), makeSigningKey()]
  const token = await signToken(key, { iss: 'me', n: 1 })
  expect(await isSignedBy([other, key], token)).toBe(true)
  expect(await isSignedBy([other], token)).toBe(false)
  expect(unverifiedClaims(token)).toEqual({ iss: 'me', n: 1 })
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '.', '-'), async (at, letter) => {
      const changed = token.slice(0, at) + letter + token.slice(at + 1)
      const same = Buffer.from(changed.split('.')[2] ?? '', 'base64url')
      const before = Buffer.from(token.split('.')[2] ?? '', 'base64url')
      // The last letter of a part has bits that say nothing.
      const equal =
        changed === token ||
        (changed.lastIndexOf('.') === token.lastIndexOf('.') && same.equals(before) && at > token.lastIndexOf('.'))
      expect(equal || !(await isSignedBy([key], changed))).toBe(true)
    }),
  )
})

it('what is no token has no claims', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.base64String()).map((parts) => parts.join('.')),
      ),
      (text) => {
        const claims = unverifiedClaims(text)
        expect(claims === undefined || typeof claims === 'object').toBe(true)
      },
    ),
  )
})

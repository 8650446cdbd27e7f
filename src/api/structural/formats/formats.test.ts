import { expect, it, test } from 'vitest'
import { formatNamed } from './formats.ts'

const CASES: Record<string, { good: string[]; bad: string[] }> = {
  bsonobjectid: { good: ['507f1f77bcf86cd799439011'], bad: ['507f1f77bcf86cd79943901'] },
  uri: {
    good: ['https://a.b:80/c?d#e', '/abs', 'mailto:x', 'http://[::1]/', 'http://u:p@h/'],
    bad: ['', 'rel', 'http://a b/', 'http://a:x/', '/%zz'],
  },
  email: { good: ['a@b.c', 'Name <a@b>', '"q x"@b'], bad: ['', 'a', '@b', 'a@', 'a b@c', 'a@b <'] },
  hostname: {
    good: ['a', 'a.bc', 'EX-ample.com', '나루.kr'],
    bad: ['', '-a', 'a_b', `${'a'.repeat(64)}.com`, 'a..bc'],
  },
  ipv4: { good: ['1.2.3.4', '01.02.03.04', '::ffff:1.2.3.4'], bad: ['1.2.3', '256.1.1.1', '::1'] },
  ipv6: { good: ['::1', 'fe80::1'], bad: ['1.2.3.4', 'fe80::1%eth0', '::g'] },
  cidr: { good: ['10.0.0.0/8', '::/0'], bad: ['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/-1'] },
  mac: {
    good: ['00:00:5e:00:53:01', '02-00-5e-10-00-00-00-01', '0000.5e00.5301'],
    bad: ['00:00:5e:00:53', '00:00-5e:00:53:01'],
  },
  uuid: { good: ['F47AC10B-58CC-0372-8567-0E02B2C3D479', 'f47ac10b58cc037285670e02b2c3d479'], bad: ['f47ac10b'] },
  uuid3: { good: ['bcd02e22-68f0-3046-a512-327cca9def8f'], bad: ['bcd02e22-68f0-4046-a512-327cca9def8f'] },
  uuid4: { good: ['025b0d74-00a2-4048-bf57-227c5111bb34'], bad: ['025b0d74-00a2-4048-7f57-227c5111bb34'] },
  uuid5: { good: ['886313e1-3b8a-5372-9b90-0c9aee199e5d'], bad: ['886313e1-3b8a-4372-9b90-0c9aee199e5d'] },
  isbn: { good: ['0321751043', '978-0321751041'], bad: ['0321751042'] },
  isbn10: { good: ['0321751043', '080442957X'], bad: ['978-0321751041'] },
  isbn13: { good: ['978 0321751041'], bad: ['978-0321751042'] },
  creditcard: { good: ['4111-1111-1111-1111'], bad: ['4111-1111-1111-1112'] },
  ssn: { good: ['111-11-1111', '111 11 1111'], bad: ['111111111', '111-11-111'] },
  hexcolor: { good: ['#FFFFFF', 'fff'], bad: ['#ffff'] },
  rgbcolor: { good: ['rgb(255, 255,0)'], bad: ['rgb(256,0,0)'] },
  byte: { good: ['YQ==', 'YWI=', 'YWJj'], bad: ['', 'YQ=', 'Y'] },
  password: { good: ['', 'x'], bad: [] },
  date: { good: ['2024-02-29'], bad: ['2023-02-29', '2024-2-1', '2024-00-01', 'x'] },
  'date-time': {
    good: ['2024-01-01T00:00:00Z', '2024-01-01t23:59:59.1+09:00'],
    bad: ['2024-01-01', '2024-01-01T24:00:00Z', '2024-01-01T00:00:00'],
  },
  duration: { good: ['1h2m3.5s', '22 ns', '3 days', '0', '-1.5h'], bad: ['', '1', 'x', '1y'] },
  'k8s-short-name': { good: ['a-b'], bad: ['a.b', 'A', 'a'.repeat(64)] },
  'k8s-long-name': { good: ['a.b-c'], bad: ['a..b', 'a_b'] },
}

test.each(Object.entries(CASES))('%s', (name, { good, bad }) => {
  const check = formatNamed(name)?.check ?? (() => undefined)
  expect(good.filter((text) => check(text) !== true)).toEqual([])
  expect(bad.filter((text) => check(text) !== false)).toEqual([])
})

it('formats that nobody knows are no formats, nor are names that every object has', () => {
  expect(['int32', 'fancy', 'constructor'].map(formatNamed)).toEqual([undefined, undefined, undefined])
})

it('no text takes long to check', () => {
  const texts = ['1', 'a', '-', '.', 'a.', '1 ', '%41', ':', '0:', 'A', '"', '\\"', '@'].map((part) =>
    part.repeat(50_000),
  )
  const started = performance.now()
  for (const name of Object.keys(CASES)) for (const text of texts) formatNamed(name)?.check(text)
  expect(performance.now() - started).toBeLessThan(1500)
})

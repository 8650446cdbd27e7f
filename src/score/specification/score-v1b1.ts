/** Score v1b1 as data. Source: github.com/score-spec/spec, score-v1b1.json, with files and volumes by their target, as
 *  its later versions have them, and as lists, as the earlier ones do. */
import { any, flag, integer, list, map, record, type Shape, text } from './shape.ts'

const LABEL = text({
  pattern: /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/,
  expected: '2 to 63 lower-case letters, digits and hyphens, with no hyphen at either end',
})
const TYPE = text({
  pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/,
  expected: '2 to 63 letters, digits and hyphens, with no hyphen at either end',
})
const ANNOTATION = text({
  pattern:
    /^(([a-z0-9][a-z0-9-]{0,61}[a-z0-9])(\.[a-z0-9][a-z0-9-]{0,61}[a-z0-9])*\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,61}[A-Za-z0-9]$/,
  expected: 'the name of an annotation, such as example.com/owner',
  most: 316,
})
const ANNOTATIONS = map(ANNOTATION, text())
const PORT = integer(1, 65_535)
const NOT_EMPTY = { least: 1, expected: 'a text that is not empty' }

const probe = record({
  httpGet: record({
    host: text(NOT_EMPTY),
    scheme: text({ choices: ['HTTP', 'HTTPS'] }),
    'path!': text(),
    'port!': PORT,
    httpHeaders: list(
      record({
        'name!': text({ pattern: /^[A-Za-z0-9_-]+$/, expected: 'the name of an HTTP header' }),
        'value!': text(NOT_EMPTY),
      }),
    ),
  }),
  exec: record({ 'command!': list(text()) }),
})

const limits = record({
  memory: text({
    pattern: /^[1-9]\d*(K|M|G|T|Ki|Mi|Gi|Ti)?$/,
    expected: 'an amount of bytes, such as 128M or 1Gi',
  }),
  // The pattern of the specification lets an empty text and a lone `m` pass, which say no amount.
  cpu: text({ pattern: /^(?=.*\d)\d*(?:m|\.\d+)?$/, expected: 'an amount of CPUs, such as 2, 0.25 or 250m' }),
})

const FILE: Readonly<Record<string, Shape>> = {
  mode: text({ pattern: /^0?[0-7]{3}$/, expected: 'an octal file mode in quotes, such as "0644"' }),
  source: text(NOT_EMPTY),
  content: text(),
  binaryContent: text(),
  noExpand: flag,
}
const CONTENTS = { oneOf: ['content', 'binaryContent', 'source'] }
const VOLUME: Readonly<Record<string, Shape>> = { 'source!': text(), path: text(), readOnly: flag }
const TARGET = text(NOT_EMPTY)

const container = record({
  'image!': text(NOT_EMPTY),
  command: list(text()),
  args: list(text()),
  variables: map(text({ pattern: /^[^=]+$/, expected: 'a text without "="' }), text()),
  files: {
    kind: 'list or map',
    list: list(record({ 'target!': TARGET, ...FILE }, CONTENTS)),
    map: map(TARGET, record(FILE, CONTENTS)),
  },
  volumes: {
    kind: 'list or map',
    list: list(record({ 'target!': TARGET, ...VOLUME })),
    map: map(TARGET, record(VOLUME)),
  },
  resources: record({ limits, requests: limits }),
  livenessProbe: probe,
  readinessProbe: probe,
  before: map(LABEL, record({ 'ready!': text({ choices: ['started', 'healthy', 'complete'] }) })),
})

export const scoreV1b1 = record({
  'apiVersion!': text({ choices: ['score.dev/v1b1'] }),
  'metadata!': record({ 'name!': LABEL, annotations: ANNOTATIONS }, { isOpen: true }),
  service: record({
    ports: map(LABEL, record({ 'port!': PORT, protocol: text({ choices: ['TCP', 'UDP'] }), targetPort: PORT })),
  }),
  'containers!': map(LABEL, container, true),
  resources: map(
    LABEL,
    record({
      'type!': TYPE,
      class: TYPE,
      id: text({
        pattern: /^[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)*$/,
        expected: 'labels of lower-case letters, digits and hyphens, separated by dots',
        least: 2,
        most: 63,
      }),
      metadata: record({ annotations: ANNOTATIONS }, { isOpen: true }),
      params: map(text(), any),
    }),
  ),
})

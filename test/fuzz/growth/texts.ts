/** What reads a text. */
import { parseFieldSelector, parseLabelSelector, parseQuantity } from '../../../src/api/index.ts'
import { parseFieldsV1 } from '../../../src/api/apply/fields-v1.ts'
import { compileCel } from '../../../src/api/cel/compile.ts'
import { kubernetesEnvironment } from '../../../src/api/cel/kubernetes-environment.ts'
import { compilePattern } from '../../../src/api/regexp/index.ts'
import { readXml } from '../../../src/builder/languages/java/read-xml.ts'
import { parseRequest } from '../../../src/apiserver/routing/request-info.ts'
import { parseBody, parseLenientYaml } from '../../../src/apiserver/server/request-body.ts'
import { keyed, type NamedGrowth, range, reading } from './named-growth.ts'

const asYaml = (size: number) => range(size, (index) => `- a${index}: {b: "c"}\n  d: 'e'\n`).join('')
const environment = kubernetesEnvironment({})

export const textGrowths: readonly NamedGrowth[] = [
  reading(
    'JSON',
    (size) => JSON.stringify(keyed(size, (index) => [index, { __a__: '\\u' }])),
    (it) => parseBody(it, 'json'),
  ),
  reading(
    'JSON with brackets',
    (size) => '['.repeat(size),
    (it) => parseBody(it, 'json'),
  ),
  reading('JSON with the same key', (size) => `{${range(size, () => '"a":1').join(',')}}`, parseLenientYaml),
  ...['<a>', '<!--', '<?', '<![CDATA[', '<a b="c" ', ' a ', '&#1;', '<a/>'].map((part) =>
    reading(`XML of ${part}`, (size) => `<r>${part.repeat(size)}</r>`, readXml),
  ),
  reading('YAML', asYaml, parseLenientYaml),
  reading('YAML keys', (size) => range(size, (index) => `k${index}: v\n`).join(''), parseLenientYaml),
  reading('YAML with the same key', (size) => 'a: b\n'.repeat(size), parseLenientYaml),
  reading('YAML in a line', (size) => `[${range(size, () => '{a: b}').join(',')}]`, parseLenientYaml),
  reading('YAML brackets', (size) => '['.repeat(size), parseLenientYaml),
  reading('YAML lists in lists', (size) => '- '.repeat(size), parseLenientYaml),
  reading('YAML maps in maps', (size) => '? '.repeat(size), parseLenientYaml),
  reading('YAML quotes', (size) => `a: "${'\\n\n '.repeat(size)}"`, parseLenientYaml),
  reading('YAML blocks', (size) => `a: |\n${'  b\n'.repeat(size)}`, parseLenientYaml),
  reading('YAML plain lines', (size) => `a: b\n${'  c\n'.repeat(size)}`, parseLenientYaml),
  reading('YAML comments', (size) => '# a\n'.repeat(size), parseLenientYaml),
  reading('YAML documents', (size) => '---\na: b\n'.repeat(size), parseLenientYaml),
  reading('YAML anchors', (size) => range(size, (index) => `- &a${index} b\n`).join(''), parseLenientYaml),
  reading('YAML aliases', (size) => `- &a b\n${'- *a\n'.repeat(size)}`, parseLenientYaml),
  reading('YAML tags', (size) => '- !a b\n'.repeat(size), parseLenientYaml),
  reading('YAML errors', (size) => 'a: "b" c\n'.repeat(size), parseLenientYaml),
  reading('YAML tabs', (size) => `a:${'\t'.repeat(size)}\n`, parseLenientYaml),
  reading(
    'label selectors',
    (size) => range(size, (index) => `a${index} in (b,c${index})`).join(','),
    parseLabelSelector,
  ),
  reading(
    'label selectors of many values',
    (size) => `a in (${range(size, (index) => `b${index}`).join(',')})`,
    parseLabelSelector,
  ),
  reading('label selectors of signs', (size) => '!='.repeat(size), parseLabelSelector),
  reading('field selectors', (size) => range(size, () => 'metadata.name!=a').join(','), parseFieldSelector),
  reading('field selectors of backslashes', (size) => `a=${'\\,'.repeat(size)}`, parseFieldSelector),
  reading('field selectors of signs', (size) => `${'!'.repeat(size)}a`, parseFieldSelector),
  reading('quantities', (size) => '9'.repeat(size), parseQuantity),
  reading('quantities with letters', (size) => 'E'.repeat(size), parseQuantity),
  reading('quantities with points', (size) => '1.'.repeat(size), parseQuantity),
  reading(
    'owned fields',
    (size) => JSON.stringify(keyed(size, () => ({}))).replaceAll('"k', '"f:k'),
    (it) => parseFieldsV1(JSON.parse(it)),
  ),
  reading(
    'owned items',
    (size) => `{${range(size, (index) => `"k:{\\"name\\":\\"a${index}\\"}":{}`).join(',')}}`,
    (it) => parseFieldsV1(JSON.parse(it)),
  ),
  reading(
    'URLs',
    (size) => `/api/v1/${'a/'.repeat(size)}?${range(size, (index) => `a${index}=b`).join('&')}`,
    (url) => parseRequest({ method: 'GET', url }),
  ),
  reading(
    'slashes',
    (size) => '/'.repeat(size),
    (url) => parseRequest({ method: 'GET', url }),
  ),
  reading(
    'sums',
    (size) => range(size, () => '1').join('+'),
    (it) => compileCel(it, environment),
  ),
  reading(
    'conjunctions',
    (size) => range(size, () => 'true').join('&&'),
    (it) => compileCel(it, environment),
  ),
  reading(
    'lists of expressions',
    (size) => `[${range(size, (index) => `${index}`).join(',')}]`,
    (it) => compileCel(it, environment),
  ),
  reading(
    'maps of expressions',
    (size) => `{${range(size, (index) => `'${index}': 1`).join(',')}}`,
    (it) => compileCel(it, environment),
  ),
  reading(
    'texts of expressions',
    (size) => `'${'\\n'.repeat(size)}'`,
    (it) => compileCel(it, environment),
  ),
  reading(
    'errors of expressions',
    (size) => range(size, () => 'nope').join('\n&&'),
    (it) => compileCel(it, environment),
  ),
  reading('patterns', (size) => '(a|b)'.repeat(size), compilePattern),
  reading('patterns of alternatives', (size) => range(size, (index) => `a${index}`).join('|'), compilePattern),
  reading(
    'patterns of classes',
    (size) => `[${range(size, (index) => String.fromCodePoint(0x4e00 + ((index * 2) % 20_000))).join('')}]`,
    compilePattern,
  ),
  reading('patterns of brackets', (size) => '('.repeat(size), compilePattern),
]

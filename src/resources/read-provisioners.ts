/** Naru's own Provisioners: a YAML file each. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Provisioner } from '../api/index.ts'

/** Sources and bundle have the folder at the same place, one below the root (`tools/bundle.ts` puts it there). */
const FOLDER = join(import.meta.dirname, '..', 'resources', 'provisioners')

/** What others call the same: Score's reference implementations, by the protocol. */
const ALSO_CALLED: Readonly<Record<string, string>> = { mariadb: 'mysql', rabbitmq: 'amqp' }

/** In the order of their names; those with a second name once more, at the end. */
export async function readProvisioners(): Promise<Provisioner[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.yaml')).toSorted()
  const read = async (name: string) => parse(await readFile(join(FOLDER, name), 'utf8')) as Provisioner
  const own = await Promise.all(names.map(read))
  return [...own, ...own.flatMap(alsoCalled)]
}

function alsoCalled({ metadata, spec, ...kind }: Provisioner): Provisioner[] {
  const type = ALSO_CALLED[spec.type]
  return type === undefined ? [] : [{ ...kind, metadata: { ...metadata, name: type }, spec: { ...spec, type } }]
}

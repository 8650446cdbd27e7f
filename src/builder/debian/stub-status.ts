/** A package database of our own for apt's resolver: it names what is there already (the base) and what an image can do
 *  without, so that the dependency closure of a package stops there. Source: deb-control(5), dpkg's status file. */
import type { DebianPackage } from './apt-output.ts'

/** Needed by maintainer scripts alone, which are not run, or by hosts alone. */
const HOST_ONLY: readonly string[] =
  `adduser cron debconf dpkg init-system-helpers install-info locales logrotate lsb-base passwd perl perl-base
  postgresql-client-common postgresql-common procps psmisc sensible-utils ssl-cert systemd sysvinit-utils tar ucf
  usrmerge`.split(/\s+/)

/** Newer than whatever a dependency asks for. */
const ANY_VERSION = '999:0'

/** `base`: packages of the layer below, with their versions. `without`: further names that are taken for there. */
export function stubStatus(base: readonly DebianPackage[], without: readonly string[], architecture: string): string {
  const stanza = (name: string, version: string) =>
    [
      `Package: ${name}`,
      'Status: install ok installed',
      `Architecture: ${architecture}`,
      'Multi-Arch: allowed',
      `Version: ${version}`,
      ...(name === 'debconf' ? ['Provides: debconf-2.0'] : []),
      'Maintainer: none',
      'Description: there',
      '',
    ].join('\n')
  const names = new Set(base.map(({ name }) => name))
  return [
    ...base.map(({ name, fileName }) => stanza(name, versionOf(fileName))),
    ...[...HOST_ONLY, ...without].filter((name) => !names.has(name)).map((name) => stanza(name, ANY_VERSION)),
  ].join('\n')
}

/** `1:1.35.0-4` of `busybox_1%3a1.35.0-4_amd64.deb`. */
export function versionOf(fileName: string): string {
  return decodeURIComponent(fileName.split('_')[1] ?? '')
}

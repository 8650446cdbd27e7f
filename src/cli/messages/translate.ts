/** Sentences by key, in the user's language. A catalogue is a record of sentences with `{placeholders}`; the English one
 *  defines the keys and, by their text, which parameters each needs. */
import { en } from './en.ts'
import { ko } from './ko.ts'

export type MessageKey = keyof typeof en

type PlaceholdersOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersOf<Rest>
  : never

/** The parameters of the sentence `key`: none, or a record of them. */
export type MessageParameters<Key extends MessageKey> = [PlaceholdersOf<(typeof en)[Key]>] extends [never]
  ? []
  : [parameters: Record<PlaceholdersOf<(typeof en)[Key]>, string | number>]

/** Keys of sentences without placeholders: what tables of titles and descriptions may hold. */
export type PlainMessageKey = {
  [Key in MessageKey]: [PlaceholdersOf<(typeof en)[Key]>] extends [never] ? Key : never
}[MessageKey]

export type Language = 'en' | 'ko'

export interface Translate {
  <Key extends MessageKey>(key: Key, ...parameters: MessageParameters<Key>): string
  readonly language: Language
}

const CATALOGUES: Record<Language, Record<MessageKey, string>> = { en, ko }

/** The language of messages by POSIX precedence (LC_ALL, LC_MESSAGES, LANG); English when none is ours. */
export function chooseLanguage(env: NodeJS.ProcessEnv): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^ko([_.@-]|$)/i.test(locale) ? 'ko' : 'en'
}

export function openTranslate(language: Language): Translate {
  const translate = (key: MessageKey, parameters: Record<string, string | number> = {}) =>
    fillIn(CATALOGUES[language][key], parameters)
  return Object.assign(translate as unknown as Translate, { language })
}

/** Whether a key made at run time (from a code that came from elsewhere) is in the catalogues. */
export const isMessageKey = (key: string): key is MessageKey => Object.hasOwn(en, key)

export function fillIn(sentence: string, parameters: Readonly<Record<string, string | number>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole))
}

/** The placeholders of a sentence, each once, sorted. */
export const placeholdersOf = (sentence: string): string[] =>
  [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort()

/** What an error says, without what it says of its causes: they are in the words already. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

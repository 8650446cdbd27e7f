/** The part of dns-packet 5.6 that Naru uses (the package ships no types). */
declare module 'dns-packet' {
  export interface Question {
    name: string
    type: string
    class?: string
  }
  export interface Answer {
    name: string
    type: string
    class?: string
    ttl?: number
    data?: unknown
    /** OPT only: the sender's UDP buffer, and its flags. */
    udpPayloadSize?: number
    flags?: number
  }
  export interface Packet {
    id?: number
    type?: 'query' | 'response'
    flags?: number
    opcode?: string
    rcode?: string
    flag_do?: boolean
    flag_tc?: boolean
    questions?: Question[]
    answers?: Answer[]
    authorities?: Answer[]
    additionals?: Answer[]
  }
  export const AUTHORITATIVE_ANSWER: number
  export const TRUNCATED_RESPONSE: number
  export const RECURSION_DESIRED: number
  export const RECURSION_AVAILABLE: number
  export function encode(packet: Packet): Buffer
  export function decode(buffer: Buffer): Packet
}

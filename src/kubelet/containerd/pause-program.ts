/** The program of the sandbox's own container: it holds the pod's namespaces open and does nothing else. No pause image
 *  can be fetched without a network and Debian packages none, so the program is made here, as a static ELF executable
 *  of a few dozen bytes. What it does, in C:
 *
 *      rt_sigaction(SIGCHLD, { SIG_IGN }, NULL, 8);   // orphans of a shared process namespace are reaped by the kernel
 *      for (;;) pause();                               // as process 1 it gets no signal it does not handle
 *
 *  Sources: elf(5); syscall numbers of Linux for x86-64 (13, 34) and arm64 (134, 73: ppoll, as there is no pause). */

/** As OCI and Go name processors. */
export type OciArchitecture = 'amd64' | 'arm64'

const LOAD_ADDRESS = 0x400000
const HEADERS_BYTES = 64 + 56
const SIGCHLD = 17
const SIG_IGN = 1n

/** `movz xN, #value` (N = register). */
const movz = (register: number, value: number) => 0xd2800000 | (value << 5) | register
const SVC = 0xd4000001

/** The machine code; `actionOffset` is where in the file the sigaction lies. */
const PROGRAMS: Record<OciArchitecture, { machine: number; code: (actionOffset: number) => Buffer }> = {
  amd64: {
    machine: 0x3e,
    code: (actionOffset) => {
      const code = Buffer.from(
        [
          [0x31, 0xd2], // xor edx, edx
          [0x41, 0xba, 8, 0, 0, 0], // mov r10d, 8
          [0xbf, SIGCHLD, 0, 0, 0], // mov edi, SIGCHLD
          [0xbe, 0, 0, 0, 0], // mov esi, action
          [0xb8, 13, 0, 0, 0], // mov eax, rt_sigaction
          [0x0f, 0x05], // syscall
          [0xb8, 34, 0, 0, 0], // again: mov eax, pause
          [0x0f, 0x05], // syscall
          [0xeb, 0xf7], // jmp again
        ].flat(),
      )
      code.writeUInt32LE(LOAD_ADDRESS + actionOffset, 14)
      return code
    },
  },
  arm64: {
    machine: 0xb7,
    code: (actionOffset) => {
      const movkHigh = (register: number, value: number) => 0xf2a00000 | (value << 5) | register
      const words = [
        movz(0, SIGCHLD),
        movz(1, actionOffset),
        movkHigh(1, LOAD_ADDRESS >> 16),
        movz(2, 0),
        movz(3, 8),
        movz(8, 134),
        SVC,
        ...[0, 1, 2, 3, 4].map((register) => movz(register, 0)), // again: ppoll(NULL, 0, NULL, NULL, 0)
        movz(8, 73),
        SVC,
        0x14000000 | (-7 & 0x3ffffff), // b again
      ]
      const code = Buffer.alloc(words.length * 4)
      for (const [index, word] of words.entries()) code.writeUInt32LE(word >>> 0, index * 4)
      return code
    },
  },
}

const CODE_ROOM_BYTES = 64
const ACTION_BYTES = 32

/** The whole executable file. */
export function pauseProgram(architecture: OciArchitecture): Buffer {
  const program = PROGRAMS[architecture]
  const actionOffset = HEADERS_BYTES + CODE_ROOM_BYTES
  const size = actionOffset + ACTION_BYTES
  const file = Buffer.alloc(size)
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]) // magic, 64 bits, little-endian, version 1
  file.writeUInt16LE(2, 16) // ET_EXEC
  file.writeUInt16LE(program.machine, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(LOAD_ADDRESS + HEADERS_BYTES), 24) // entry
  file.writeBigUInt64LE(64n, 32) // program headers follow
  file.writeUInt16LE(64, 52)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(1, 56) // one of them
  file.writeUInt32LE(1, 64) // PT_LOAD
  file.writeUInt32LE(5, 68) // readable, executable
  file.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 80)
  file.writeBigUInt64LE(BigInt(LOAD_ADDRESS), 88)
  file.writeBigUInt64LE(BigInt(size), 96)
  file.writeBigUInt64LE(BigInt(size), 104)
  file.writeBigUInt64LE(0x1000n, 112)
  const code = program.code(actionOffset)
  if (code.length > CODE_ROOM_BYTES)
    throw new Error(`pause program is ${code.length} bytes, room is ${CODE_ROOM_BYTES}`)
  code.copy(file, HEADERS_BYTES)
  file.writeBigUInt64LE(SIG_IGN, actionOffset)
  return file
}

/** The program of the sandbox's own container: it holds the pod's namespaces open and does nothing else. No pause image
 *  can be fetched without a network and Debian packages none, so the program is made here, as a static ELF executable
 *  of a few hundred bytes. What it does, in C:
 *
 *      rt_sigaction(SIGCHLD, { SIG_IGN }, NULL, 8);            // the kernel reaps orphans of a shared process namespace
 *      rt_sigprocmask(SIG_BLOCK, { SIGINT, SIGTERM }, NULL, 8);   // not ignored, though this is process 1: they wait
 *      while (rt_sigtimedwait({ SIGINT, SIGTERM }, NULL, NULL, 8) < 0);
 *      exit_group(0);                                          // as the published image does, which pods run too
 *
 *  Sources: elf(5); signal(7); syscall numbers of Linux for x86-64 and arm64; build/pause/linux/pause.c of Kubernetes. */

/** As OCI and Go name processors. */
export type OciArchitecture = 'amd64' | 'arm64'

const LOAD_ADDRESS = 0x400000
const HEADERS_BYTES = 64 + 56
const SIGCHLD = 17
const SIG_IGN = 1n
/** Signal n is bit n - 1: SIGINT (2) and SIGTERM (15). */
const ENDING_SIGNALS = 0b10n | (1n << 14n)

/** `movz xN, #value` (N = register). */
const movz = (register: number, value: number) => 0xd2800000 | (value << 5) | register
const SVC = 0xd4000001

/** Where the data of the program are in memory. */
interface Addresses {
  action: number
  signals: number
}

const littleEndian = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff)

const PROGRAMS: Record<OciArchitecture, { machine: number; code: (addresses: Addresses) => Buffer }> = {
  amd64: {
    machine: 0x3e,
    code: ({ action, signals }) =>
      Buffer.from(
        [
          [0x31, 0xd2], // xor edx, edx
          [0x41, 0xba, ...littleEndian(8)], // mov r10d, 8
          [0xbf, ...littleEndian(SIGCHLD)], // mov edi, SIGCHLD
          [0xbe, ...littleEndian(action)], // mov esi, action
          [0xb8, ...littleEndian(13)], // mov eax, rt_sigaction
          [0x0f, 0x05], // syscall
          [0x31, 0xff], // xor edi, edi (SIG_BLOCK)
          [0xbe, ...littleEndian(signals)], // mov esi, signals
          [0xb8, ...littleEndian(14)], // mov eax, rt_sigprocmask
          [0x0f, 0x05], // syscall
          [0xbf, ...littleEndian(signals)], // again: mov edi, signals
          [0x31, 0xf6], // xor esi, esi
          [0xb8, ...littleEndian(128)], // mov eax, rt_sigtimedwait
          [0x0f, 0x05], // syscall
          [0x85, 0xc0], // test eax, eax
          [0x78, 0xee], // js again
          [0x31, 0xff], // xor edi, edi
          [0xb8, ...littleEndian(231)], // mov eax, exit_group
          [0x0f, 0x05], // syscall
        ].flat(),
      ),
  },
  arm64: {
    machine: 0xb7,
    code: ({ action, signals }) => {
      const address = (register: number, value: number) => [
        movz(register, value & 0xffff),
        0xf2a00000 | ((value >>> 16) << 5) | register, // movk xN, #(value >> 16), lsl #16
      ]
      const call = (number: number) => [movz(8, number), SVC]
      const words = [
        [movz(2, 0), movz(3, 8)],
        [movz(0, SIGCHLD), ...address(1, action), ...call(134)], // rt_sigaction
        [movz(0, 0), ...address(1, signals), ...call(135)], // rt_sigprocmask
        [...address(0, signals), movz(1, 0), ...call(137)], // again: rt_sigtimedwait
        [0x37f80000 | ((-5 & 0x3fff) << 5)], // tbnz w0, #31, again
        [movz(0, 0), ...call(94)], // exit_group
      ].flat()
      return Buffer.from(words.flatMap(littleEndian))
    },
  },
}

const CODE_ROOM_BYTES = 96
const ACTION_BYTES = 32
const SIGNALS_BYTES = 8

/** The whole executable file. */
export function pauseProgram(architecture: OciArchitecture): Buffer {
  const program = PROGRAMS[architecture]
  const actionOffset = HEADERS_BYTES + CODE_ROOM_BYTES
  const signalsOffset = actionOffset + ACTION_BYTES
  const size = signalsOffset + SIGNALS_BYTES
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
  const code = program.code({ action: LOAD_ADDRESS + actionOffset, signals: LOAD_ADDRESS + signalsOffset })
  if (code.length > CODE_ROOM_BYTES)
    throw new Error(`pause program is ${code.length} bytes, room is ${CODE_ROOM_BYTES}`)
  code.copy(file, HEADERS_BYTES)
  file.writeBigUInt64LE(SIG_IGN, actionOffset)
  file.writeBigUInt64LE(ENDING_SIGNALS, signalsOffset)
  return file
}

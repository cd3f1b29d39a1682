import { type Line, testEncodings } from "../encoding_tests.ts";
import { at } from "../machine.ts";
import { NeonMachine } from "./neon_machine.ts";

const GENERAL: Line[] = [
  [(m) => m.argument(1, 0, 3), "ldr x1, [x0, #24]"],
  [(m) => m.argument(15, 9, 5000), "add x16, x9, #0x9, lsl #12", "ldr x15, [x16, #3136]"],
  [(m) => m.set(2, 0), "mov x2, #0x0 // #0"],
  [(m) => m.set(2, 123456), "mov x2, #0xe240 // #57920", "movk x2, #0x1, lsl #16"],
  [(m) => m.set(10, -5), "mov x10, #0xfffffffffffffffb // #-5"],
  [(m) => m.set(2, -65537), "mov x2, #0xffffffffffffffff // #-1", "movk x2, #0xfffe, lsl #16"],
  [(m) => m.set(2, 2 ** 31 - 1), "mov x2, #0xffff // #65535", "movk x2, #0x7fff, lsl #16"],
  [(m) => m.set(2, -(2 ** 31)), "mov x2, #0xffffffffffff0000 // #-65536", "movk x2, #0x8000, lsl #16"],
  [(m) => m.move(8, 3), "mov x8, x3"],
  [(m) => m.addImmediate(13, 0)],
  [(m) => m.addImmediate(13, 4095), "add x13, x13, #0xfff"],
  [(m) => m.addImmediate(13, -500), "sub x13, x13, #0x1f4"],
  [(m) => m.addImmediate(13, -8192), "sub x13, x13, #0x2, lsl #12"],
  [(m) => m.addImmediate(13, 123456), "add x13, x13, #0x1e, lsl #12", "add x13, x13, #0x240"],
  [
    (m) => m.addImmediate(13, 2 ** 24),
    "mov x17, #0x0 // #0",
    "movk x17, #0x100, lsl #16",
    "add x13, x13, x17",
  ],
  [(m) => m.addRegister(9, 12), "add x9, x9, x12"],
  [(m) => m.subtractRegister(1, 11), "sub x1, x1, x11"],
  [(m) => m.minimum(5, 10), "cmp x5, x10", "csel x5, x5, x10, cc // cc = lo, ul, last"],
  [(m) => m.halve(7), "lsr x7, x7, #1"],
];

const NEON: Line[] = [
  [(m) => m.zero(27), "movi v27.2d, #0x0"],
  [(m) => m.load(27, at(9)), "ldr q27, [x9]"],
  [(m) => m.load(2, at(10, 65520)), "ldr q2, [x10, #65520]"],
  [(m) => m.load(2, at(10, 65552)), "add x16, x10, #0x10, lsl #12", "ldr q2, [x16, #16]"],
  [(m) => m.load(2, at(10, 100)), "ldur q2, [x10, #100]"],
  [(m) => m.load(2, at(10, -256)), "ldur q2, [x10, #-256]"],
  [(m) => m.load(2, at(10, -260)), "sub x16, x10, #0x104", "ldr q2, [x16]"],
  [(m) => m.load(2, at(3, 5000)), "add x16, x3, #0x1, lsl #12", "add x16, x16, #0x388", "ldr q2, [x16]"],
  [
    (m) => m.load(2, at(4, 2 ** 30 + 4)),
    "mov x17, #0x0 // #0",
    "movk x17, #0x4000, lsl #16",
    "add x16, x4, x17",
    "ldur q2, [x16, #4]",
  ],
  [(m) => m.store(at(11, 1024), 3), "str q3, [x11, #1024]"],
  [(m) => m.store(at(11, -20000), 27), "sub x16, x11, #0x5, lsl #12", "str q27, [x16, #480]"],
  [(m) => m.loadPart(9, at(4, 4), 1), "ldr s9, [x4, #4]"],
  [(m) => m.loadPart(9, at(4, 4), 2), "ldur d9, [x4, #4]"],
  [(m) => m.loadPart(9, at(4, 8), 3), "ldr d9, [x4, #8]", "add x16, x4, #0x10", "ld1 {v9.s}[2], [x16]"],
  [(m) => m.loadPart(9, at(4, -8), 3), "ldur d9, [x4, #-8]", "ld1 {v9.s}[2], [x4]"],
  [(m) => m.loadPart(9, at(4, 16), 4), "ldr q9, [x4, #16]"],
  [(m) => m.storePart(at(12, 16), 10, 1), "str s10, [x12, #16]"],
  [(m) => m.storePart(at(12, 16), 10, 2), "str d10, [x12, #16]"],
  [
    (m) => m.storePart(at(12, 16), 10, 3),
    "str d10, [x12, #16]",
    "add x16, x12, #0x18",
    "st1 {v10.s}[2], [x16]",
  ],
  [(m) => m.storePart(at(12, 16), 10, 4), "str q10, [x12, #16]"],
  [(m) => m.broadcast(14, at(1, 508)), "ldr s14, [x1, #508]", "dup v14.4s, v14.s[0]"],
  [(m) => m.add(1, 2, 14), "fadd v1.4s, v2.4s, v14.4s"],
  [(m) => m.addMemory(14, 2, at(3, 128)), "ldr q28, [x3, #128]", "fadd v14.4s, v2.4s, v28.4s"],
  [(m) => m.multiply(27, 9, 14), "fmul v27.4s, v9.4s, v14.4s"],
  [(m) => m.divide(3, 27, 14), "fdiv v3.4s, v27.4s, v14.4s"],
  [(m) => m.multiplyAdd(27, 9, 5), "fmla v27.4s, v9.4s, v5.4s"],
  [
    (m) => m.constant(27, 0x3f800000),
    "mov x16, #0x0 // #0",
    "movk x16, #0x3f80, lsl #16",
    "dup v27.4s, w16",
  ],
  [(m) => m.constant(3, 0xffffffff), "mov x16, #0xffffffffffffffff // #-1", "dup v3.4s, w16"],
  [
    (m) => m.loadBytes(27, at(4, 4)),
    "ldr s27, [x4, #4]",
    "uxtl v27.8h, v27.8b",
    "uxtl v27.4s, v27.4h",
    "ucvtf v27.4s, v27.4s",
  ],
  [(m) => m.subtract(27, 9, 14), "fsub v27.4s, v9.4s, v14.4s"],
  [
    (m) => m.smaller(27, 9, 14),
    "fcmgt v28.4s, v9.4s, v14.4s",
    "bsl v28.16b, v14.16b, v9.16b",
    "mov v27.16b, v28.16b",
  ],
  [
    (m) => m.larger(27, 9, 14),
    "fcmgt v28.4s, v14.4s, v9.4s",
    "bsl v28.16b, v14.16b, v9.16b",
    "mov v27.16b, v28.16b",
  ],
  [(m) => m.addWords(27, 9, 14), "add v27.4s, v9.4s, v14.4s"],
  [
    (m) => m.keepWhereAbove(27, 3, 9, 14),
    "fcmgt v28.4s, v9.4s, v14.4s",
    "and v27.16b, v28.16b, v3.16b",
  ],
  [(m) => m.unzip(1, 2, 27, 14), "uzp1 v1.4s, v27.4s, v14.4s", "uzp2 v2.4s, v27.4s, v14.4s"],
  [(m) => m.zip(1, 2, 27, 14), "zip1 v1.4s, v27.4s, v14.4s", "zip2 v2.4s, v27.4s, v14.4s"],
  [(m) => m.xor(27, 9, 14), "eor v27.16b, v9.16b, v14.16b"],
  [(m) => m.loadDoubles(27, at(4, 8)), "ldr d27, [x4, #8]", "fcvtl v27.2d, v27.2s"],
  [
    (m) => m.constantDouble(27, 0.1),
    "mov x16, #0x999a // #39322",
    "movk x16, #0x9999, lsl #16",
    "movk x16, #0x9999, lsl #32",
    "movk x16, #0x3fb9, lsl #48",
    "dup v27.2d, x16",
  ],
  [(m) => m.addDoubles(27, 9, 14), "fadd v27.2d, v9.2d, v14.2d"],
  [(m) => m.subtractDoubles(27, 9, 14), "fsub v27.2d, v9.2d, v14.2d"],
  [(m) => m.multiplyDoubles(27, 9, 14), "fmul v27.2d, v9.2d, v14.2d"],
  [(m) => m.divideDoubles(27, 9, 14), "fdiv v27.2d, v9.2d, v14.2d"],
  [
    (m) => m.keepDoublesWhereAbove(27, 3, 9, 14),
    "fcmgt v28.2d, v9.2d, v14.2d",
    "and v27.16b, v28.16b, v3.16b",
  ],
  [(m) => m.shiftWordsLeft(27, 9, 23), "shl v27.4s, v9.4s, #23"],
  [(m) => m.shiftWordsLeft(27, 9, 1), "shl v27.4s, v9.4s, #1"],
  [(m) => m.smallerWords(27, 9, 14), "umin v27.4s, v9.4s, v14.4s"],
  [
    (m) => m.outerProduct([[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10, 11], [12, 13]], row(7, 4), [20, 27]),
    "ldr q28, [x2]",
    "ldr d29, [x2, #16]",
    "ldr s30, [x2, #24]",
    ...[28, 28, 28, 28, 29, 29, 30].flatMap((v, i) => [
      `fmla v${2 * i}.4s, v20.4s, v${v}.s[${[0, 1, 2, 3, 0, 1, 0][i]}]`,
      `fmla v${2 * i + 1}.4s, v27.4s, v${v}.s[${[0, 1, 2, 3, 0, 1, 0][i]}]`,
    ]),
  ],
  [
    (m) => m.outerProduct([[0], [1], [2], [3], [4], [5]], row(6, 4000), [20]),
    ...[0, 4000, 8000, 12000].map((offset, i) => `ldr s${28 + i}, [x2${offset ? `, #${offset}` : ""}]`),
    ...[0, 1, 2, 3].map((i) => `fmla v${i}.4s, v20.4s, v${28 + i}.s[0]`),
    "ldr s28, [x2, #16000]",
    "add x16, x2, #0x4, lsl #12",
    "ldr s29, [x16, #3616]",
    "fmla v4.4s, v20.4s, v28.s[0]",
    "fmla v5.4s, v20.4s, v29.s[0]",
  ],
  [
    (m) => m.transpose(),
    "trn1 v4.4s, v0.4s, v1.4s",
    "trn1 v6.4s, v2.4s, v3.4s",
    "trn2 v5.4s, v0.4s, v1.4s",
    "trn2 v7.4s, v2.4s, v3.4s",
    "trn1 v0.2d, v4.2d, v6.2d",
    "trn1 v1.2d, v5.2d, v7.2d",
    "trn2 v2.2d, v4.2d, v6.2d",
    "trn2 v3.2d, v5.2d, v7.2d",
  ],
];

/** Every jump, to the place where the first one stands; the body of a loop starts at a multiple of 32 bytes. */
const CONTROL: Line[] = [[
  (m) => {
    const here = m.label();
    m.place(here);
    m.jump(here);
    m.jumpIfZero(3, here);
    m.jumpIfNotZero(15, here);
    m.jumpIfEven(4, here);
    m.jumpIfAnyBelow(9, 14, here);
    m.repeat(6, () => m.zero(27));
  },
  "b 0x10",
  "cbz x3, 0x10",
  "cbnz x15, 0x10",
  "tbz w4, #0, 0x10",
  "cmhi v28.4s, v14.4s, v9.4s",
  "umaxv s28, v28.4s",
  "fmov w16, s28",
  "cbnz x16, 0x10",
  ...new Array(4).fill("nop"),
  "movi v27.2d, #0x0",
  "sub x6, x6, #0x1",
  "cbnz x6, 0x40",
]];

/** Places in one row, `distance` bytes apart. */
function row(count: number, distance: number) {
  return Array.from({ length: count }, (_, i) => at(2, i * distance));
}

/** A program saves what the system wants kept. */
const FRAME = {
  entry: [
    "stp d8, d9, [sp, #-64]!",
    "stp d10, d11, [sp, #16]",
    "stp d12, d13, [sp, #32]",
    "stp d14, d15, [sp, #48]",
  ],
  exit: [
    "ldp d14, d15, [sp, #48]",
    "ldp d12, d13, [sp, #32]",
    "ldp d10, d11, [sp, #16]",
    "ldp d8, d9, [sp], #64",
    "mov x0, #0x0 // #0",
    "ret",
  ],
};

testEncodings(new NeonMachine(), "aarch64", FRAME, [...CONTROL, ...GENERAL, ...NEON]);

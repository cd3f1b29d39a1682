/** Words of instructions as they stand in the Arm Architecture Reference Manual (C6 and C7), without their operands. */

export const ADD = 0x8b000000;
export const SUBTRACT = 0xcb000000;
export const SELECT_LOWER = 0x9a803000; // csel, unsigned
export const SHIFT_RIGHT_BY_1 = 0xd341fc00; // ubfm
export const MULTIPLY_ADD = 0x4e20cc00; // fmla
export const MULTIPLY_ADD_ELEMENT = 0x4f801000;
export const ADD_FLOATS = 0x4e20d400;
export const MULTIPLY = 0x6e20dc00; // fmul
export const DIVIDE = 0x6e20fc00; // fdiv
export const SUBTRACT_FLOATS = 0x4ea0d400; // fsub
export const GREATER = 0x6ea0e400; // fcmgt
export const SELECT = 0x6e601c00; // bsl
export const COPY = 0x4ea01c00; // orr, with the same register twice
export const EXTEND: readonly [number, number] = [0x2f08a400, 0x2f10a400]; // ushll, of bytes and of halves
export const CONVERT = 0x6e21d800; // ucvtf
export const ADD_WORDS = 0x4ea08400;
export const SHIFT_WORDS = 0x4f205400; // shl, of 32-bit lanes by 0
export const SMALLER_WORDS = 0x6ea06c00; // umin
export const ABOVE = 0x6ea03400; // cmhi
export const LARGEST_LANE = 0x6eb0a800; // umaxv
export const TO_GENERAL = 0x1e260000; // fmov, of 32 bits
export const FROM_GENERAL = 0x4e040c00; // dup, of 32 bits
export const ZERO_VECTOR = 0x6f00e400; // movi
export const DUPLICATE = 0x4e040400; // dup, of element 0
export const TRANSPOSE_FLOATS: readonly [number, number] = [0x4e802800, 0x4e806800]; // trn1, trn2
export const TRANSPOSE_PAIRS: readonly [number, number] = [0x4ec02800, 0x4ec06800];

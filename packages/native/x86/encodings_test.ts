import { type Line, testEncodings } from "../encoding_tests.ts";
import { at, type Machine } from "../machine.ts";
import { Avx2Machine } from "./avx2_machine.ts";
import { Avx512Machine } from "./avx512_machine.ts";

const GENERAL: Line[] = [
  [(m) => m.argument(1, 0, 3), "mov rsi,QWORD PTR [rdi+0x18]"],
  [(m) => m.argument(12, 9, 40), "mov r14,QWORD PTR [rbp+0x140]"],
  [(m) => m.argument(2, 10, 0), "mov rdx,QWORD PTR [r12]"],
  [(m) => m.set(10, -5), "mov r12,0xfffffffffffffffb"],
  [(m) => m.set(2, 123456), "mov rdx,0x1e240"],
  [(m) => m.move(8, 3), "mov rbx,rcx"],
  [(m) => m.addImmediate(4, 5), "add r8,0x5"],
  [(m) => m.addImmediate(13, -500), "add r15,0xfffffffffffffe0c"],
  [(m) => m.addImmediate(13, 0)],
  [(m) => m.addRegister(9, 12), "add rbp,r14"],
  [(m) => m.subtractRegister(1, 11), "sub rsi,r13"],
  [(m) => m.minimum(5, 10), "cmp r9,r12", "cmova r9,r12"],
  [(m) => m.halve(7), "shr r11,1"],
];

/** Every jump of a comparison of vectors, to the place where it begins. */
function jumpBack(m: Machine): void {
  const here = m.label();
  m.place(here);
  m.jumpIfAnyBelow(14, 9, here);
}

const AVX2: Line[] = [
  [
    jumpBack,
    "vpminud ymm15,ymm14,ymm9",
    "vpcmpeqd ymm15,ymm15,ymm9",
    "vmovmskps eax,ymm15",
    "cmp eax,0xff",
    "jne 0x48",
  ],
  [(m) => m.zero(14), "vpxor ymm14,ymm14,ymm14"],
  [(m) => m.load(14, at(9)), "vmovups ymm14,YMMWORD PTR [rbp+0x0]"],
  [(m) => m.load(2, at(10, 64)), "vmovups ymm2,YMMWORD PTR [r12+0x40]"],
  [(m) => m.load(1, at(2, 127)), "vmovups ymm1,YMMWORD PTR [rdx+0x7f]"],
  [(m) => m.load(1, at(2, 128)), "vmovups ymm1,YMMWORD PTR [rdx+0x80]"],
  [(m) => m.load(1, at(2, -129)), "vmovups ymm1,YMMWORD PTR [rdx-0x81]"],
  [(m) => m.store(at(11, 1000), 3), "vmovups YMMWORD PTR [r13+0x3e8],ymm3"],
  [(m) => m.loadPart(9, at(4, 4), 1), "vmovss xmm9,DWORD PTR [r8+0x4]"],
  [(m) => m.loadPart(9, at(4, 4), 2), "vmovsd xmm9,QWORD PTR [r8+0x4]"],
  [
    (m) => m.loadPart(9, at(12, 4), 3),
    "vmovsd xmm9,QWORD PTR [r14+0x4]",
    "vpinsrd xmm9,xmm9,DWORD PTR [r14+0xc],0x2",
  ],
  [(m) => m.loadPart(9, at(4, 4), 4), "vmovups xmm9,XMMWORD PTR [r8+0x4]"],
  [
    (m) => m.loadPart(9, at(4, 4), 5),
    "vmovups xmm9,XMMWORD PTR [r8+0x4]",
    "vmovss xmm15,DWORD PTR [r8+0x14]",
    "vinsertf128 ymm9,ymm9,xmm15,0x1",
  ],
  [(m) => m.loadPart(9, at(4, 4), 8), "vmovups ymm9,YMMWORD PTR [r8+0x4]"],
  [(m) => m.storePart(at(12, 16), 10, 1), "vmovss DWORD PTR [r14+0x10],xmm10"],
  [(m) => m.storePart(at(12, 16), 10, 2), "vmovsd QWORD PTR [r14+0x10],xmm10"],
  [
    (m) => m.storePart(at(12, 16), 10, 3),
    "vmovsd QWORD PTR [r14+0x10],xmm10",
    "vextractps DWORD PTR [r14+0x18],xmm10,0x2",
  ],
  [
    (m) => m.storePart(at(12, 16), 10, 7),
    "vmovups XMMWORD PTR [r14+0x10],xmm10",
    "vextractf128 xmm15,ymm10,0x1",
    "vmovsd QWORD PTR [r14+0x20],xmm15",
    "vextractps DWORD PTR [r14+0x28],xmm15,0x2",
  ],
  [(m) => m.broadcast(14, at(1, 508)), "vbroadcastss ymm14,DWORD PTR [rsi+0x1fc]"],
  [(m) => m.add(1, 2, 14), "vaddps ymm1,ymm2,ymm14"],
  [(m) => m.addMemory(14, 2, at(3, 128)), "vaddps ymm14,ymm2,YMMWORD PTR [rcx+0x80]"],
  [(m) => m.multiply(14, 9, 13), "vmulps ymm14,ymm9,ymm13"],
  [(m) => m.divide(3, 14, 13), "vdivps ymm3,ymm14,ymm13"],
  [(m) => m.multiplyAdd(14, 9, 5), "vfmadd231ps ymm14,ymm9,ymm5"],
  [
    (m) => m.constant(14, 0x3f800000),
    "mov eax,0x3f800000",
    "vmovd xmm14,eax",
    "vbroadcastss ymm14,xmm14",
  ],
  [
    (m) => m.loadBytes(14, at(9, 8)),
    "vpmovzxbd ymm14,QWORD PTR [rbp+0x8]",
    "vcvtdq2ps ymm14,ymm14",
  ],
  [(m) => m.subtract(14, 2, 9), "vsubps ymm14,ymm2,ymm9"],
  [(m) => m.smaller(14, 2, 9), "vminps ymm14,ymm9,ymm2"],
  [(m) => m.larger(14, 2, 9), "vmaxps ymm14,ymm9,ymm2"],
  [(m) => m.keepWhereAbove(14, 3, 2, 9), "vcmpgt_oqps ymm15,ymm2,ymm9", "vandps ymm14,ymm15,ymm3"],
  [
    (m) => m.unzip(1, 2, 14, 9),
    "vperm2f128 ymm15,ymm14,ymm9,0x20",
    "vperm2f128 ymm2,ymm14,ymm9,0x31",
    "vshufps ymm1,ymm15,ymm2,0x88",
    "vshufps ymm2,ymm15,ymm2,0xdd",
  ],
  [
    (m) => m.zip(1, 2, 14, 9),
    "vunpcklps ymm15,ymm14,ymm9",
    "vunpckhps ymm2,ymm14,ymm9",
    "vperm2f128 ymm1,ymm15,ymm2,0x20",
    "vperm2f128 ymm2,ymm15,ymm2,0x31",
  ],
  [(m) => m.xor(14, 2, 9), "vpxor ymm14,ymm2,ymm9"],
  [(m) => m.loadDoubles(14, at(9, 16)), "vcvtps2pd ymm14,XMMWORD PTR [rbp+0x10]"],
  [
    (m) => m.constantDouble(14, -2),
    "movabs rax,0xc000000000000000",
    "vmovq xmm14,rax",
    "vbroadcastsd ymm14,xmm14",
  ],
  [(m) => m.addDoubles(14, 2, 9), "vaddpd ymm14,ymm2,ymm9"],
  [(m) => m.subtractDoubles(14, 2, 9), "vsubpd ymm14,ymm2,ymm9"],
  [(m) => m.multiplyDoubles(14, 2, 9), "vmulpd ymm14,ymm2,ymm9"],
  [(m) => m.divideDoubles(14, 2, 9), "vdivpd ymm14,ymm2,ymm9"],
  [
    (m) => m.keepDoublesWhereAbove(14, 3, 2, 9),
    "vcmpgt_oqpd ymm15,ymm2,ymm9",
    "vandps ymm14,ymm15,ymm3",
  ],
  [(m) => m.addWords(14, 2, 9), "vpaddd ymm14,ymm2,ymm9"],
  [(m) => m.shiftWordsLeft(3, 14, 23), "vpslld ymm3,ymm14,0x17"],
  [(m) => m.smallerWords(14, 2, 9), "vpminud ymm14,ymm2,ymm9"],
  [
    (m) => m.outerProduct([[0, 1], [2, 3]], [at(2), at(2, 40)], [4, 14]),
    "vbroadcastss ymm15,DWORD PTR [rdx]",
    "vfmadd231ps ymm0,ymm15,ymm4",
    "vfmadd231ps ymm1,ymm15,ymm14",
    "vbroadcastss ymm15,DWORD PTR [rdx+0x28]",
    "vfmadd231ps ymm2,ymm15,ymm4",
    "vfmadd231ps ymm3,ymm15,ymm14",
  ],
];

const AVX512: Line[] = [
  [jumpBack, "vpcmpltud k2,zmm14,zmm9", "kortestw k2,k2", "jne 0x48"],
  [(m) => m.zero(30), "vpxord zmm30,zmm30,zmm30"],
  [(m) => m.load(30, at(9)), "vmovups zmm30,ZMMWORD PTR [rbp+0x0]"],
  [(m) => m.load(2, at(10, 64)), "vmovups zmm2,ZMMWORD PTR [r12+0x40]"],
  [(m) => m.load(1, at(9, 8128)), "vmovups zmm1,ZMMWORD PTR [rbp+0x1fc0]"],
  [(m) => m.load(1, at(2, 8192)), "vmovups zmm1,ZMMWORD PTR [rdx+0x2000]"],
  [(m) => m.load(1, at(2, 100)), "vmovups zmm1,ZMMWORD PTR [rdx+0x64]"],
  [(m) => m.load(17, at(2, -8192)), "vmovups zmm17,ZMMWORD PTR [rdx-0x2000]"],
  [(m) => m.store(at(11, 1000), 3), "vmovups ZMMWORD PTR [r13+0x3e8],zmm3"],
  [
    (m) => m.loadPart(9, at(4, 4), 5),
    "mov eax,0x1f",
    "kmovw k1,eax",
    "vmovups zmm9{k1}{z},ZMMWORD PTR [r8+0x4]",
  ],
  [(m) => m.storePart(at(12, 64), 26, 5), "vmovups ZMMWORD PTR [r14+0x40]{k1},zmm26"],
  [
    (m) => m.storePart(at(12, 16), 26, 15),
    "mov eax,0x7fff",
    "kmovw k1,eax",
    "vmovups ZMMWORD PTR [r14+0x10]{k1},zmm26",
  ],
  [(m) => m.storePart(at(12, 16), 26, 16), "vmovups ZMMWORD PTR [r14+0x10],zmm26"],
  [(m) => m.broadcast(30, at(1, 508)), "vbroadcastss zmm30,DWORD PTR [rsi+0x1fc]"],
  [(m) => m.broadcast(9, at(1, 512)), "vbroadcastss zmm9,DWORD PTR [rsi+0x200]"],
  [(m) => m.broadcast(9, at(1, 2)), "vbroadcastss zmm9,DWORD PTR [rsi+0x2]"],
  [(m) => m.add(1, 2, 30), "vaddps zmm1,zmm2,zmm30"],
  [(m) => m.addMemory(30, 18, at(3, 128)), "vaddps zmm30,zmm18,ZMMWORD PTR [rcx+0x80]"],
  [(m) => m.multiply(30, 9, 13), "vmulps zmm30,zmm9,zmm13"],
  [(m) => m.divide(3, 30, 13), "vdivps zmm3,zmm30,zmm13"],
  [(m) => m.multiplyAdd(30, 9, 21), "vfmadd231ps zmm30,zmm9,zmm21"],
  [(m) => m.constant(30, -1), "mov eax,0xffffffff", "vpbroadcastd zmm30,eax"],
  [
    (m) => m.loadBytes(30, at(9, 2032)),
    "vpmovzxbd zmm30,XMMWORD PTR [rbp+0x7f0]",
    "vcvtdq2ps zmm30,zmm30",
  ],
  [(m) => m.subtract(30, 18, 9), "vsubps zmm30,zmm18,zmm9"],
  [(m) => m.smaller(30, 18, 9), "vminps zmm30,zmm9,zmm18"],
  [(m) => m.larger(30, 18, 9), "vmaxps zmm30,zmm9,zmm18"],
  [
    (m) => m.keepWhereAbove(30, 3, 18, 9),
    "vcmpgt_oqps k2,zmm18,zmm9",
    "vmovups zmm30{k2}{z},zmm3",
  ],
  [
    (m) => m.unzip(1, 2, 30, 9),
    "vshuff32x4 zmm31,zmm30,zmm9,0x88",
    "vshuff32x4 zmm2,zmm30,zmm9,0xdd",
    "vshufps zmm1,zmm31,zmm2,0x88",
    "vshufps zmm2,zmm31,zmm2,0xdd",
  ],
  [
    (m) => m.zip(1, 2, 30, 9),
    "vunpcklps zmm31,zmm30,zmm9",
    "vunpckhps zmm2,zmm30,zmm9",
    "vshuff32x4 zmm1,zmm31,zmm2,0x44",
    "vshuff32x4 zmm2,zmm31,zmm2,0xee",
    "vshuff32x4 zmm1,zmm1,zmm1,0xd8",
    "vshuff32x4 zmm2,zmm2,zmm2,0xd8",
  ],
  [(m) => m.xor(30, 18, 9), "vpxord zmm30,zmm18,zmm9"],
  [(m) => m.loadDoubles(30, at(9, 4064)), "vcvtps2pd zmm30,YMMWORD PTR [rbp+0xfe0]"],
  [(m) => m.constantDouble(30, 1), "movabs rax,0x3ff0000000000000", "vpbroadcastq zmm30,rax"],
  [(m) => m.addDoubles(30, 18, 9), "vaddpd zmm30,zmm18,zmm9"],
  [(m) => m.subtractDoubles(30, 18, 9), "vsubpd zmm30,zmm18,zmm9"],
  [(m) => m.multiplyDoubles(30, 18, 9), "vmulpd zmm30,zmm18,zmm9"],
  [(m) => m.divideDoubles(30, 18, 9), "vdivpd zmm30,zmm18,zmm9"],
  [
    (m) => m.keepDoublesWhereAbove(30, 3, 18, 9),
    "vcmpgt_oqpd k2,zmm18,zmm9",
    "vmovupd zmm30{k2}{z},zmm3",
  ],
  [(m) => m.addWords(30, 18, 9), "vpaddd zmm30,zmm18,zmm9"],
  [(m) => m.shiftWordsLeft(18, 30, 1), "vpslld zmm18,zmm30,0x1"],
  [(m) => m.smallerWords(30, 18, 9), "vpminud zmm30,zmm18,zmm9"],
  [
    (m) => m.outerProduct([[0, 17]], [at(2, 40)], [4, 30]),
    "vbroadcastss zmm31,DWORD PTR [rdx+0x28]",
    "vfmadd231ps zmm0,zmm31,zmm4",
    "vfmadd231ps zmm17,zmm31,zmm30",
  ],
  [(m) => m.outerProduct([[30]], [at(9, 40)], [24]), "vfmadd231ps zmm30,zmm24,DWORD BCST [rbp+0x28]"],
];

/** AVX-512VL: the same encodings with another length, and distances that count in 32 bytes. */
const AVX512_256: Line[] = [
  [jumpBack, "vpcmpltud k2,ymm14,ymm9", "kortestw k2,k2", "jne 0x48"],
  [(m) => m.zero(30), "vpxord ymm30,ymm30,ymm30"],
  [(m) => m.load(17, at(9, 4064)), "vmovups ymm17,YMMWORD PTR [rbp+0xfe0]"],
  [(m) => m.load(17, at(9, 4096)), "vmovups ymm17,YMMWORD PTR [rbp+0x1000]"],
  [(m) => m.store(at(11, -4096), 30), "vmovups YMMWORD PTR [r13-0x1000],ymm30"],
  [
    (m) => m.loadPart(19, at(4, 4), 5),
    "mov eax,0x1f",
    "kmovw k1,eax",
    "vmovups ymm19{k1}{z},YMMWORD PTR [r8+0x4]",
  ],
  [(m) => m.storePart(at(12, 64), 26, 5), "vmovups YMMWORD PTR [r14+0x40]{k1},ymm26"],
  [(m) => m.broadcast(30, at(1, 508)), "vbroadcastss ymm30,DWORD PTR [rsi+0x1fc]"],
  [(m) => m.add(1, 2, 30), "vaddps ymm1,ymm2,ymm30"],
  [(m) => m.addMemory(30, 18, at(3, 128)), "vaddps ymm30,ymm18,YMMWORD PTR [rcx+0x80]"],
  [(m) => m.multiply(30, 9, 13), "vmulps ymm30,ymm9,ymm13"],
  [(m) => m.divide(3, 30, 13), "vdivps ymm3,ymm30,ymm13"],
  [(m) => m.multiplyAdd(30, 9, 21), "vfmadd231ps ymm30,ymm9,ymm21"],
  [(m) => m.constant(30, 5), "mov eax,0x5", "vpbroadcastd ymm30,eax"],
  [
    (m) => m.unzip(1, 2, 30, 9),
    "vshuff32x4 ymm31,ymm30,ymm9,0x0",
    "vshuff32x4 ymm2,ymm30,ymm9,0x3",
    "vshufps ymm1,ymm31,ymm2,0x88",
    "vshufps ymm2,ymm31,ymm2,0xdd",
  ],
  [
    (m) => m.zip(1, 2, 30, 9),
    "vunpcklps ymm31,ymm30,ymm9",
    "vunpckhps ymm2,ymm30,ymm9",
    "vshuff32x4 ymm1,ymm31,ymm2,0x0",
    "vshuff32x4 ymm2,ymm31,ymm2,0x3",
  ],
  [
    (m) => m.loadBytes(30, at(9, 1016)),
    "vpmovzxbd ymm30,QWORD PTR [rbp+0x3f8]",
    "vcvtdq2ps ymm30,ymm30",
  ],
  [(m) => m.shiftWordsLeft(18, 30, 1), "vpslld ymm18,ymm30,0x1"],
  [(m) => m.loadDoubles(30, at(9, 2032)), "vcvtps2pd ymm30,XMMWORD PTR [rbp+0x7f0]"],
  [(m) => m.divideDoubles(30, 18, 9), "vdivpd ymm30,ymm18,ymm9"],
  [(m) => m.outerProduct([[30]], [at(9, 40)], [24]), "vfmadd231ps ymm30,ymm24,DWORD BCST [rbp+0x28]"],
];

/** A program saves what the system wants kept. */
const SAVED = ["rbx", "rbp", "r12", "r13", "r14", "r15"];
const FRAME = {
  entry: SAVED.map((register) => `push ${register}`),
  exit: [
    "vzeroupper",
    ...SAVED.toReversed().map((register) => `pop ${register}`),
    "xor eax,eax",
    "ret",
  ],
};

testEncodings(new Avx2Machine(), "x86_64", FRAME, [...GENERAL, ...AVX2]);
testEncodings(new Avx512Machine(), "x86_64", FRAME, [...GENERAL, ...AVX512]);
testEncodings(new Avx512Machine(8), "x86_64", FRAME, [...GENERAL, ...AVX512_256]);

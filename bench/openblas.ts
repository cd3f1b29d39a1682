/** OpenBLAS, if it is installed: the peer of our matrix products. One thread. */
import type { ProductSize } from "../packages/core/kernels/kernels.ts";

const LIBRARY = "libopenblas.so.0";
const ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112;

const SYMBOLS = {
  openblas_set_num_threads: { parameters: ["i32"], result: "void" },
  openblas_get_corename: { parameters: [], result: "pointer" },
  cblas_sgemm: {
    // deno-fmt-ignore
    parameters: [
      "i32", "i32", "i32", "i32", "i32", "i32", "f32", "buffer", "i32", "buffer", "i32", "f32", "buffer", "i32",
    ],
    result: "void",
  },
} as const;

/** The three products of a dense layer on memory of their own. */
export interface OpenBlas {
  /** For which processor its kernels are. */
  core: string;
  /** Forward `x·W`, `dx = dz·Wᵀ` and `dW = xᵀ·dz`; x [m, k], W [k, n], dz [m, n]. */
  products(size: ProductSize): (() => void)[];
}

/** @returns null where there is no such library, or no permission to call it. */
export function openBlas(): OpenBlas | null {
  let symbols: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  try {
    ({ symbols } = Deno.dlopen(LIBRARY, SYMBOLS));
  } catch {
    return null;
  }
  symbols.openblas_set_num_threads(1);
  const name = symbols.openblas_get_corename();
  return {
    core: name === null ? "unknown" : Deno.UnsafePointerView.getCString(name),
    products({ m, k, n }) {
      const [x, w, z] = [m * k, k * n, m * n].map((length) =>
        Float32Array.from({ length }, (_, i) => (i * 7919 % 1000) / 500 - 1)
      );
      const [y, dx, dw] = [m * n, m * k, k * n].map((length) => new Float32Array(length));
      const { cblas_sgemm: sgemm } = symbols;
      return [
        () => sgemm(ROW_MAJOR, PLAIN, PLAIN, m, n, k, 1, x, k, w, n, 0, y, n),
        () => sgemm(ROW_MAJOR, PLAIN, TRANSPOSED, m, k, n, 1, z, n, w, n, 0, dx, k),
        () => sgemm(ROW_MAJOR, TRANSPOSED, PLAIN, k, n, m, 1, x, k, z, n, 0, dw, n),
      ];
    },
  };
}

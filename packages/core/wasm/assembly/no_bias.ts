/** In place of a bias' address: none is added. */
export const NO_BIAS: usize = 0xffffffff;

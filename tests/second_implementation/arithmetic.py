"""Numbers, random numbers and elementary functions, from ARITHMETIC.md alone. Vectors of numpy; no operation is fused by numpy."""
import numpy as np

f32, f64 = np.float32, np.float64
ZERO = f32(0)


def mul_add_exact(x, y, c):
    """x·y + c of f32 arrays, rounded once: the product is exact in f64, the sum is rounded to odd, then to f32."""
    product = np.asarray(x, f64) * np.asarray(y, f64)
    c = np.asarray(c, f64)
    total = product + c
    part = total - product
    error = (product - (total - part)) + (c - part)
    bits = np.array(total, f64).view(np.int64)
    inexact = (error > 0) | (error < 0)
    even = (bits & 1) == 0
    outward = (total > 0) == (error > 0)
    odd = bits + np.where(outward, 1, -1)
    return np.where(inexact & even, odd, bits).view(f64).astype(f32)


def mul_add_portable(x, y, c):
    """f32(f32(x·y) + c)."""
    return np.asarray(x, f32) * np.asarray(y, f32) + np.asarray(c, f32)


MUL_ADD = {"exact": mul_add_exact, "portable": mul_add_portable}


# Random numbers


def philox(counter, key):
    """Philox4x32-10; each word is an array of uint64 or a number below 2^32."""
    c0, c1, c2, c3 = (np.asarray(word, np.uint64) for word in counter)
    k0, k1 = key
    low, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        p, q = np.uint64(0xCD9E8D57) * c2, np.uint64(0xD2511F53) * c0
        c0, c1, c2, c3 = (p >> half) ^ c1 ^ np.uint64(k0), p & low, (q >> half) ^ c3 ^ np.uint64(k1), q & low
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return c0, c1, c2, c3


def key_of(seed):
    return seed % 2**32, seed // 2**32


class Stream:
    """An endless row of words."""

    CHUNK = 256  # blocks

    def __init__(self, seed, purpose, number):
        self.key, self.purpose, self.number = key_of(seed), purpose, number
        self.block, self.words = 0, []

    def word(self):
        if not self.words:
            blocks = np.arange(self.block, self.block + self.CHUNK, dtype=np.uint64)
            self.block += self.CHUNK
            words = philox((blocks & np.uint64(0xFFFFFFFF), blocks >> np.uint64(32), self.number, self.purpose), self.key)
            self.words = np.stack(words, 1).ravel().tolist()[::-1]
        return self.words.pop()

    def below(self, n):
        while True:
            product = self.word() * n
            if product % 2**32 >= 2**32 % n:
                return product // 2**32

    def uniform(self):
        a, b = self.word(), self.word()
        return ((a // 32) * 2**26 + b // 64) / 2**53

    def normal(self, count, deviation):
        numbers = np.zeros(count + count % 2, f32)
        for i in range(0, count, 2):
            radius = deviation * np.sqrt(f64(-2 * ln64(1 - self.uniform())))
            v = self.uniform()
            numbers[i], numbers[i + 1] = f32(radius * cos_turns(v)), f32(radius * sin_turns(v))
        return numbers[:count]


def uniforms(n, seed, epoch, place, purpose, number):
    """Numbers that belong to a sample's place."""
    blocks = np.arange((n + 3) // 4, dtype=np.uint64)
    words = philox((blocks, place, epoch, purpose + 256 * number), key_of(seed))
    words = np.stack(np.broadcast_arrays(*words), 1).ravel()[:n]
    return (words >> np.uint64(8)).astype(f32) * f32(2.0**-24)


def permutation(count, seed, epoch):
    order = [0] * count
    stream = Stream(seed, 3, epoch)
    for i in range(count):
        j = stream.below(i + 1)
        order[i] = order[j]
        order[j] = i
    return order


# Elementary functions


def exp32(x):
    x = np.asarray(x, f32)
    t = np.where(np.isnan(x), ZERO, np.clip(x, f32(-87), f32(88)))
    n = (t * f32(1.44269504088896341) + f32(12582912)) - f32(12582912)
    r = (t - n * f32(0.693359375)) - n * f32(-2.12194440e-4)
    p = np.full_like(t, f32(1.9875691500e-4))
    for constant in (1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1):
        p = p * r + f32(constant)
    y = ((p * (r * r) + r) + f32(1)) * np.ldexp(f32(1), n.astype(np.int32))
    return np.where(np.isnan(x), x, y)


def tanh32(x):
    x = np.asarray(x, f32)
    s = np.abs(x)
    z = s * s
    p = np.full_like(s, f32(-5.70498872745e-3))
    for constant in (2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1):
        p = p * z + f32(constant)
    near = s + (p * z) * s
    far = f32(1) - f32(2) / (exp32(f32(2) * s) + f32(1))
    return np.copysign(np.where(s < f32(0.625), near, far), x)


def exp64(x):
    x = float(x)
    if x != x:
        return x
    if x > 709.782712893383973096:
        return float("inf")
    if x < -745.13321910194110842:
        return 0.0
    n = int(np.floor(x * 1.44269504088896338700 + 0.5))
    high = x - n * 6.93147180369123816490e-01
    low = n * 1.90821492927058770002e-10
    r = high - low
    q = r * r
    c = r - q * (
        1.66666666666666019037e-01
        + q
        * (
            -2.77777777770155933842e-03
            + q * (6.61375632143793436117e-05 + q * (-1.65339022054652515390e-06 + q * 4.13813679705723846039e-08))
        )
    )
    y = 1 - ((low - (r * c) / (2 - c)) - high)
    half = n // 2
    return (y * 2.0**half) * 2.0 ** (n - half)


def ln64(x):
    x = float(x)
    if not x > 0:
        return float("-inf") if x == 0 else float("nan")
    if x == float("inf"):
        return x
    lowered = 0
    if x < 2.0**-1022:
        x, lowered = x * 2.0**54, 54
    high = int(np.array(x, f64).view(np.uint64)) >> 32
    e = ((high + 0x95F62) >> 20) - 1023
    k = e - lowered
    f = float(np.ldexp(x, -e)) - 1
    s = f / (2 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    h = (0.5 * f) * f
    return (((s * (h + (even + odd)) + k * 1.90821492927058770002e-10) - h) + f) + k * 6.93147180369123816490e-01


def cos_turns(u):
    return _turns(u, 0)


def sin_turns(u):
    return _turns(u, 3)


def _turns(u, shift):
    quarter = int(np.floor(4 * u + 0.5))
    x = 6.283185307179586 * (u - quarter / 4)
    function = (_cos, _minus_sin, _minus_cos, _sin)[(quarter + shift) % 4]
    return function(x)


def _cos(x):
    z = x * x
    h = 0.5 * z
    y = 1 - h
    r = 2.08757232129817482790e-09 + z * -1.13596475577881948265e-11
    for constant in (-2.75573143513906633035e-07, 2.48015872894767294178e-05, -1.38888888888741095749e-03):
        r = constant + z * r
    r = z * (4.16666666666666019037e-02 + z * r)
    return y + (((1 - y) - h) + z * r)


def _sin(x):
    z = x * x
    r = -2.50507602534068634195e-08 + z * 1.58969099521155010221e-10
    for constant in (2.75573137070700676789e-06, -1.98412698298579493134e-04, 8.33333333332248946124e-03):
        r = constant + z * r
    return x + (z * x) * (-1.66666666666666324348e-01 + z * r)


def _minus_sin(x):
    return -_sin(x)


def _minus_cos(x):
    return -_cos(x)


def striped_sum(values):
    """Along the last axis: four stripes, then (s0 + s1) + (s2 + s3)."""
    s = [np.zeros(values.shape[:-1], f32) for _ in range(4)]
    for j in range(values.shape[-1]):
        s[j % 4] = s[j % 4] + values[..., j]
    return (s[0] + s[1]) + (s[2] + s[3])


def canonical(x):
    """Every NaN as 0x7fc00000."""
    bits = np.array(x, f32).view(np.uint32)
    return np.where(np.isnan(x), np.uint32(0x7FC00000), bits).view(f32)

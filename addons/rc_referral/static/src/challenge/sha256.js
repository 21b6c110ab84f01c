/* eslint no-bitwise: 0 */

/**
 * SHA-256 (FIPS 180-4) of a short text. The browser's own is asynchronous and only there over
 * HTTPS; a puzzle takes tens of thousands of hashes at once.
 */
const PRIMES = [];
for (let number = 2; PRIMES.length < 64; number++) {
    if (PRIMES.every((prime) => number % prime)) {
        PRIMES.push(number);
    }
}
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const turn = (word, bits) => (word >>> bits) | (word << (32 - bits));

function getBlocks(text) {
    const bytes = new TextEncoder().encode(text);
    const words = new Int32Array(((bytes.length + 8) >> 6) * 16 + 16);
    bytes.forEach((byte, index) => {
        words[index >> 2] |= byte << (24 - 8 * (index & 3));
    });
    words[bytes.length >> 2] |= 0x80 << (24 - 8 * (bytes.length & 3));
    words[words.length - 1] = bytes.length * 8;
    return words;
}

/** Return the hash of a text as eight signed words of 32 bits. */
export function sha256(text) {
    const blocks = getBlocks(text);
    const state = [...START];
    const w = new Int32Array(64);
    for (let block = 0; block < blocks.length; block += 16) {
        w.set(blocks.subarray(block, block + 16));
        for (let i = 16; i < 64; i++) {
            const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
            const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
        let [a, b, c, d, e, f, g, h] = state;
        for (let i = 0; i < 64; i++) {
            const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
            const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
            const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
            const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
            h = g;
            g = f;
            f = e;
            e = (d + one) | 0;
            d = c;
            c = b;
            b = a;
            a = (one + two) | 0;
        }
        [a, b, c, d, e, f, g, h].forEach((word, index) => {
            state[index] = (state[index] + word) | 0;
        });
    }
    return state;
}

/** Tell whether the hash of a text begins with so many (up to 32) zero bits. */
export function startsWithZeroBits(text, bits) {
    return !bits || sha256(text)[0] >>> (32 - bits) === 0;
}

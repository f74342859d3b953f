// Makes landscape.jpg, the photograph that the examples work on: mountains over a lake at sunrise, computed pixel by
// pixel from noise with a fixed seed, so that the repository holds no picture of anybody's.
// Run it with: node examples/thumbnail/scripts/make-photo.mjs
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const WIDTH = 1600;
const HEIGHT = 1066;
const HORIZON = 0.6;
const SHORE = 0.83;
const SUN = { u: 0.663, v: 0.335 };

/** A number from 0 to 1 that depends on nothing but its arguments. */
function hash(x, y, seed) {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

const smooth = (t) => t * t * (3 - 2 * t);
const mix = (a, b, t) => a + (b - a) * t;
const clamp = (t) => Math.min(1, Math.max(0, t));
const blend = (a, b, t) => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];
const scale = (colour, by) => [colour[0] * by, colour[1] * by, colour[2] * by];

/** Smooth noise from 0 to 1. */
function noise(x, y, seed) {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [tx, ty] = [smooth(x - x0), smooth(y - y0)];
  const top = mix(hash(x0, y0, seed), hash(x0 + 1, y0, seed), tx);
  const bottom = mix(hash(x0, y0 + 1, seed), hash(x0 + 1, y0 + 1, seed), tx);
  return mix(top, bottom, ty);
}

/** Noise upon noise, each octave half as large and half as strong. */
function fractal(x, y, seed, octaves) {
  let [sum, weight, total] = [0, 0.5, 0];
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * noise(x, y, seed + octave);
    total += weight;
    [x, y, weight] = [x * 2.03 + 17, y * 2.03 + 31, weight / 2];
  }
  return sum / total;
}

function sky(u, v) {
  const height = clamp(v / HORIZON);
  let colour = blend([62, 104, 166], [246, 205, 158], height ** 1.6);
  const cloud = clamp((fractal(u * 3.2, v * 11, 40, 6) - 0.5) * 3.4) * (1 - height * 0.45);
  const light = blend([232, 236, 242], [255, 196, 150], clamp(height * 1.3));
  colour = blend(colour, light, cloud * 0.75);
  const distance = Math.hypot((u - SUN.u) * 1.5, v - SUN.v);
  colour = blend(colour, [255, 232, 190], 0.85 * Math.exp(-distance * 7));
  return blend(colour, [255, 250, 235], clamp(1 - (distance - 0.022) * 180));
}

/** From the farthest range to the nearest: where its crest lies, how rugged it is, and how it looks. */
const RANGES = [
  { crest: 0.4, rise: 0.3, detail: 3.1, seed: 3, colour: [126, 140, 172], snow: 0.36 },
  { crest: 0.5, rise: 0.2, detail: 4.3, seed: 11, colour: [92, 108, 134], snow: 0 },
  { crest: 0.56, rise: 0.12, detail: 6.7, seed: 23, colour: [58, 80, 84], snow: 0 },
  { crest: 0.595, rise: 0.05, detail: 11, seed: 31, colour: [30, 48, 42], snow: 0 },
];

function crestOf({ crest, rise, detail, seed }, u) {
  const ridge = 1 - Math.abs(fractal(u * detail, 0.5, seed, 9) * 2 - 1);
  return crest - rise * (ridge - 0.62) * 1.5;
}

function land(range, u, v, crest) {
  const grain = fractal(u * 60, v * 90, range.seed + 5, 4);
  // The slope that faces the sun is lit: the noise is read as a height, and compared with the height beside it.
  const height = (du, dv) => {
    const warp = 0.05 * fractal(u * 12, v * 12, range.seed + 7, 3);
    return (
      1 -
      Math.abs(fractal((u + du + warp) * 21, (v + dv) * 15 + warp * 40, range.seed + 9, 6) * 2 - 1)
    );
  };
  const lit = clamp(0.5 + (height(0.004, -0.003) - height(0, 0)) * 3.2);
  let colour = scale(range.colour, 0.62 + 0.6 * lit + 0.3 * (grain - 0.5));
  if (range.snow > 0) {
    const amount = clamp((range.snow + 0.16 * (grain - 0.5) + 0.07 * (lit - 0.5) - v) * 22);
    colour = blend(colour, blend([150, 164, 200], [255, 240, 226], lit), amount);
  }
  const mist = clamp((v - crest) / (HORIZON - crest + 0.001)) ** 2 * 0.62;
  return blend(colour, [226, 206, 188], mist);
}

function farSide(u, v) {
  for (const range of RANGES.toReversed()) {
    const crest = crestOf(range, u);
    if (v > crest) return land(range, u, v, crest);
  }
  return sky(u, v);
}

function water(u, v) {
  const depth = (v - HORIZON) / (1 - HORIZON);
  const wave = noise(u * 34, v * 420 * (1.2 - depth), 71) - 0.5;
  const mirrored = farSide(
    u + wave * 0.03 * (0.2 + depth),
    HORIZON - (v - HORIZON) * 1.05 + wave * 0.022,
  );
  const colour = blend(scale(mirrored, 0.84), [40, 66, 84], 0.12 + 0.5 * depth);
  return blend(colour, [255, 226, 186], clamp((wave - 0.3) * 3) * (0.4 - 0.3 * depth));
}

function meadow(u, v) {
  const blades = fractal(u * 240, v * 60, 90, 4);
  const patches = fractal(u * 9, v * 14, 95, 5);
  const colour = blend([46, 56, 26], [132, 122, 58], clamp(patches * 1.5 - 0.3));
  return scale(colour, (0.5 + 0.75 * blades) * (1.06 - 0.3 * (v - SHORE) * 5));
}

const shoreAt = (u) =>
  SHORE + 0.06 * (fractal(u * 4, 0.2, 60, 6) - 0.4) + 0.035 * Math.abs(u - 0.45);

/** Conifers on the near shore, small and dense to the left and right, none where the eye should pass. */
const TREES = Array.from({ length: 46 }, (_, index) => {
  const side = hash(index, 1, 80) < 0.5 ? hash(index, 2, 80) * 0.3 : 1 - hash(index, 2, 80) * 0.2;
  return {
    u: side,
    foot: shoreAt(side) + 0.05 * hash(index, 3, 80),
    tall: 0.1 + 0.22 * hash(index, 4, 80) ** 2,
    index,
  };
}).sort((a, b) => a.foot - b.foot);

function isInTree({ u: at, foot, tall, index }, u, v) {
  const height = (foot - v) / tall;
  if (height < 0 || height > 1) return false;
  const tier = (1 - ((height * 9 + noise(u * 90, v * 90, index)) % 1)) * 0.45 + 0.55;
  const reach = height < 0.06 ? 0.008 : 0.15 * (1 - height) * (1.25 - tier);
  return (
    Math.abs(u - at) <
    tall * (reach + 0.04 * (noise(u * 700, v * 500, index + 200) - 0.3) * (1 - height))
  );
}

function colourAt(u, v) {
  const tree = TREES.findLast((candidate) => isInTree(candidate, u, v));
  if (tree !== undefined)
    return scale([38, 50, 36], 0.45 + 0.9 * fractal(u * 180, v * 180, tree.index, 3));
  if (v > shoreAt(u)) return meadow(u, v);
  return v > HORIZON ? water(u, v) : farSide(u, v);
}

const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
for (let y = 0; y < HEIGHT; y++) {
  for (let x = 0; x < WIDTH; x++) {
    const [u, v] = [(x + 0.5) / WIDTH, (y + 0.5) / HEIGHT];
    const vignette = 1 - 0.32 * ((u - 0.5) ** 2 + (v - 0.5) ** 2);
    const grain = 7 * (hash(x, y, 99) - 0.5);
    const colour = colourAt(u, v);
    for (let channel = 0; channel < 3; channel++) {
      pixels[(y * WIDTH + x) * 3 + channel] = Math.min(
        255,
        Math.max(0, colour[channel] * vignette + grain),
      );
    }
  }
}

const file = fileURLToPath(new URL("../landscape.jpg", import.meta.url));
const { width, height, size } = await sharp(pixels, {
  raw: { width: WIDTH, height: HEIGHT, channels: 3 },
})
  .jpeg({ quality: 80, mozjpeg: true })
  .toFile(file);
process.stdout.write(`${file}: ${width} × ${height}, ${size} bytes\n`);

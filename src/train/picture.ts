import { uniformStream } from '../core/random.ts';
import { sceneOf, type Scene } from './world.ts';

/** Pictures are `SIDE × SIDE` pixels of red, green and blue from 0 to 1. */
export const SIDE = 32;
export const PIXEL_VALUES = SIDE * SIDE * 3;

type Rgb = readonly [red: number, green: number, blue: number];

const PAINTS: Readonly<Record<Scene['colour'], Rgb>> = {
  red: [0.86, 0.12, 0.14],
  orange: [0.97, 0.53, 0.1],
  yellow: [0.98, 0.87, 0.16],
  green: [0.16, 0.64, 0.24],
  cyan: [0.12, 0.8, 0.86],
  blue: [0.14, 0.3, 0.9],
  purple: [0.52, 0.2, 0.72],
  pink: [0.98, 0.52, 0.75],
};

const GROUND_PAINTS: Readonly<Record<Scene['ground'], Rgb>> = {
  black: [0.05, 0.05, 0.06],
  white: [0.96, 0.96, 0.95],
  grey: [0.55, 0.55, 0.56],
  brown: [0.36, 0.24, 0.15],
};

/** Whether a point, in units of the radius from the middle, lies in the shape. */
const INSIDE: Readonly<Record<Scene['shape'], (x: number, y: number) => boolean>> = {
  circle: (x, y) => x * x + y * y <= 1,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 0.88,
  triangle: (x, y) => y <= 0.8 && y >= -1 + 1.9 * Math.abs(x),
  cross: (x, y) => Math.min(Math.abs(x), Math.abs(y)) <= 0.32 && Math.max(Math.abs(x), Math.abs(y)) <= 1,
  ring: (x, y) => x * x + y * y <= 1 && x * x + y * y >= 0.3,
};

/** In pixels. */
const RADII: Readonly<Record<Scene['size'], number>> = { small: 2.5, large: 4.2 };

type Point = readonly [x: number, y: number];

/** Where the members of a group stand, in units of their distance. */
const ARRANGEMENTS: Readonly<Record<Scene['count'], readonly Point[]>> = {
  one: [[0, 0]],
  two: [-1, 1].map((x): Point => [x, 0]),
  three: [[0, -1] as const, ...[-1, 1].map((x): Point => [x, 0.8])],
  four: [-1, 1].flatMap((y) => [-1, 1].map((x): Point => [x, y])),
};

/** Points that are looked at in each direction of a pixel. */
const SAMPLES = 3;

/**
 * Draws a description. Place, distance and colour vary a little with the seed, and the ground is noisy, so that no two pictures of a
 * description are the same.
 * @returns [SIDE, SIDE, 3], the same bits wherever it is drawn
 */
export function drawPicture(description: number, seed: number): Float32Array {
  const scene = sceneOf(description);
  const uniform = uniformStream(seed);
  const jitter = (size: number): number => size * (2 * uniform() - 1);
  const pixels = new Float32Array(PIXEL_VALUES);
  const ground = GROUND_PAINTS[scene.ground];
  for (let at = 0; at < pixels.length; at++) pixels[at] = (ground[at % 3] ?? 0) + jitter(0.03);
  const paint = PAINTS[scene.colour].map((value) => value + jitter(0.05));
  for (const member of members(scene, jitter)) stamp(pixels, INSIDE[scene.shape], member, paint);
  return pixels.map((value) => Math.min(1, Math.max(0, value)));
}

/** One shape of a group: its middle and its radius, in pixels. */
interface Member {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** So far from its middle the largest group reaches, but for its jitter: the picture's edge may cut a pixel or two off. */
const REACH = 2 * RADII.large + 0.8;

function members({ count, size, place }: Scene, jitter: (size: number) => number): Member[] {
  const radius = RADII[size] * (1 + jitter(0.08));
  const distance = radius + 0.6;
  const along = (before: string, behind: string): number => {
    const third = place.includes(before) ? 0 : place.includes(behind) ? 1 : 0.5;
    return REACH + (SIDE - 2 * REACH) * third + jitter(1.3);
  };
  const [middleX, middleY] = [along('left', 'right'), along('top', 'bottom')];
  return ARRANGEMENTS[count].map(([x, y]) => ({
    x: middleX + x * distance,
    y: middleY + y * distance,
    radius,
  }));
}

/** Paints one shape over the pixels, each by the share of its sample points inside. */
function stamp(
  pixels: Float32Array,
  inside: (x: number, y: number) => boolean,
  { x: middleX, y: middleY, radius }: Member,
  paint: readonly number[],
): void {
  const first = (middle: number): number => Math.max(0, Math.floor(middle - radius - 1));
  const last = (middle: number): number => Math.min(SIDE - 1, Math.ceil(middle + radius));
  for (let y = first(middleY); y <= last(middleY); y++) {
    for (let x = first(middleX); x <= last(middleX); x++) {
      const share = coverage((dx, dy) => inside((x + dx - middleX) / radius, (y + dy - middleY) / radius));
      const at = 3 * (y * SIDE + x);
      for (const [channel, value] of paint.entries()) {
        pixels[at + channel] = (1 - share) * (pixels[at + channel] ?? 0) + share * value;
      }
    }
  }
}

function coverage(inside: (dx: number, dy: number) => boolean): number {
  let hits = 0;
  for (let at = 0; at < SAMPLES * SAMPLES; at++) {
    const [dx, dy] = [(at % SAMPLES) + 0.5, Math.floor(at / SAMPLES) + 0.5];
    if (inside(dx / SAMPLES, dy / SAMPLES)) hits += 1;
  }
  return hits / (SAMPLES * SAMPLES);
}

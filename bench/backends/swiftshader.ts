import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NoWebGPUError } from '../errors.ts';

const ICD = 'vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';
const FOLDERS = [
  '/usr/lib/chromium',
  '/opt/google/chrome',
  '/usr/lib/chromium-browser',
  '/usr/lib/swiftshader',
];

/**
 * Points Vulkan at the SwiftShader that comes with Chromium. To be called before Dawn is created.
 * @throws NoWebGPUError if there is none
 */
export function chooseSwiftShader(log: (line: string) => void): void {
  const folder = swiftShaderFolder();
  Object.assign(process.env, driverAt(folder));
  if (existsSync(path.join(folder, LOADER))) keepLoaded(path.join(folder, LOADER));
  log(`SwiftShader: ${folder}`);
}

/** The environment in which a process that is yet to start finds SwiftShader as its Vulkan. @throws NoWebGPUError */
export function swiftShaderEnvironment(): Readonly<Record<string, string>> {
  const folder = swiftShaderFolder();
  return { ...driverAt(folder), LD_LIBRARY_PATH: folder };
}

const driverAt = (folder: string) => ({ VK_ICD_FILENAMES: path.join(folder, ICD) });

/** @throws NoWebGPUError if there is none */
function swiftShaderFolder(): string {
  const browser = process.env.TILEWISE_BROWSER;
  const folders = browser === undefined ? FOLDERS : [path.dirname(browser), ...FOLDERS];
  const folder = folders.find((candidate) => existsSync(path.join(candidate, ICD)));
  if (folder !== undefined) return folder;
  throw new NoWebGPUError(
    `no ${ICD} in ${folders.join(', ')}: install Chromium (Debian: apt-get install chromium), which brings it`,
  );
}

/** glibc's RTLD_NODELETE, which Node does not name. */
const NEVER_UNLOAD = 0x1000;

/**
 * Loads a library into this process, so that Dawn finds it by its name: the Vulkan loader that Chromium brings
 * lies outside the search path, and the system may have none of its own.
 */
function keepLoaded(library: string): void {
  const { RTLD_NOW, RTLD_GLOBAL } = os.constants.dlopen;
  try {
    process.dlopen({ exports: {} }, library, RTLD_NOW | RTLD_GLOBAL | NEVER_UNLOAD);
  } catch {
    // Always thrown: this is no Node module. By then it is loaded; if not, Dawn says that it has no Vulkan.
  }
}

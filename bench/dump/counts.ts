/** Counts of a compiled kernel's text. They are static: what stands in a loop counts once, however often it runs. */
export interface Counts {
  readonly instructions: number;
  /** Multiply-adds of f32 or f16, vectors counted once. */
  readonly multiplyAdds: number;
  /** Minima and clamps of integers. Most are bounds checks of indices. */
  readonly clamps: number;
  readonly storageLoads: number;
  readonly workgroupLoads: number;
  readonly barriers: number;
}

/** One shader in the language of Dawn's backend. */
export interface Compiled {
  /** How a file with it ends. */
  readonly extension: 'spvasm' | 'msl' | 'hlsl' | 'txt';
  readonly text: string;
}

/** The languages that Dawn names in its dumps. */
const LANGUAGES: readonly { readonly name: RegExp; readonly extension: Compiled['extension'] }[] = [
  { name: /SPIR-?V/i, extension: 'spvasm' },
  { name: /MSL/, extension: 'msl' },
  { name: /HLSL/, extension: 'hlsl' },
];

/** The last shader in what Dawn printed with `dump_shaders`; `undefined` where it printed none but WGSL. */
export function compiledIn(printed: string): Compiled | undefined {
  const parts = printed.split(/^info:\n/m).filter((part) => part.startsWith('/* Dumped '));
  const part = parts.at(-1);
  if (part === undefined) return undefined;
  const [heading = ''] = part.split('\n');
  const language = LANGUAGES.find(({ name }) => name.test(heading));
  return { extension: language?.extension ?? 'txt', text: part.slice(heading.length + 1) };
}

/** Counts the instructions of SPIR-V assembly; `undefined` for other languages, whose statements are no instructions. */
export function countsOf({ extension, text }: Compiled): Counts | undefined {
  if (extension !== 'spvasm') return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const pointers = pointersByClass(lines);
  const code = lines
    .slice(lines.findIndex((line) => line.includes(' = OpFunction ')))
    .map((line) => line.replace(/^%\S+ = /, ''))
    .filter((line) => line.startsWith('Op') && !/^Op(Function|Label|Variable|.*Merge\b)/.test(line));
  const count = (pattern: RegExp) => code.filter((line) => pattern.test(line)).length;
  const loads = (storage: string) =>
    code.filter((line) => pointers.get(/^OpLoad \S+ (\S+)/.exec(line)?.[1] ?? '') === storage).length;
  return {
    instructions: code.length,
    multiplyAdds: count(/^OpExtInst \S+ \S+ Fma\b/),
    clamps: count(/^OpExtInst \S+ \S+ (UMin|SMin|UClamp|SClamp)\b/),
    storageLoads: loads('StorageBuffer'),
    workgroupLoads: loads('Workgroup'),
    barriers: count(/^OpControlBarrier\b/),
  };
}

/** The storage class of each pointer into memory: `%34 = OpAccessChain %_ptr_StorageBuffer_float …`. */
function pointersByClass(lines: readonly string[]): ReadonlyMap<string, string> {
  const classes = new Map<string, string>();
  for (const line of lines) {
    const type = /^(%\S+) = OpTypePointer (\S+) /.exec(line);
    if (type) classes.set(type[1] ?? '', type[2] ?? '');
    const chain = /^(%\S+) = Op(?:InBounds)?AccessChain (%\S+) /.exec(line);
    const storage = classes.get(chain?.[2] ?? '');
    if (chain && storage !== undefined) classes.set(chain[1] ?? '', storage);
  }
  return classes;
}

import { describe, expect, test } from 'vitest';
import { compiledIn, countsOf } from '../../bench/dump/counts.ts';
import { markOf, passesIn, type LinkedPass } from '../../bench/dump/marks.ts';

const SPIRV = `; SPIR-V
               OpDecorate %a Binding 0
%_ptr_StorageBuffer_block = OpTypePointer StorageBuffer %block
%_ptr_StorageBuffer_float = OpTypePointer StorageBuffer %float
%_ptr_Workgroup_float = OpTypePointer Workgroup %float
          %a = OpVariable %_ptr_StorageBuffer_block StorageBuffer
         %15 = OpFunction %void None %18
         %17 = OpFunctionParameter %v3uint
         %19 = OpLabel
         %32 = OpExtInst %uint %33 UMin %25 %30
         %34 = OpAccessChain %_ptr_StorageBuffer_float %a %uint_0 %32
         %36 = OpLoad %float %34 NonPrivatePointer
         %50 = OpAccessChain %_ptr_Workgroup_float %w %48
         %51 = OpLoad %float %50 NonPrivatePointer
               OpControlBarrier %uint_2 %uint_2 %uint_24840
               OpLoopMerge %4 %5 None
         %59 = OpExtInst %float %33 Fma %36 %float_2 %51
               OpStore %34 %59 NonPrivatePointer
               OpReturn
               OpFunctionEnd
`;
const WGSL = 'info:\n// Dumped WGSL:\nfn main() {}\n';
const PRINTED = `${WGSL}info:\n/* Dumped SPIRV disassembly */\n${SPIRV}`;

describe('compiledIn', () => {
  test('is the last shader that Dawn printed, in the language of its backend', () => {
    expect(compiledIn(PRINTED)).toEqual({ extension: 'spvasm', text: SPIRV });
    expect(compiledIn(`${WGSL}info:\n/* Dumped generated MSL */\nkernel void f() {}\n`)).toEqual({
      extension: 'msl',
      text: 'kernel void f() {}\n',
    });
    expect(compiledIn(WGSL)).toBeUndefined();
  });
});

describe('countsOf', () => {
  test('counts what stands in functions, by kind', () => {
    expect(countsOf({ extension: 'spvasm', text: SPIRV })).toEqual({
      instructions: 9,
      multiplyAdds: 1,
      clamps: 1,
      storageLoads: 1,
      workgroupLoads: 1,
      barriers: 1,
    });
  });

  test('knows SPIR-V alone', () => {
    expect(countsOf({ extension: 'msl', text: 'kernel void f() {}' })).toBeUndefined();
  });
});

test('passes are found again between what Dawn prints', () => {
  const linked = (pass: string): LinkedPass => ({
    operation: 'attention',
    problem: { seqLenQ: 4 },
    variant: 'flash',
    params: { blockM: 8 },
    pass,
    wgsl: 'fn main() {\n}\n',
  });
  const output = `noise\n${markOf(linked('one'))}${PRINTED}${markOf(linked('two'))}`;
  expect(passesIn(output)).toEqual([
    { linked: linked('one'), printed: PRINTED },
    { linked: linked('two'), printed: '' },
  ]);
});

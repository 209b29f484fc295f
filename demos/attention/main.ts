import '../../src/ui/page.ts';
import '../../src/ui/attention-bench.ts';

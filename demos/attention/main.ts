import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/measure/attention-bench.ts';

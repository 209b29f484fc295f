import '../../src/ui/shell/page.ts';
import '../../src/ui/pages/measure/contrastive-bench.ts';

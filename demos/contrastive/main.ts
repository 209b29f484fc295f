import '../../src/ui/page.ts';
import '../../src/ui/contrastive-bench.ts';

import '../../src/ui/page.ts';
import '../../src/ui/explain/explain-page.ts';
